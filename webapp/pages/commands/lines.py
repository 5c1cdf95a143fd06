"""What each button of a lab does, as commands for a terminal: AWS's where AWS has one. Pure.

Every command works by itself when it is pasted, and changes nothing in the shell. Where AWS has no
command (the lab's clock, its faults, Stop) ``curl`` asks the lab's own doors.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from webapp.pages.commands.shell import command, json_text, option, with_input, word
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.model import LATEST, Configuration, Faults
from webapp.trace.events import InvocationModel

EXPANDED = ("file://", "fileb://", "http://", "https://")
"""What ``aws`` reads from elsewhere when a value begins so."""


class NoCommand(Exception):
    """It cannot be written as a command; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """How a terminal reaches this server. ``shared``: others use it too, each with an own key."""

    address: str
    key_id: str
    secret: str
    region: str
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLines:
    """The commands of one function of a lab; ``qualifier`` is what its calls are for."""

    terminal: Terminal
    workspace: str
    lab: str
    function: str
    qualifier: str = LATEST

    # -- AWS's

    def create(self, configuration: Configuration) -> str:
        """Create the function from the draft, and wait until it can be invoked."""
        made = self._aws(
            "create-function",
            *self._names(),
            value_option("--runtime", configuration.runtime),
            value_option("--handler", configuration.handler),
            value_option("--role", configuration.role),
            *_knobs(configuration),
            f"--zip-file {word(f'fileb://{self._file}')}",
        )
        return "\n".join([self._download(), made, self._wait_for("function-active-v2")])

    def update_code(self, *, press: str = "") -> str:
        """Deploy the draft, with the change that a button of the lesson makes in it."""
        updated = self._aws(
            "update-function-code",
            *self._names(),
            f"--zip-file {word(f'fileb://{self._file}')}",
        )
        done = self._wait_for("function-updated-v2")
        return "\n".join([self._download(press=press), updated, done])

    def put_events(self, config: EventConfig, *, qualifier: str = LATEST) -> str:
        """Say how events are tried and where their records go; what is not set is AWS's default."""
        options = list(self._names())
        if qualifier != LATEST:
            options.append(option("--qualifier", qualifier))
        if config == EventConfig(modified=config.modified):
            # There may be none to delete: that is what is wanted.
            return (
                f"{self._aws('delete-function-event-invoke-config', *options)} 2>/dev/null || true"
            )
        if config.most_retries is not None:
            options.append(f"--maximum-retry-attempts {config.most_retries}")
        if config.most_age_seconds is not None:
            options.append(f"--maximum-event-age-in-seconds {config.most_age_seconds}")
        named = {"OnSuccess": config.on_success, "OnFailure": config.on_failure}
        ends = {name: {"Destination": arn} for name, arn in named.items() if arn}
        if ends:
            options.append(option("--destination-config", json.dumps(ends)))
        return self._aws("put-function-event-invoke-config", *options)

    def dead_letters(self, arn: str) -> str:
        """Let a queue have the events that are given up, or none."""
        target = option("--dead-letter-config", f"TargetArn={arn}")
        changed = self._aws("update-function-configuration", *self._names(), target)
        return "\n".join([changed, self._wait_for("function-updated-v2")])

    def configure(self, configuration: Configuration) -> str:
        """Change the configuration, and wait until it is in effect."""
        changed = self._aws(
            "update-function-configuration",
            *self._names(),
            *_knobs(configuration, all_of_them=True),
        )
        return "\n".join([changed, self._wait_for("function-updated-v2")])

    def reserve(self, concurrency: int | None) -> str:
        """Reserve so many calls at once, or none."""
        if concurrency is None:
            return self._aws("delete-function-concurrency", *self._names())
        words = f"--reserved-concurrent-executions {concurrency}"
        return self._aws("put-function-concurrency", *self._names(), words)

    def invoke(self, event: str) -> str:
        """Call it once and print the answer. ``aws`` reads the event as bytes, in every version."""
        call = self._aws("invoke", *self._called(), "--payload fileb:///dev/stdin", "/dev/stdout")
        return with_input(call, json_text(event), mark="EVENT")

    def send(self, event: str) -> str:
        """Put an event into the function's queue, and print the status that the caller gets."""
        call = self._aws(
            "invoke",
            *self._called(),
            "--invocation-type Event",
            "--payload fileb:///dev/stdin",
            "/dev/stdout",
        )
        return with_input(call, json_text(event), mark="EVENT")

    def burst(self, event: str, *, count: int, model: InvocationModel = "synchronous") -> str:
        """Call it so often at the same moment, or send so many events.

        ``aws`` needs longer to start than most calls take, so that a loop of it would hardly have
        two calls at once; ``curl`` signs the same request and starts at once.
        """
        terminal = self.terminal
        kind = (
            [option("--header", "X-Amz-Invocation-Type: Event")] if model != "synchronous" else []
        )
        call = command(
            "curl -sS",
            option("--aws-sigv4", f"aws:amz:{terminal.region}:lambda"),
            option("--user", f"{terminal.key_id}:{terminal.secret}"),
            option("--header", "Content-Type: application/json"),
            *kind,
            option("--write-out", "%{http_code}\\n" if kind else "\\n"),
            option("--data-binary", json_text(event).replace("\n", " ")),
            word(
                f"{terminal.address}/2015-03-31/functions/{self.function}/invocations{self._query}"
            ),
        )
        return f"for call in $(seq {count}); do\n{call} &\ndone; wait"

    def publish(self, description: str) -> str:
        """Freeze the function as a version."""
        words = [value_option("--description", description)] if description else []
        return self._aws("publish-version", *self._names(), *words)

    # -- the lab's own

    def press(self, name: str) -> str:
        """Press a button of the lesson."""
        return self._curl(f"/labs/{self.lab}/press/{name}", {})

    def wait(self, seconds: float) -> str:
        """Let quiet time pass on the lab's clock."""
        return self._curl("/clock", {"advance": f"{seconds:g}"})

    def next_event(self) -> str:
        """Jump to the next thing that waits."""
        return self._curl("/clock", {"next": "1"})

    def rate(self, rate: str) -> str:
        """Let quiet time pass at a rate."""
        return self._curl("/clock", {"rate": rate})

    def pause(self, *, paused: bool) -> str:
        """Let quiet time stand still, or go on."""
        return self._curl("/clock", {"pause": str(paused).lower()})

    def faults(self, faults: Faults) -> str:
        """Set the fault knobs; those that are not named are off."""
        numbers = ("slow_ms", "throttled_attempts", "failing_attempts")
        on = {name: str(getattr(faults, name)) for name in numbers if getattr(faults, name)}
        fields = {
            "function": self.function,
            "invocation": faults.invocation or "",
            "init": faults.init or "",
            **on,
            **({"duplicate": "on"} if faults.duplicate else {}),
        }
        return self._curl(f"/labs/{self.lab}/faults", fields)

    def stop(self) -> str:
        """Stop everything of this lab that runs."""
        return self._curl(f"/labs/{self.lab}/stop", {})

    def reset(self) -> str:
        """Put the whole lab back to its start."""
        return self._curl(f"/labs/{self.lab}/reset", {"scope": "lab"})

    # -- inside

    @property
    def _file(self) -> str:
        return f"{self.function}.zip"

    def _names(self) -> tuple[str, ...]:
        return (option("--function-name", self.function),)

    def _called(self) -> tuple[str, ...]:
        """Return the function, with the version or alias that is called."""
        if self.qualifier == LATEST:
            return self._names()
        return (*self._names(), option("--qualifier", self.qualifier))

    @property
    def _query(self) -> str:
        return "" if self.qualifier == LATEST else f"?Qualifier={self.qualifier}"

    def _aws(self, operation: str, *words: str) -> str:
        return self.aws("lambda", operation, *words)

    def aws(self, service: str, operation: str, *words: str) -> str:
        """Return an operation of a service, with the workspace's key."""
        terminal = self.terminal
        return command(
            f"AWS_ACCESS_KEY_ID={word(terminal.key_id)}",
            f"AWS_SECRET_ACCESS_KEY={word(terminal.secret)}",
            "AWS_SESSION_TOKEN=",
            "AWS_PAGER=",
            "aws",
            option("--endpoint-url", terminal.address),
            option("--region", terminal.region),
            f"{service} {operation}",
            *words,
        )

    def _wait_for(self, state: str) -> str:
        return self._aws(f"wait {state}", *self._names())

    def _download(self, *, press: str = "") -> str:
        query = f"?function={self.function}" + (f"&press={press}" if press else "")
        address = self._door(f"/labs/{self.lab}/code.zip{query}")
        return command("curl -sS", *self._key(), option("--output", self._file), word(address))

    def _curl(self, path: str, fields: Mapping[str, str]) -> str:
        data = (option("--data", f"{name}={value}") for name, value in fields.items())
        return command("curl -sS -X POST", *self._key(), *data, word(self._door(path)))

    def _key(self) -> tuple[str, ...]:
        """On a shared host the lab's doors open to the workspace's key as well."""
        if not self.terminal.shared:
            return ()
        return (option("--user", f"{self.terminal.key_id}:{self.terminal.secret}"),)

    def _door(self, path: str) -> str:
        return f"{self.terminal.address}/w/{self.workspace}{path}"


def _knobs(configuration: Configuration, *, all_of_them: bool = False) -> tuple[str, ...]:
    """Return the options of what the lab lets configure; what is AWS's default only if all."""
    options = [
        f"--memory-size {configuration.memory_mb}",
        f"--timeout {configuration.timeout}",
    ]
    if all_of_them or configuration.temporary_mb != Configuration().temporary_mb:
        options.append(f"--ephemeral-storage Size={configuration.temporary_mb}")
    if all_of_them or configuration.variables:
        variables = {"Variables": dict(configuration.variables)}
        text = json_text(json.dumps(variables, ensure_ascii=False))
        options.append(option("--environment", text))
    if configuration.dead_letter_target and not all_of_them:
        options.append(
            option("--dead-letter-config", f"TargetArn={configuration.dead_letter_target}")
        )
    return tuple(options)


def value_option(name: str, value: str) -> str:
    """Return an option with what a learner may have chosen. Raises ``NoCommand``."""
    if value.startswith(EXPANDED):
        raise NoCommand(f"{name} {value[:60]} would make aws read that address. Use another value.")
    return option(name, value)

"""Every button of a lab beside the command that does the same in a terminal. Pure.

An edited draft is deployed first, as the buttons do it (rule 8).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from webapp.classroom.calls import CallDetail
from webapp.classroom.published import Published, WantedAlias
from webapp.classroom.requests import configured, reserved
from webapp.classroom.standing import Standing
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import (
    Configure,
    Fault,
    Invoke,
    OnQueue,
    Press,
    Purge,
    Receive,
    Reserved,
    Send,
    Stop,
    Update,
    Wait,
)
from webapp.pages.commands.blocks import Block, Group, block
from webapp.pages.commands.lines import CommandLines, NoCommand, Terminal
from webapp.pages.commands.version_commands import TypedAliases, version_blocks
from webapp.pages.knob_forms import WantedKnobs
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.model import LATEST, Configuration
from webapp.trace.events import InvocationModel

RATES = (("1", "1×"), ("10", "10×"), ("60", "60×"), ("600", "600×"), ("max", "Skip waits"))
HELD = {True: "Pause", False: "Go on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the lab's fields: ``knobs`` is what is wrong with them, if anything is.

    ``call`` is the call that is looked at, ``None`` if none is; ``model`` how Invoke invokes, and
    ``qualifier`` what. ``aliases`` is what the forms of aliases say, ``description`` the next
    version's.
    """

    count: int
    model: InvocationModel = "synchronous"
    minutes: float
    knobs: WantedKnobs | str
    call: CallDetail | None = None
    qualifier: str = LATEST
    published: Published = field(default_factory=lambda: Published(now=0.0))
    description: str = ""
    aliases: TypedAliases = field(
        default_factory=lambda: TypedAliases(new=WantedAlias(name="", version=LATEST))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandGroups:
    """The commands of one lab, as its functions stand by name; ``function`` is the one shown."""

    terminal: Terminal
    workspace: str
    lesson: Lesson
    function: str
    standings: Mapping[str, Standing]
    typed: Typed
    asynchronous: Callable[["CommandGroups"], Block]
    on_queue: Callable[[OnQueue], str]
    queues: tuple[Group, ...] = ()

    def all(self) -> tuple[Group, ...]:
        """Return every button that does something to the lab."""
        return (
            Group(self.function, self._of_function()),
            Group("Buttons of the lesson", tuple(map(self._press, self.lesson.presses.values()))),
            *self.queues,
            Group("The lab's clock", self._of_clock()),
        )

    # -- groups

    def _of_function(self) -> tuple[Block, ...]:
        lines, here, typed = self._lines(self.function), self._here, self.typed
        faults = here.faults
        return (
            *self._again(),
            block(
                "invoke",
                "Invoke",
                lambda: self._invoke(self.function, here.event, 1, typed.model),
                about=SENT[typed.model],
            ),
            block(
                "burst",
                f"Send {typed.count} at once",
                lambda: self._invoke(self.function, here.event, typed.count, typed.model),
                about=SIGNED,
            ),
            block("update", "Update the code", self._update, about=UPDATED),
            *self._of_versions(lines),
            block("configuration", "Save configuration", self._configure, about="As typed."),
            self.asynchronous(self),
            block(
                "faults",
                "Faults",
                lambda: lines.faults(faults),
                about=f"As they are set. {NONE}",
            ),
            block("stop", "Stop", lines.stop, about=NONE),
            block("reset", "Reset the lab", lines.reset, about=NONE),
        )

    def _again(self) -> tuple[Block, ...]:
        call = self.typed.call
        if call is None:
            return ()
        return (block("call", "Run again", lambda: self._call_again(call)),)

    def _of_versions(self, lines: CommandLines) -> tuple[Block, ...]:
        typed = self.typed
        return (
            block("publish", "Publish version", self._publish),
            *version_blocks(lines, typed.published, typed.aliases),
        )

    def _of_clock(self) -> tuple[Block, ...]:
        lines, minutes = self._lines(self.function), self.typed.minutes
        rates = (
            block(f"rate-{rate}", label, lambda rate=rate: lines.rate(rate))  # type: ignore[misc]
            for rate, label in RATES
        )
        held = (
            block(f"pause-{on}", label, lambda on=on: lines.pause(paused=on))  # type: ignore[misc]
            for on, label in HELD.items()
        )
        wait = block("wait", f"Wait {minutes:g} min", lambda: lines.wait(minutes * 60), about=NONE)
        return (wait, block("next", "Next event", lines.next_event), *rates, *held)

    def _press(self, press: Press) -> Block:
        about = NONE if isinstance(press.action, Wait | Stop | Fault) else ""
        if isinstance(press.action, Invoke) and press.action.count > 1:
            about = SIGNED
        return block(f"press-{press.id}", press.label, lambda: self._pressed(press), about=about)

    # -- commands

    def _pressed(self, press: Press) -> str:
        match press.action:
            case Invoke(function=name, event=event, count=count, model=model) as action:
                text, qualifier = self.lesson.lab.events[event], action.qualifier or LATEST
                return self._invoke(name, text, count, model, qualifier=qualifier)
            case Update(function=name):
                return self._deploy(name, press=press.id)
            case Configure(function=name) as action:
                old = self.standings[name].configuration
                return self._set(name, configured(old, action), action.reserved_concurrency)
            case Send() | Receive() | Purge() as action:
                return self.on_queue(action)
            case _:
                return self._lines(self.function).press(press.id)

    def _invoke(
        self,
        name: str,
        event: str,
        count: int,
        model: InvocationModel,
        *,
        qualifier: str | None = None,
    ) -> str:
        """Return a call, of what the bar has chosen unless ``qualifier`` says what is called."""
        text = event.strip() or "{}"
        _check_json(text)
        stale = (one for one, here in self.standings.items() if not here.is_current)
        deployed = [self._deploy(one) for one in stale]
        lines = self._lines(name)
        lines = lines if qualifier is None else replace(lines, qualifier=qualifier)
        late = [one for one, here in self.standings.items() if _leads_on(here)]
        ends = [self._lines(one).put_events(self.standings[one].events) for one in late]
        return "\n".join([*deployed, *ends, _call(lines, text, count, model)])

    def _call_again(self, call: CallDetail) -> str:
        if not call.payload_is_whole:
            raise NoCommand("The event was longer than a trace keeps (64 KB).")
        return self._invoke(call.function, call.payload, 1, call.model)

    def _deploy(self, name: str, *, press: str = "") -> str:
        lines, here = self._lines(name), self.standings[name]
        if here.is_deployed:
            return lines.update_code(press=press)
        made = lines.create(here.configuration)
        if here.events == EventConfig() or _leads_on(here):
            return made
        return "\n".join([made, lines.put_events(here.events)])

    def _update(self) -> str:
        updates = (
            press.id
            for press in self.lesson.presses.values()
            if isinstance(press.action, Update) and press.action.function == self.function
        )
        return self._deploy(self.function, press=next(updates, ""))

    def _publish(self) -> str:
        stale = [] if self._here.is_current else [self._deploy(self.function)]
        return "\n".join([*stale, self._lines(self.function).publish(self.typed.description)])

    def _configure(self) -> str:
        knobs = self.typed.knobs
        if isinstance(knobs, str):
            raise NoCommand(knobs)
        wanted = replace(
            self._here.configuration,
            memory_mb=knobs.memory_mb,
            timeout=knobs.timeout,
            temporary_mb=knobs.temporary_mb,
            variables=dict(knobs.variables),
        )
        return self._set(self.function, wanted, knobs.reserved_concurrency)

    def _set(self, name: str, configuration: Configuration, reserve: Reserved) -> str:
        lines, here = self._lines(name), self.standings[name]
        made = [] if here.is_deployed else [self._deploy(name)]
        wanted = reserved(here.reserved_concurrency, reserve)
        late = [] if wanted == here.reserved_concurrency else [lines.reserve(wanted)]
        return "\n".join([*made, lines.configure(configuration), *late])

    def made(self) -> str:
        """Return what deploys the function that is shown, if that is not done yet."""
        return "" if self._here.is_deployed else self._deploy(self.function)

    # -- inside

    @property
    def _here(self) -> Standing:
        return self.standings[self.function]

    def _lines(self, name: str) -> CommandLines:
        return CommandLines(
            terminal=self.terminal,
            workspace=self.workspace,
            lab=self.lesson.slug,
            function=name,
            qualifier=self.typed.qualifier if name == self.function else LATEST,
        )


SIGNED = "aws starts too slowly to have calls at the same moment: curl signs the same request."
SENT: Mapping[InvocationModel, str] = {
    "synchronous": "",
    "asynchronous": "As an event: AWS answers 202, and nothing of what becomes of it.",
}
UPDATED = "The editor keeps its code: a press of Invoke on this page deploys that again."
NONE = "AWS has no command for it."


def _leads_on(standing: Standing) -> bool:
    """Whether a new function's records go to a function, which has to be there before."""
    ends = (standing.events.on_success, standing.events.on_failure)
    return not standing.is_deployed and any(":lambda:" in arn for arn in ends)


def _call(lines: CommandLines, event: str, count: int, model: InvocationModel) -> str:
    if count > 1:
        return lines.burst(event, count=count, model=model)
    return lines.invoke(event) if model == "synchronous" else lines.send(event)


def _check_json(text: str) -> None:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoCommand(f"The event is not JSON: {error}. Correct it in the Event tab.") from None

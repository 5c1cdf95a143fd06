"""Commands as a real shell splits them, and the real ``aws`` parses them."""

import json
import os
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.pages.commands.lines import CommandLines, NoCommand, Terminal
from webapp.runtime.code.code import pack
from webapp.runtime.model import Configuration, Faults

pytestmark = pytest.mark.slow

TERMINAL = Terminal(
    address="http://127.0.0.1:8000",
    key_id="test",
    secret="te/st+key=",
    region="us-east-1",
    shared=False,
)
LINES = CommandLines(
    terminal=TERMINAL, workspace="local", lab="cold-and-warm", function="cold-and-warm-greeter"
)
ENVIRONMENT = "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=te/st+key= AWS_SESSION_TOKEN="
PROGRAM = """\
#!/bin/sh
printf '%s\\036' "$(basename "$0")" "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "$@"
case " $* " in *" fileb:///dev/stdin "*) cat;; esac
printf '\\035'
"""


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with an ``aws`` and a ``curl`` that print what they were given."""
    folder = tmp_path_factory.mktemp("programs")
    for name in ("aws", "curl"):
        (folder / name).write_text(PROGRAM)
        (folder / name).chmod(0o755)
    return folder


def calls(script: str, programs: Path) -> list[list[str]]:
    """Run a script with those programs; return what each was given, its input last."""
    path = f"{programs}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", script], env={"PATH": path}, capture_output=True, check=True, timeout=60
    )
    assert done.stderr == b""
    return [call.split("\x1e") for call in done.stdout.decode().split("\x1d")[:-1]]


def options(call: list[str]) -> dict[str, str]:
    return {name: value for name, value in pairwise(call) if name[:2] == "--"}


def test_invoke_sends_the_event_to_this_server_with_the_workspaces_key(programs: Path) -> None:
    script = LINES.invoke('{"name": "Mina"}')
    assert script.startswith(ENVIRONMENT)
    assert " AWS_PAGER= aws " in script
    (call,) = calls(script, programs)
    assert call[:2] == ["aws", "test:te/st+key="]
    assert call[-2:] == ["/dev/stdout", '{"name": "Mina"}\n']
    assert options(call)["--endpoint-url"] == "http://127.0.0.1:8000"
    assert options(call)["--region"] == "us-east-1"
    assert options(call)["--function-name"] == "cold-and-warm-greeter"
    assert "invoke" in call


def test_a_new_function_is_made_of_the_draft_and_waited_for(programs: Path) -> None:
    configuration = Configuration(memory_mb=256, timeout=5)
    download, create, wait = calls(LINES.create(configuration), programs)
    zipped = "http://127.0.0.1:8000/w/local/labs/cold-and-warm/code.zip"
    assert download[-2] == f"{zipped}?function=cold-and-warm-greeter"
    given = options(create)
    assert given["--zip-file"] == f"fileb://{options(download)['--output']}"
    assert (given["--memory-size"], given["--timeout"]) == ("256", "5")
    assert given["--handler"] == "handler.handler"
    assert "--ephemeral-storage" not in given
    assert "function-active-v2" in wait


def test_an_update_deploys_the_draft_as_the_lessons_button_changes_it(programs: Path) -> None:
    download, update, wait = calls(LINES.update_code(press="update-code"), programs)
    assert download[-2].endswith("&press=update-code")
    assert "update-function-code" in update
    assert "function-updated-v2" in wait


NAMES = st.from_regex("[A-Z_]{2,9}", fullmatch=True)
VALUES = st.text("'\"$`\\\n\x1b é=,", max_size=9)


@given(st.dictionaries(NAMES, VALUES))
def test_variables_arrive_whatever_they_hold(variables: dict[str, str]) -> None:
    script = LINES.configure(Configuration(variables=variables))
    assert all(letter.isprintable() or letter == "\n" for letter in script)
    shown = subprocess.run(
        [
            "sh",
            "-c",
            "aws() { shift 7; for word; do printf '%s\\036' \"$word\"; done; }\n" + script,
        ],
        capture_output=True,
        check=True,
        timeout=60,
    )
    words = shown.stdout.decode().split("\x1e")
    assert json.loads(words[words.index("--environment") + 1]) == {"Variables": variables}


def test_a_burst_is_a_loop_of_signed_calls(programs: Path) -> None:
    script = LINES.burst('{"name":\n "Mina\'s"}', count=3)
    found = calls(script, programs)
    assert len(found) == 3
    given = options(found[0])
    assert json.loads(given["--data-binary"]) == {"name": "Mina's"}
    assert given["--aws-sigv4"] == "aws:amz:us-east-1:lambda"
    assert given["--user"] == "test:te/st+key="
    address = "http://127.0.0.1:8000/2015-03-31/functions/cold-and-warm-greeter/invocations"
    assert address in found[0]


@pytest.mark.parametrize(
    ("script", "path", "data"),
    [
        (LINES.press("wait-8-minutes"), "/labs/cold-and-warm/press/wait-8-minutes", None),
        (LINES.wait(480.0), "/clock", "advance=480"),
        (LINES.next_event(), "/clock", "next=1"),
        (LINES.rate("max"), "/clock", "rate=max"),
        (LINES.pause(paused=True), "/clock", "pause=true"),
        (LINES.stop(), "/labs/cold-and-warm/stop", None),
        (LINES.reset(), "/labs/cold-and-warm/reset", "scope=lab"),
    ],
)
def test_what_aws_has_no_command_for_asks_the_labs_own_doors(
    programs: Path, script: str, path: str, data: str | None
) -> None:
    (call,) = calls(script, programs)
    assert call[0] == "curl"
    assert call[-2] == f"http://127.0.0.1:8000/w/local{path}"
    assert options(call).get("--data") == data
    assert "--user" not in call


def test_faults_name_their_function(programs: Path) -> None:
    (call,) = calls(LINES.faults(Faults(invocation="raise", slow_ms=20, duplicate=True)), programs)
    sent = [word for name, word in pairwise(call) if name == "--data"]
    assert sent == [
        "function=cold-and-warm-greeter",
        "invocation=raise",
        "init=",
        "slow_ms=20",
        "duplicate=on",
    ]


def test_on_a_shared_host_every_command_carries_the_workspaces_key(programs: Path) -> None:
    shared = Terminal(
        address="https://lab.example",
        key_id="AKIA2",
        secret="s/+=",
        region="us-east-1",
        shared=True,
    )
    lines = CommandLines(terminal=shared, workspace="w1", lab="l", function="f")
    for script in (lines.stop(), lines.update_code(), lines.burst("{}", count=1)):
        assert options(calls(script, programs)[0])["--user"] == "AKIA2:s/+="


@pytest.mark.parametrize("handler", ["file:///etc/passwd", "fileb://x", "http://a/b", "https://a"])
def test_a_value_that_aws_would_read_from_elsewhere_has_no_command(handler: str) -> None:
    with pytest.raises(NoCommand, match="would make aws read"):
        LINES.create(Configuration(handler=handler))


def test_a_hostile_handler_is_one_word(programs: Path) -> None:
    handler = "a.b';touch$IFS/tmp/never;'\x1b[201~"
    create = calls(LINES.create(Configuration(handler=handler)), programs)[1]
    assert options(create)["--handler"] == handler


class Parsed(Exception):
    """Where a test stops the real ``aws``: its arguments were understood."""


@pytest.mark.parametrize(
    "script",
    [
        LINES.invoke("{}"),
        LINES.update_code(),
        LINES.configure(Configuration(variables={"A_B": "x y"})),
        LINES.create(Configuration(variables={"A_B": "1"}, temporary_mb=1024)),
    ],
    ids=["invoke", "update", "configure", "create"],
)
def test_the_real_aws_understands_the_options(
    script: str, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from awscli.clidriver import create_clidriver
    from botocore.client import BaseClient

    asked: list[tuple[str, Any]] = []

    def note(_client: BaseClient, operation: str, parameters: Any) -> None:
        asked.append((operation, parameters))
        raise Parsed

    monkeypatch.setattr(BaseClient, "_make_api_call", note)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cold-and-warm-greeter.zip").write_bytes(pack({"handler.py": ""}))
    event = tmp_path / "event"
    event.write_text("{}")
    for call in calls(script, programs):
        if call[0] == "aws" and "wait" not in call:
            words = call[2:-1] if "fileb:///dev/stdin" in call else call[2:]
            words = [word.replace("/dev/stdin", str(event)) for word in words if word]
            create_clidriver().main(words)
    [(operation, parameters)] = asked
    assert operation.replace("Function", "").lower() in {
        "invoke", "updatecode", "updateconfiguration", "create",
    }  # fmt: skip
    assert parameters["FunctionName"] == "cold-and-warm-greeter"

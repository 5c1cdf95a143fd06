"""Programs that speak the Runtime API themselves: bash with curl, awslambdaric (3.1)."""

import asyncio
import io
import sys
import zipfile
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.platform.lab import Lab, error
from webapp.runtime.errors import ServiceFailed
from webapp.runtime.model import Configuration
from webapp.trace.events import InitFinished, LogWritten

API = "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
BASH = f"""#!/bin/bash
set -euo pipefail
echo "starting $_HANDLER"
while true; do
  headers=$(mktemp)
  event=$(curl -sS -D "$headers" "{API}/invocation/next")
  id=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$headers" | tr -d '[:space:]' | cut -d: -f2)
  echo "serving $id"
  answer=$(source ./handle.sh)
  curl -sS "{API}/invocation/$id/response" -d "$answer" > /dev/null
done
"""
CUSTOM: dict[str, Any] = {"runtime": "provided.al2023", "handler": "hello.world", "timeout": 20}
FORGED = f"""
code=$(curl -s -o /dev/null -w '%{{http_code}}' -d 1 "{API}/invocation/another/response")
echo "$code"
"""


async def deploy_bash(lab: Lab, handle: str, **configuration: Any) -> None:
    files = {"bootstrap": BASH, "handle.sh": handle}
    await lab.deploy("f", files=files, **{**CUSTOM, **configuration})


async def test_a_bash_bootstrap_serves_one_call_after_the_other(alone: Lab) -> None:
    await deploy_bash(alone, 'echo "{\\"got\\": $event}"')
    first, second = await alone.call("f", {"n": 1}), await alone.call("f", {"n": 2})
    assert (first.start, second.start) == ("cold", "warm")
    assert first.payload == b'{"got": {"n": 1}}'
    assert second.payload == b'{"got": {"n": 2}}'
    assert f"serving {second.request_id}" in second.log_tail.decode().splitlines()
    assert "starting hello.world" in alone.log()
    assert alone.log()[0].startswith("INIT_START Runtime Version: provided:al2023.")


async def test_a_bootstrap_knows_what_lambda_tells_it(alone: Lab) -> None:
    await deploy_bash(
        alone, 'echo "\\"${AWS_EXECUTION_ENV-none} $LAMBDA_TASK_ROOT $PWD $(id -u)\\""'
    )
    name, root, folder, user = (await alone.value("f")).split()
    assert (name, root, folder) == ("none", "/var/task", "/var/task")
    assert user != "0"


async def test_whatever_a_bootstrap_starts_stands_still_between_calls(alone: Lab) -> None:
    await deploy_bash(
        alone,
        """
        if [ ! -e /tmp/ticks ]; then
          (while true; do echo $EPOCHREALTIME >> /tmp/ticks; sleep 0.005; done) > /dev/null 2>&1 &
        fi
        sleep 0.2
        echo "[$(paste -sd, /tmp/ticks)]"
        """,
    )
    await alone.value("f")
    await asyncio.sleep(1.0)
    ticks = await alone.value("f")
    # The clock went on, the loop did not.
    assert max(later - earlier for earlier, later in pairwise(ticks)) > 0.9


async def test_a_crashing_bootstrap_is_started_again_in_the_same_environment(alone: Lab) -> None:
    await deploy_bash(
        alone,
        'if [ "$event" = \'"crash"\' ]; then touch /tmp/was-here; exit 7; fi\n'
        'ls -A /tmp/was-here 2>/dev/null || echo "\\"clean\\""',
    )
    assert await alone.value("f") == "clean"
    crashed = await alone.call("f", "crash")
    assert error(crashed)["errorMessage"].endswith("exited with error: exit status 7")
    again = await alone.call("f")
    assert again.start == "reset"
    assert again.environment == crashed.environment
    assert b"/tmp/was-here" in again.payload


async def test_an_error_that_a_bootstrap_posts_is_the_callers(alone: Lab) -> None:
    body = '{"errorType":"Mine","errorMessage":"no"}'
    header = "Lambda-Runtime-Function-Error-Type: Mine"
    await deploy_bash(
        alone,
        f"curl -sS \"{API}/invocation/$id/error\" -H '{header}' -d '{body}' > /dev/null\n"
        "echo unused",
    )
    failed = await alone.call("f")
    assert failed.payload.decode() == body
    assert (await alone.call("f")).start == "warm"


async def test_a_bootstrap_that_hangs_is_ended_at_its_timeout(alone: Lab) -> None:
    await deploy_bash(alone, "sleep 60 & sleep 60", timeout=1)
    assert (await alone.call("f")).status == "timeout"
    assert (await alone.call("f")).status == "timeout"


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"other": "x"}, "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"),
        (
            {"bootstrap/x": "x"},
            "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
        ),
        ({"bootstrap": "echo hello"}, "fork/exec /var/task/bootstrap: permission denied"),
        (
            {"bootstrap": "#!/bin/nobody\n"},
            "fork/exec /var/task/bootstrap: no such file or directory",
        ),
        (
            {"bootstrap": "#!/bin/sh\r\n"},
            "fork/exec /var/task/bootstrap: no such file or directory",
        ),
    ],
)
async def test_a_bootstrap_that_cannot_be_started_is_told_in_awss_words(
    alone: Lab, files: dict[str, str], why: str
) -> None:
    await alone.deploy("f", files=files, **CUSTOM)
    failed = await alone.call("f")
    assert error(failed) == {
        "errorType": "Runtime.InvalidEntrypoint",
        "errorMessage": f"RequestId: {failed.request_id} Error: {why}",
    }
    assert failed.log_tail.decode().endswith(
        f"RequestId: {failed.request_id} Error: {why}\nRuntime.InvalidEntrypoint\n"
    )
    assert [fact.error_type for fact in alone.facts(InitFinished)] == [
        "Runtime.InvalidEntrypoint",
        "Runtime.InvalidEntrypoint",
    ]


async def test_a_program_that_is_none_for_this_machine_is_told_so(alone: Lab) -> None:
    await create(alone, {"bootstrap": (b"\x7fELF garbage", 0o755)})
    failed = await alone.call("f")
    assert "fork/exec /var/task/bootstrap: exec format error" in error(failed)["errorMessage"]


async def test_a_bootstrap_that_ends_by_itself_is_a_crash(alone: Lab) -> None:
    await alone.deploy("f", files={"bootstrap": "#!/bin/sh\necho bye\nexit 3\n"}, **CUSTOM)
    failed = await alone.call("f")
    assert "Runtime exited with error: exit status 3" in error(failed)["errorMessage"]
    assert "bye" in alone.log()


async def test_the_answer_of_another_request_is_refused(alone: Lab) -> None:
    await deploy_bash(alone, FORGED)
    assert await alone.value("f") == 400


async def test_awslambdaric_as_it_is_serves_a_python_handler(alone: Lab) -> None:
    """Unmodified, from the archive, started by a bootstrap of two lines."""
    minor = sys.version_info[1]
    bootstrap = f'#!/bin/sh\nexec /var/lang/bin/python3.{minor} -m awslambdaric "$_HANDLER"\n'
    handler = (
        "import logging\n"
        "def handler(event, context):\n"
        "    logging.getLogger().warning('seen')\n"
        "    if event == 'fail':\n"
        "        raise ValueError('no')\n"
        "    return {'event': event, 'id': context.aws_request_id}\n"
    )
    files = {"bootstrap": (bootstrap.encode(), 0o755), "app.py": (handler.encode(), 0o644)}
    await create(alone, {**files, **vendored("awslambdaric", "simplejson", "snapshot-restore-py")})
    first, call = await alone.call("f"), await alone.call("f", {"a": 1})
    assert (first.start, call.start) == ("cold", "warm"), alone.log()
    assert call.payload.decode() == f'{{"event": {{"a": 1}}, "id": "{call.request_id}"}}'
    failed = await alone.call("f", "fail")
    assert error(failed)["errorType"] == "ValueError"
    assert any("seen" in fact.text for fact in alone.facts(LogWritten, request_id=call.request_id))


@pytest.mark.parametrize("runtime", ["provided.al2", "provided.al2023", "nodejs20.x"])
async def test_where_there_is_no_network_of_ones_own_it_is_said(
    together: Lab, runtime: str
) -> None:
    await together.deploy("f", files={"bootstrap": BASH}, runtime=runtime)
    with pytest.raises(ServiceFailed, match=f"{runtime} .* needs a network namespace"):
        await together.call("f")


async def create(lab: Lab, files: dict[str, tuple[bytes, int]]) -> None:
    """Create a function of an archive with these modes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, (data, mode) in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, data)
    configuration = Configuration(
        runtime="provided.al2023", handler="app.handler", timeout=20, memory_mb=256
    )
    registry = lab.workspace.registry
    await registry.create("f", configuration=configuration, data=buffer.getvalue(), run=lab.run)
    await registry.ready("f")


def vendored(*names: str) -> dict[str, tuple[bytes, int]]:
    """Return the installed files of distributions, as they would lie in an archive."""
    found = {}
    for name in names:
        for path in distribution(name).files or ():
            source = Path(str(path.locate()))
            if source.suffix in (".py", ".so") and ".." not in path.parts:
                found[str(path)] = (source.read_bytes(), 0o644)
    return found

"""What runs a function is told where it is not what was asked for (rule 25)."""

import pytest

from tests.platform.lab import Lab
from webapp.trace.events import EnvironmentCreated, LogWritten

CODE = "import sys\ndef handler(event, context):\n    return '%d.%d' % sys.version_info[:2]\n"


async def test_another_python_stands_in_and_says_so(lab: Lab) -> None:
    """The launchers of these tests have one interpreter each."""
    await lab.deploy("f", CODE, runtime="python3.14")
    version = await lab.value("f")
    created = lab.fact(EnvironmentCreated)
    assert created.interpreter.startswith(f"Python {version}.")
    assert created.stands_in_for == "python3.14"
    (notice,) = lab.facts(LogWritten, kind="notice")
    assert notice.text == (
        f"Coldstart: this host has no python3.14. {created.interpreter} runs the function instead."
    )
    assert lab.log()[0].startswith("INIT_START Runtime Version: python:3.14.")


async def test_the_right_python_needs_no_word(lab: Lab) -> None:
    await lab.deploy("g", CODE)
    version = await lab.value("g")
    await lab.deploy("f", CODE, runtime=f"python{version}")
    assert await lab.value("f") == version
    assert lab.facts(EnvironmentCreated)[-1].stands_in_for == ""
    assert lab.facts(LogWritten, function="f", kind="notice") == []


@pytest.mark.parametrize("runtime", ["nodejs18.x", "nodejs22.x"])
async def test_another_node_stands_in_too(alone: Lab, runtime: str) -> None:
    files = {"index.js": "exports.handler = async () => process.versions.node;"}
    await alone.deploy("f", files=files, runtime=runtime, handler="index.handler", timeout=20)
    version = await alone.value("f")
    created = alone.fact(EnvironmentCreated)
    assert created.interpreter == f"Node.js {version}"
    same = version.partition(".")[0] == runtime.removeprefix("nodejs").removesuffix(".x")
    assert created.stands_in_for == ("" if same else runtime)

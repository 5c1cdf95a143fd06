"""Wrapper scripts: what AWS_LAMBDA_EXEC_WRAPPER names is run with the runtime (1.4)."""

import pytest

from tests.platform.lab import Lab, error

HANDLER = "import os\ndef handler(event, context):\n    return [os.environ.get('ADDED'), event]\n"
WRAPPER = """#!/bin/sh
export ADDED="by the wrapper"
echo "wrapping $# arguments"
exec "$@"
"""
VARIABLES = {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrapper"}


async def test_a_wrapper_sets_things_up_for_the_runtime(lab: Lab) -> None:
    files = {"wrapper": WRAPPER}
    await lab.deploy("f", HANDLER, files=files, variables=VARIABLES, timeout=20)
    first, second = await lab.call("f", 1), await lab.call("f", 2)
    assert first.payload == b'["by the wrapper", 1]'
    assert second.payload == b'["by the wrapper", 2]'
    assert (first.start, second.start) == ("cold", "warm")
    assert "wrapping 2 arguments" in lab.log()


async def test_a_wrapper_may_add_options_of_the_interpreter(lab: Lab) -> None:
    wrapper = '#!/bin/bash\nexec "$1" -X dev "${@:2}"\n'
    code = "import sys\ndef handler(event, context):\n    return sys.flags.dev_mode\n"
    await lab.deploy("f", code, files={"wrapper": wrapper}, variables=VARIABLES, timeout=20)
    assert await lab.value("f") is True


async def test_files_logs_and_errors_are_as_without_a_wrapper(lab: Lab) -> None:
    code = (
        "import logging\n"
        "def handler(event, context):\n"
        "    open('/tmp/x', 'w').write('kept')\n"
        "    logging.warning('seen')\n"
        "    raise ValueError(open('/tmp/x').read() + ' ' + __file__)\n"
    )
    await lab.deploy("f", code, files={"wrapper": WRAPPER}, variables=VARIABLES, timeout=20)
    failed = await lab.call("f")
    assert error(failed)["errorMessage"] == "kept /var/task/handler.py"
    assert any(text.endswith(f"\t{failed.request_id}\tseen") for text in lab.log())


@pytest.mark.parametrize(
    ("wrapper", "status"),
    [("/opt/not-there", 127), ("not-there", 127), ("/var/task/handler.py", 126)],
)
async def test_a_wrapper_that_cannot_be_run_ends_as_its_shell_would(
    lab: Lab, wrapper: str, status: int
) -> None:
    variables = {"AWS_LAMBDA_EXEC_WRAPPER": wrapper}
    await lab.deploy("f", HANDLER, variables=variables, timeout=20)
    failed = await lab.call("f")
    assert error(failed) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {failed.request_id} Error: Runtime exited with error: "
        f"exit status {status}",
    }
    assert any(wrapper in text for text in lab.log())


async def test_a_node_function_may_have_one(alone: Lab) -> None:
    files = {
        "wrapper": '#!/bin/sh\nexport NODE_OPTIONS="--title=wrapped"\nexec "$@"\n',
        "index.js": "exports.handler = async () => process.title;",
    }
    await alone.deploy(
        "f",
        files=files,
        variables=VARIABLES,
        runtime="nodejs20.x",
        handler="index.handler",
        timeout=20,
    )
    assert await alone.value("f") == "wrapped"

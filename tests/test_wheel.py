"""The wheel is the whole product: in an empty environment it installs, and `coldstart` serves."""

import os
import re
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.running import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 120.0


def run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, and install it with what is locked into an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    [wheel] = folder.glob("*.whl")
    locked = re.findall(r"^[^\s#].*?(?= \\$)", (ROOT / "requirements.lock").read_text(), re.M)
    constraints = folder / "locked.txt"
    constraints.write_text("\n".join(locked))
    venv.create(folder / "env", with_pip=True)
    python = folder / "env/bin/python"
    run(python, "-m", "pip", "install", "-q", "-c", constraints, wheel, cwd=folder)
    return folder / "env"


@pytest.fixture
def address(installed: Path, tmp_path: Path) -> Iterator[str]:
    """Start `coldstart`, with nothing said and nothing around, and give its address."""
    port = free_port()
    process = subprocess.Popen(
        [installed / "bin/coldstart"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("Coldstart is at ")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


def get(address: str, data: bytes | None = None, *, method: str = "GET") -> bytes:
    asked = urllib.request.Request(address, data, method=method)
    with urllib.request.urlopen(asked, timeout=PATIENCE_SECONDS) as answer:
        body: bytes = answer.read()
    return body


def test_in_an_empty_environment_it_serves_lessons_files_and_calls(
    address: str, tmp_path: Path
) -> None:
    home = get(address).decode()
    for asset in re.findall(r'(?:href|src)="(/static/[^"#]+)', home):
        assert get(address + asset)
    assert b"<code-editor" in get(f"{address}/w/local/lessons/cold-and-warm")
    function = f"{address}/w/local/functions/echo"
    code = b'{"files": {"handler.py": "def handler(event, context):\\n    return event\\n"}}'
    get(function, code, method="PUT")
    assert get(f"{function}/invocations", b'"there"', method="POST") == b'"there"'
    assert (tmp_path / ".coldstart" / "coldstart.db").is_file()


def test_the_command_knows_its_lessons(installed: Path, tmp_path: Path) -> None:
    run(installed / "bin/coldstart", "lessons", "check", cwd=tmp_path)

"""The real ``aws`` command, run against a server.

Most of its time goes into reading its modules. A process that has read them forks, and what it
forked is the command: its arguments, its environment, its output and its end are its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.server.forked import forks
from webapp.classroom.access_keys import AccessKey

PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and how it ended."""

    status: int
    output: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.output)


def aws(
    *arguments: str, address: str, key: AccessKey, region: str = "us-east-1", home: Path
) -> Ran:
    """Run a command as a person does, with nothing of this machine's own configuration."""
    environment = {
        "HOME": str(home),
        "AWS_ACCESS_KEY_ID": key.id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_DEFAULT_REGION": region,
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }
    return run(["--endpoint-url", address, *arguments], environment=environment, folder=home)


def run(words: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> Ran:
    """Run ``aws`` with these words in a folder; of AWS's variables it has only those given."""
    named = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with tempfile.TemporaryDirectory() as printed:
        out, err = Path(printed, "out"), Path(printed, "err")
        given = ([*words], {**named, **environment}, folder, out, err)
        process = forks.Process(target=_be_aws, args=given, daemon=True)
        process.start()
        process.join(PATIENCE_SECONDS)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(["aws", *words], PATIENCE_SECONDS)
        return Ran(process.exitcode, out.read_text("utf-8"), err.read_text("utf-8"))


def _be_aws(
    words: list[str], environment: dict[str, str], folder: Path, out: Path, err: Path
) -> None:
    # Read before by what forked this; in the tests' own process it would change botocore.
    import awscli.clidriver

    os.chdir(folder)
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    # Where its descriptions of services lie it notes there as it is read.
    own = {"AWS_DATA_PATH": os.environ["AWS_DATA_PATH"]}
    os.environ.clear()
    os.environ.update({**environment, **own})
    sys.argv = ["aws", *words]
    sys.exit(awscli.clidriver.main())

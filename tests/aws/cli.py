"""The real ``aws`` command, run against a server."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webapp.classroom.access_keys import AccessKey

AWS = Path(sys.executable).with_name("aws")
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
    named = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.run(
        [AWS, "--endpoint-url", address, *arguments],
        env={
            **named,
            "HOME": str(home),
            "AWS_ACCESS_KEY_ID": key.id,
            "AWS_SECRET_ACCESS_KEY": key.secret,
            "AWS_DEFAULT_REGION": region,
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        stdin=subprocess.DEVNULL,
    )
    return Ran(process.returncode, process.stdout, process.stderr)

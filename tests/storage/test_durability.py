import asyncio
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from webapp.runtime.ports import WorkspaceRecord
from webapp.storage.storage import Storage, open_storage

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def acknowledged_until_killed(folder: Path, *, after_lines: int) -> set[int]:
    """Return every number that the child printed before ``kill -9`` reached it."""
    command = [sys.executable, "-m", "tests.storage.writer_to_kill", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        assert child.stdout is not None
        numbers = (int(line) for line in child.stdout if line.rstrip().isdigit())
        seen = set(islice(numbers, after_lines))
        child.kill()
        return seen | set(numbers)


def opened(storage: Storage) -> WorkspaceRecord:
    async def main() -> WorkspaceRecord:
        return await asyncio.wait_for(storage.store.open_workspace("w"), 120.0)

    return asyncio.run(main())


@pytest.mark.parametrize("after_lines", [1, 37, 400])
def test_kill_9_loses_nothing_that_was_acknowledged(folder: Path, after_lines: int) -> None:
    acknowledged = acknowledged_until_killed(folder, after_lines=after_lines)
    assert len(acknowledged) >= after_lines
    storage = open_storage(folder)
    record = opened(storage)
    facts = storage.store.entries("w", after=0, limit=1_000_000)
    storage.close()
    names = {function.name for function in record.functions}
    assert {f"f{number}" for number in acknowledged} <= names
    assert names == {f"f{one.sequence}" for one in facts}  # a change and its facts: both or none
    assert record.last_sequence == facts[-1].sequence
    assert record.epoch == 2

import os
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.storage.errors import DataFolderInUse
from webapp.storage.folder import HOLDER_NAME, DataFolder

HOLD = """
import sys
from pathlib import Path
from webapp.storage.folder import DataFolder
folder = DataFolder(Path(sys.argv[1]))
folder.lock()
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_is_killed(folder: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"locked"
        with pytest.raises(DataFolderInUse) as refused:
            DataFolder(folder).lock()
        holder.kill()
        holder.wait(60.0)
    assert refused.value.pid == holder.pid
    assert str(folder) in str(refused.value)
    assert f"process {holder.pid}" in str(refused.value)
    assert "COLDSTART_DATA" in str(refused.value)
    again = DataFolder(folder)
    again.lock()
    assert (folder / HOLDER_NAME).read_text() == f"{os.getpid()}\n"
    again.release()


def test_it_is_refused_even_when_nobody_can_tell_who_holds_it(folder: Path) -> None:
    first = DataFolder(folder)
    first.lock()
    (folder / HOLDER_NAME).write_text("")
    with pytest.raises(DataFolderInUse, match="another process"):
        DataFolder(folder).lock()
    first.release()


def test_a_released_folder_can_be_locked_again(folder: Path) -> None:
    first, second = DataFolder(folder), DataFolder(folder)
    first.lock()
    first.release()
    first.release()
    second.lock()
    second.release()

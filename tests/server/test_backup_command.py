"""`coldstart backup` beside a server at work, `coldstart restore` into another place."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.server.forked import Forked
from tests.server.running import PATIENCE_SECONDS, serving

pytestmark = pytest.mark.slow

FUNCTION = b'{"files": {"handler.py": "def handler(event, context):\\n    return event\\n"}}'


def coldstart(data: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    program = Forked(arguments, {**clean, "COLDSTART_DATA": str(data), **settings})
    out, err = program.communicate(PATIENCE_SECONDS)
    return subprocess.CompletedProcess(arguments, program.wait(), out, err)


def test_what_a_server_acknowledged_is_in_a_backup_made_beside_it(tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar.gz"
    with serving(tmp_path / "old") as running:
        assert running.ask("PUT", "/w/local/functions/echo", FUNCTION).status == 200
        made = coldstart(tmp_path / "old", "backup", str(backup))
        assert (made.returncode, made.stderr) == (0, "")
        assert made.stdout.endswith(f"is now also in {backup}\n")
        refused = coldstart(tmp_path / "old", "restore", str(backup), "--replace")
        assert refused.returncode == 1
        assert refused.stderr.startswith("Nothing was restored. The data folder ")
        assert "in use by process" in refused.stderr
    restored = coldstart(tmp_path / "new", "restore", str(backup))
    assert (restored.returncode, restored.stderr) == (0, "")
    with serving(tmp_path / "new") as running:
        answer = running.ask("POST", "/w/local/functions/echo/invocations", b'"there"')
        assert (answer.status, answer.json) == (200, "there")


def test_a_restore_names_where_the_replaced_data_is(tmp_path: Path) -> None:
    backup, data = tmp_path / "backup.tar.gz", tmp_path / "data"
    with serving(data):
        assert coldstart(data, "backup", str(backup)).returncode == 0
    refused = coldstart(data, "restore", str(backup))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Add --replace" in refused.stderr
    replaced = coldstart(data, "restore", str(backup), "--replace")
    assert replaced.returncode == 0
    kept = Path(replaced.stdout.splitlines()[-1].rpartition(" ")[2])
    assert (kept / "coldstart.db").is_file()


def test_a_database_of_another_kind_is_left_to_its_own_tools(tmp_path: Path) -> None:
    refused = coldstart(tmp_path, "backup", DATABASE_URL="postgresql://me:hidden@host/name")
    assert refused.returncode == 1
    assert refused.stderr.startswith("No backup was made. ")
    assert "pg_dump" in refused.stderr
    assert "hidden" not in refused.stderr

"""``/tmp`` and ``/var/task`` as learner code sees them, behind mounts or behind the path shim."""

# What runs inside uses files and numbers as learners and attackers do.
# ruff: noqa: PTH103, PTH110, PTH112, PTH120, PTH123, PTH208, SIM115

from tests.runtime.launcher.rig import MEBIBYTE, ON_DEMAND, Rig


def test_temporary_files_survive_a_crash_and_go_with_the_environment(rig: Rig) -> None:
    specification = rig.specification(ON_DEMAND)
    first = rig.launch(specification).ready()
    assert first.attempt(_write, "/tmp/kept.txt", "still here") == {"value": 10}
    first.process.kill()
    first.exit()
    first.process.close()
    second = rig.launch(specification).ready()
    assert second.attempt(_read, "/tmp/kept.txt") == {"value": "still here"}
    second.process.kill()
    second.exit()
    rig.run(rig.launcher.discard(specification.identifier))
    third = rig.launch(specification).ready()
    assert third.attempt(_read, "/tmp/kept.txt")["error"] == "FileNotFoundError"


def test_a_relaunched_environment_is_walled_like_the_first(alone: Rig) -> None:
    specification = alone.specification(ON_DEMAND)
    first = alone.launch(specification).ready()
    before = first.attempt(_surroundings)
    first.process.kill()
    first.exit()
    first.process.close()
    second = alone.launch(specification).ready()
    assert second.attempt(_surroundings) == before
    assert before["value"]["processes"] == ["1"]
    assert before["value"]["interfaces"] == ["lo"]


def test_two_environments_do_not_share_temporary_files(rig: Rig) -> None:
    one, other = rig.tenant(ON_DEMAND), rig.tenant(ON_DEMAND)
    one.attempt(_write, "/tmp/secret.txt", "mine")
    assert other.attempt(_read, "/tmp/secret.txt")["error"] == "FileNotFoundError"
    assert other.attempt(_list, "/tmp") == {"value": []}


def test_the_temporary_folder_is_an_ordinary_one(rig: Rig) -> None:
    assert rig.attempt(_use_temporary_folder) == {
        "value": {
            "content": "hello",
            "listed": ["copy.txt", "data.db", "deep", "new.txt"],
            "rows": [[1]],
            "missing": "/tmp/missing.txt",
            "kept": True,
            "folder": "/tmp",
        }
    }


def test_code_is_in_var_task_and_is_the_working_folder(rig: Rig) -> None:
    files = {"notes.txt": "read me", "helper.py": "import os\nWHERE = os.path.abspath(__file__)\n"}
    code = """
import os, helper
def handler(event, context):
    absolute, relative = open("/var/task/notes.txt").read(), open("notes.txt").read()
    listed = sorted(os.listdir("/var/task"))
    return [os.getcwd(), __file__, helper.WHERE, absolute, relative, listed]
"""
    tenant = rig.tenant(code, files=files)
    listed = ["app.py", "helper.py", "notes.txt"]
    assert tenant.invoke().value == [
        "/var/task",
        "/var/task/app.py",
        "/var/task/helper.py",
        "read me",
        "read me",
        listed,
    ]


def test_code_cannot_be_changed(walled: Rig) -> None:
    tenant = walled.tenant(ON_DEMAND)
    for path in ("/var/task/app.py", "/var/task/new.py"):
        assert tenant.attempt(_write, path, "x")["error"] in ("OSError", "PermissionError")


def test_the_temporary_folder_is_full_at_its_size(alone: Rig) -> None:
    tenant = alone.tenant(ON_DEMAND, temporary_bytes=4 * MEBIBYTE)
    filled = tenant.attempt(_fill, "/tmp", 8 * MEBIBYTE)
    assert "No space left" in filled["text"]
    assert "No space left" in tenant.attempt(_make_files, "/tmp", 5000)["text"]


def test_one_file_cannot_be_larger_than_the_temporary_folder(rig: Rig) -> None:
    tenant = rig.tenant(ON_DEMAND, temporary_bytes=2 * MEBIBYTE)
    assert tenant.attempt(_fill, "/tmp", 4 * MEBIBYTE)["error"] == "OSError"


def _write(path: str, text: str) -> int:
    with open(path, "w") as file:
        return file.write(text)


def _read(path: str) -> str:
    with open(path) as file:
        return file.read()


def _list(path: str) -> list[str]:
    import os

    return sorted(os.listdir(path))


def _fill(folder: str, size: int) -> None:
    with open(f"{folder}/large", "wb") as file:
        for _ in range(size // 65536):
            file.write(b"x" * 65536)


def _make_files(folder: str, count: int) -> None:
    for number in range(count):
        open(f"{folder}/{number}", "w").close()


def _surroundings() -> dict[str, object]:
    import os
    import socket

    with open("/proc/self/net/dev") as file:
        interfaces = file.readlines()
    return {
        "processes": [name for name in os.listdir("/proc") if name.isdigit()],
        "interfaces": [line.split(":")[0].strip() for line in interfaces if ":" in line],
        "user": os.getuid(),
        "folders": sorted(os.listdir("/")),
        "host": socket.gethostname(),
    }


def _use_temporary_folder() -> dict[str, object]:
    import os
    import pathlib
    import shutil
    import sqlite3
    import tempfile

    new = pathlib.Path("/tmp/new.txt")
    new.write_text("hello")
    shutil.copyfile("/tmp/new.txt", "/tmp/copy.txt")
    os.makedirs("/tmp/deep/deeper")
    shutil.rmtree("/tmp/deep/deeper")
    with sqlite3.connect("/tmp/data.db") as database:
        database.execute("create table t (x)")
        database.execute("insert into t values (1)")
        rows = database.execute("select x from t").fetchall()
    database.close()
    with tempfile.NamedTemporaryFile() as file:
        folder = os.path.dirname(file.name)
    missing = ""
    try:
        open("/tmp/missing.txt")
    except FileNotFoundError as error:
        missing = str(error.filename)
    return {
        "content": new.read_text(),
        "listed": sorted(os.listdir("/tmp")),
        "rows": rows,
        "missing": missing,
        "kept": os.path.exists("/tmp/new.txt") and os.path.isdir("/tmp/deep"),
        "folder": folder,
    }

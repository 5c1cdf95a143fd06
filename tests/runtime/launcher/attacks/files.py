"""File attackers, and honest users of files.

Each function is sent into an environment by its source, so its imports are inside. It returns
what it achieved.
"""

# What runs inside uses files and numbers as learners and attackers do.
# ruff: noqa: PTH101, PTH104, PTH107, PTH115, PTH123, PTH208, PTH211, SIM115

from collections.abc import Callable
from typing import IO


def touch_in_every_way(path: str) -> list[str]:
    import os

    achieved = []
    attacks: dict[str, Callable[[], object]] = {
        "read": lambda: open(path).read(),
        "write": lambda: open(path, "a").write("x"),
        "truncate": lambda: os.truncate(path, 0),
        "rename": lambda: os.rename(path, "/tmp/x"),
        "remove": lambda: os.remove(path),
        "hardlink": lambda: os.link(path, "/tmp/y"),
        "chmod": lambda: os.chmod(path, 0o777),
        "utime": lambda: os.utime(path),
        "setxattr": lambda: os.setxattr(path, "user.x", b"x"),
        "chown": lambda: os.chown(path, os.getuid(), os.getgid()),
    }
    for name, attack in attacks.items():
        try:
            attack()
        except OSError:
            continue
        achieved.append(name)
    return achieved


def read(path: str) -> str:
    with open(path) as file:
        return file.read(100)


def list_deep(path: str) -> list[str]:
    import os

    return os.listdir(path)


def look_at(path: str) -> str:
    import os

    if path.endswith("/fd"):
        return str(os.listdir(path))
    if path.endswith(("cwd", "root")):
        return os.readlink(path)
    with open(path, "rb") as file:
        return str(file.read(10))


def write_into(folders: list[str]) -> list[str]:
    achieved = []
    for folder in folders:
        try:
            open(f"{folder}/attack", "w").close()
        except OSError:
            continue
        achieved.append(folder)
    return achieved


def link_to(path: str) -> list[str]:
    import os

    os.symlink(path, "/tmp/link")
    achieved = []
    attacks: dict[str, Callable[[], object]] = {
        "read": lambda: open("/tmp/link").read(),
        "append": lambda: open("/tmp/link", "a").write("x"),
    }
    for name, attack in attacks.items():
        try:
            attack()
        except OSError:
            continue
        achieved.append(name)
    return achieved


def open_many() -> int:
    files: list[IO[str]] = []
    try:
        while len(files) < 5000:
            files.append(open("/dev/null"))
    except OSError:
        pass
    count = len(files) + 5
    for file in files:
        file.close()
    return count


def use_devices() -> list[object]:
    with open("/dev/urandom", "rb") as source, open("/dev/null", "wb") as sink:
        written = sink.write(source.read(4))
    with open("/dev/null") as empty:
        nothing = empty.read()
    refused = ""
    try:
        open("/dev/tty", "w").close()
    except OSError as error:
        refused = "refused" if error.errno in (2, 6, 13, 30) else str(error)
    return [written, nothing, refused]

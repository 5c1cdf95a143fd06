"""Attackers of files that are not theirs. Sent by their source; they return what they achieved."""

# What runs inside uses files and numbers as attackers do.
# ruff: noqa: PTH101, PTH104, PTH105, PTH107, PTH115, PTH116, PTH120, PTH123, PTH208, PTH211, SIM115

from collections.abc import Callable


def take(path: str) -> list[str]:
    import os

    def read_through_a_link() -> None:
        os.symlink(path, "/tmp/link")
        open("/tmp/link").read()

    achieved = []
    attacks: dict[str, Callable[[], object]] = {
        "read": lambda: open(path).read(),
        "link to it": read_through_a_link,
        "write": lambda: open(path, "a").write("x"),
        "truncate": lambda: os.truncate(path, 0),
        "hardlink": lambda: os.link(path, "/tmp/hard"),
        "rename": lambda: os.rename(path, "/tmp/moved"),
        "replace": lambda: os.replace("/var/task/app.py", path),
        "remove": lambda: os.remove(path),
        "map": lambda: os.open(path, os.O_RDONLY),
        "execute": lambda: os.execv(path, [path]),
    }
    for name, attack in attacks.items():
        try:
            attack()
        except OSError:
            continue
        achieved.append(name)
    return achieved


def change_about(path: str) -> list[str]:
    import os

    achieved = []
    attacks: dict[str, Callable[[], object]] = {
        "chmod": lambda: os.chmod(path, 0o777),
        "utime": lambda: os.utime(path),
        "set by descriptor": lambda: os.fchmod(os.open(path, os.O_PATH), 0o777),
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


def learn_of(path: str) -> list[str]:
    import os

    achieved = []
    attacks: dict[str, Callable[[], object]] = {
        "stat": lambda: os.stat(path),
        "open as path": lambda: os.fstat(os.open(path, os.O_PATH)).st_size,
        "statvfs": lambda: os.statvfs(path),
        "chdir": lambda: os.chdir(os.path.dirname(path)),
    }
    for name, attack in attacks.items():
        try:
            attack()
        except OSError:
            continue
        achieved.append(name)
    return achieved


def read_each(paths: list[str]) -> list[str]:
    achieved = []
    for path in paths:
        try:
            open(path).read()
        except OSError:
            continue
        achieved.append(path)
    return achieved


def list_each(paths: list[str]) -> list[str]:
    import os

    achieved = []
    for path in paths:
        try:
            achieved += [f"{path}/{name}" for name in os.listdir(path)]
        except OSError:
            continue
    return achieved


def write_into_each(folders: list[str]) -> list[str]:
    import os

    achieved = []
    for folder in folders:
        try:
            open(f"{folder}/attack", "w").close()
        except OSError:
            continue
        os.remove(f"{folder}/attack")
        achieved.append(folder)
    return achieved


def rewrite_itself() -> list[str]:
    achieved = []
    for path in ("/proc/self/autogroup", "/proc/self/oom_score_adj", "/proc/self/timerslack_ns"):
        try:
            with open(path, "w") as file:
                file.write("0")
        except OSError:
            continue
        achieved.append(path)
    return achieved


def watch(folder: str) -> list[str]:
    import ctypes

    library = ctypes.CDLL(None)
    descriptor = library.inotify_init()
    return ["watched"] if library.inotify_add_watch(descriptor, folder.encode(), 0xFFF) >= 0 else []


def read_process(pid: int) -> list[str]:
    import os

    achieved = []
    base = f"/proc/{pid}/"
    attacks: dict[str, Callable[[], object]] = {
        "environ": lambda: open(base + "environ").read(),
        "maps": lambda: open(base + "maps").read(),
        "mem": lambda: open(base + "mem", "rb").close(),
        "fd": lambda: os.listdir(base + "fd"),
        "cwd": lambda: os.readlink(base + "cwd"),
        "root": lambda: os.listdir(base + "root"),
        "stack": lambda: open(base + "stack").read(),
        "attr": lambda: open(base + "oom_score_adj", "w").write("0"),
    }
    for name, attack in attacks.items():
        try:
            attack()
        except OSError:
            continue
        achieved.append(name)
    return achieved


def look_for(word: str) -> list[str]:
    import gc
    import os

    def text_of(path: str) -> str:
        try:
            with open(path) as file:
                return file.read()
        except OSError:
            return ""

    found = {
        "its variables": str(dict(os.environ)),
        "the block it was started with": text_of("/proc/self/environ"),
        "its command line": text_of("/proc/self/cmdline"),
        "its objects": str(
            [one for one in gc.get_objects() if isinstance(one, dict) and word in one]
        ),
    }
    return [place for place, text in found.items() if word in text]


def search_memory(pattern: str) -> list[str]:
    """Look for what others left in the memory that this process began with."""
    import ctypes
    import re

    try:
        with open("/proc/self/maps") as file:
            lines = file.read().splitlines()
    except OSError:
        return []
    achieved = []
    for line in lines:
        area, rights, *_ = line.split()
        if rights.startswith("rw"):
            start, end = (int(number, 16) for number in area.split("-"))
            if re.search(pattern.encode(), ctypes.string_at(start, end - start)):
                achieved.append(line)
    return achieved

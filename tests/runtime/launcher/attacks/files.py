"""File attackers, and honest users of files.

Each function is sent into an environment by its source, so its imports are inside. It returns
what it achieved.
"""

# What runs inside uses files and numbers as learners and attackers do.
# ruff: noqa: PTH123, SIM115

from typing import IO


def read(path: str) -> str:
    with open(path) as file:
        return file.read(100)


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

"""What objects hold, in a backup: one member for each body that the database in it names."""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from webapp.storage.bodies import FOLDER_NAME, body_path

MEMBER = re.compile(rf"{FOLDER_NAME}/([0-9a-f]{{32}})")
_TABLES = ("object", "upload_part")


def named_in(database: Path) -> set[str]:
    """Return the bodies that an SQLite file names; none where it is of a time before objects."""
    with closing(sqlite3.connect(database)) as connection:
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        return {
            body
            for table in _TABLES
            if table in there
            for (body,) in connection.execute(f"SELECT body FROM {table} WHERE body != ''")  # noqa: S608
        }


def gather(named: Iterable[str], *, folder: Path, target: Path) -> dict[str, Path] | None:
    """Hold on to bodies in ``target``, by member name; ``None`` if one has gone meanwhile.

    ``folder`` is the data folder.
    """
    target.mkdir(exist_ok=True)
    held = {}
    for identifier in named:
        link = target / identifier
        try:
            _take(body_path(folder / FOLDER_NAME, identifier), link)
        except FileNotFoundError:
            return None
        held[f"{FOLDER_NAME}/{identifier}"] = link
    return held


def put_in_place(unpacked: Path, *, folder: Path) -> None:
    """Move unpacked bodies to where they belong in the data folder."""
    for path in unpacked.iterdir() if unpacked.is_dir() else ():
        target = body_path(folder / FOLDER_NAME, path.name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.replace(target)


def set_aside(folder: Path, before: Path) -> None:
    """Keep what lies in the data folder in the folder ``before``."""
    with suppress(FileNotFoundError):
        (folder / FOLDER_NAME).rename(before / FOLDER_NAME)


def _take(path: Path, link: Path) -> None:
    if link.exists():
        return
    try:
        os.link(path, link)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one that knows no links
        shutil.copyfile(path, link)

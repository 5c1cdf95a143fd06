"""``/var/runtime``: boto3 and what it needs, and the programs that start runtimes.

The folder is made once for each set of versions. Files are linked where the file system can, so
it costs 20 ms and no space; the byte code that was installed with them stays valid.
"""

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

_WANTED = "boto3"
_SHOWN = Path(__file__).parent / "shown"
_INSIDE = Path(__file__).parent / "inside"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def prepare(root: Path) -> Path:
    """Return the folder below ``root``, made now if need be. Raises ``OSError``.

    ``root`` is this function's own: what is in it and not of these versions is deleted.
    """
    distributions = _closure(_WANTED)
    own = {path.relative_to(_SHOWN).as_posix(): path for path in _files(_SHOWN)}
    own |= {f"launcher/inside/{path.name}": path for path in _files(_INSIDE)}
    folder = root / _digest(distributions, own)
    if not folder.exists():
        shutil.rmtree(root, ignore_errors=True)
        unfinished = root / "unfinished"
        unfinished.mkdir(parents=True)
        _copy(distributions, unfinished)
        for name, path in own.items():
            _link(path, unfinished / name)
        unfinished.rename(folder)
    return folder


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".py", ".mjs"))


def _digest(distributions: Iterable[Distribution], own: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for one in distributions:
        digest.update(f"{one.name}-{one.version}\n".encode())
    for name, path in own.items():
        digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _closure(name: str) -> list[Distribution]:
    """Return a distribution and all that it needs, in the order of their names; none without it."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        wanted = _plain(waiting.pop())
        if wanted in found:
            continue
        with contextlib.suppress(PackageNotFoundError):  # not needed on this system or Python
            found[wanted] = distribution(wanted)
            waiting += _needs(found[wanted])
    return [found[name] for name in sorted(found)]


def _needs(one: Distribution) -> Iterator[str]:
    for requirement in one.requires or ():
        name = _NAME.match(requirement)
        if name is not None and "extra ==" not in requirement:
            yield name.group()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _copy(distributions: Iterable[Distribution], folder: Path) -> None:
    for one in distributions:
        for path in one.files or ():
            if ".." in path.parts:  # programs beside the packages
                continue
            _link(Path(os.fspath(path.locate())), folder / path)


def _link(source: Path, target: Path) -> None:
    """Have the same file at ``target``, for everybody to read, with the time that it has."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        if source.stat().st_mode & 0o004:
            target.hardlink_to(source)
            return
    with contextlib.suppress(FileNotFoundError):  # the record names what was removed since
        shutil.copy2(source, target)
        target.chmod(0o644)

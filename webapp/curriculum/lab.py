"""A lab as a lesson's folder holds it: front matter, ``start/``, ``solution/`` and ``events/``."""

import json
from collections.abc import Mapping
from pathlib import Path

from webapp.curriculum.fields import Fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.model import Files, Lab, LabFunction
from webapp.curriculum.source import Source

LARGEST_FILE_BYTES = 256 * 1024
HANDLER = "handler.handler"


def read_lab(
    fields: Fields, *, slug: str, folder: Path, identifiers: Identifiers, source: Source
) -> Lab:
    """Read ``functions`` and the folders beside the lesson's text."""
    declared = list(fields.named("functions"))
    functions = []
    for name, inner in declared:
        identifiers.give(name, kind="function", source=source, line=inner.line)
        below = Path() if len(declared) == 1 else Path(name)
        functions.append(_function(name, fields=inner, folder=folder, below=below, source=source))
    if not functions:
        fields.problem("functions", "A lab needs a function.")
    events = _events(folder / "events", source=source)
    return Lab(slug=slug, functions=tuple(functions), events=events)


def _function(
    name: str, *, fields: Fields, folder: Path, below: Path, source: Source
) -> LabFunction:
    start = read_files(folder / "start" / below, source=source)
    if not start:
        fields.problem("functions", f"There is no code in '{Path('start') / below}'.")
    function = LabFunction(
        name=name,
        handler=fields.text("handler", default=HANDLER),
        memory_mb=fields.integer("memory", within=(128, 10240), default=128),
        timeout=fields.integer("timeout", within=(1, 900), default=3),
        variables=fields.texts("variables"),
        start=start,
        solution={**start, **read_files(folder / "solution" / below, source=source)},
    )
    fields.done()
    return function


def read_files(folder: Path, *, source: Source) -> Files:
    """Return the text of every file below a folder; caches of Python are left out."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and "__pycache__" not in path.parts:
            found[path.relative_to(folder).as_posix()] = read_text(path, source=source)
    return found


def read_text(path: Path, *, source: Source) -> str:
    """Return a file's text; one that is too large or not text is reported and read as empty."""
    if path.stat().st_size > LARGEST_FILE_BYTES:
        source.problem(0, f"'{path.name}' is larger than {LARGEST_FILE_BYTES // 1024} KB.")
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        source.problem(0, f"'{path.name}' is not text in UTF-8.")
        return ""


def _events(folder: Path, *, source: Source) -> Mapping[str, str]:
    files = read_files(folder, source=source)
    for name, text in files.items():
        own = Source(f"{Path(source.file).parent.as_posix()}/events/{name}", source.report)
        _check_event(name, text=text, source=own)
    return {name.removesuffix(".json"): text for name, text in files.items()}


def _check_event(name: str, *, text: str, source: Source) -> None:
    if not name.endswith(".json") or "/" in name:
        source.problem(0, "An event is a '.json' file directly in 'events'.")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        source.problem(error.lineno - 1, f"This is not JSON: {error.msg}.")

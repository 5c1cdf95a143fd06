"""Style sheets and page scripts served whole: what a file imports is put into it.

The files stay small modules that work as they are; a page that asks for one of these asks once
instead of seventy times. Only the forms that our own files use are known; a test holds them to it.
"""

import posixpath
import re
from collections.abc import Callable

Read = Callable[[str], str]
"""Returns the text of a file by its path in the static folder."""

_CSS_IMPORT = re.compile(r'^@import url\("([^"]+)"\);\n', re.MULTILINE)
_CSS_URL = re.compile(r'\burl\("([^":]+)"\)')
_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function\*?|class|const) (\w+)", re.MULTILINE)
_LATE_IMPORT = re.compile(r'\bimport\("(\.[^"]+)"\)')
_PLACE = re.compile(r"\bimport\.meta\.url\b")
_COMMENT = re.compile(r"^ *(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)\n", re.MULTILINE)


def style_sheet(path: str, *, read: Read) -> str:
    """Return a style sheet with every sheet that it imports in its place."""
    return _sheet(path, seen_from=posixpath.dirname(path), read=read)


def script(path: str, *, read: Read) -> str:
    """Return a module with every module that it imports, each once, before who needs it."""
    return _Script(posixpath.dirname(path), read).whole(path)


def _sheet(path: str, *, seen_from: str, read: Read) -> str:
    here = posixpath.dirname(path)

    def inside(found: re.Match[str]) -> str:
        return _sheet(_beside(here, found[1]), seen_from=seen_from, read=read)

    def moved(found: re.Match[str]) -> str:
        return f'url("{posixpath.relpath(_beside(here, found[1]), seen_from)}")'

    text = read(path)
    own = _CSS_URL.sub(moved, _CSS_IMPORT.sub("", text))
    return "".join(inside(found) for found in _CSS_IMPORT.finditer(text)) + own


class _Script:
    """Modules as functions in one file, in the order in which they are needed."""

    def __init__(self, folder: str, read: Read) -> None:
        self._folder = folder
        self._read = read
        self._names: dict[str, str] = {}
        self._parts: list[str] = []

    def whole(self, path: str) -> str:
        self._add(path)
        return "".join(self._parts)

    def _add(self, path: str) -> str:
        """Write a module down behind what it imports; return the name of its exports."""
        if path in self._names:
            return self._names[path]
        name = self._names[path] = f"module{len(self._names)}"
        text, here = self._read(path), posixpath.dirname(path)
        imports = [
            _taken(found[1], self._add(_beside(here, found[2]))) for found in _IMPORT.finditer(text)
        ]
        body = self._moved(_COMMENT.sub("", _IMPORT.sub("", text)), here, path)
        exports = ", ".join(found[2] for found in _EXPORT.finditer(text))
        own = _EXPORT.sub(r"\1 \2", body)
        head = f"const {name} = (() => {{\n{''.join(imports)}"
        self._parts.append(f"{head}{own}return {{ {exports} }};\n}})();\n")
        return name

    def _moved(self, text: str, here: str, path: str) -> str:
        """Let a module find what is beside it although it stands elsewhere now."""
        file = posixpath.relpath(path, self._folder)
        late = _LATE_IMPORT.sub(lambda found: f'import("{self._from(here, found[1])}")', text)
        return _PLACE.sub(f'new URL("{file}", import.meta.url).href', late)

    def _from(self, here: str, target: str) -> str:
        moved = posixpath.relpath(_beside(here, target), self._folder)
        return moved if moved.startswith(".") else f"./{moved}"


def _taken(names: str | None, module: str) -> str:
    return f"const {{ {names.strip().replace(' as ', ': ')} }} = {module};\n" if names else ""


def _beside(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(folder, target))

"""Static files below a prefix that changes with their content, so that browsers may keep them."""

import gzip
import hashlib
import mimetypes
import posixpath
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, has_request_context, request, send_from_directory, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from webapp.app import compression, whole

PAGE_SCRIPTS = "scripts/pages/"
_YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class _Text:
    """A text file as it leaves: as it is, and compressed."""

    kind: str
    plain: bytes
    small: bytes


class Assets:
    """The static folder; its tree has one version, so relative imports and ``url()`` work."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts: dict[str, _Text] = {}
        self._urls: dict[str, str] = {}
        self.version = _digest(folder)

    def register(self, app: Flask) -> None:
        """Serve ``/static/<version>/<path>`` and give templates ``asset(path)``."""
        app.add_url_rule("/static/<version>/<path:path>", "static", self._serve)
        app.jinja_env.globals["asset"] = self._url

    def _url(self, path: str) -> str:
        """Return where a file is. A page asks a hundred times: each address is made once."""
        at_root = has_request_context() and not request.script_root
        if at_root and path in self._urls:
            return self._urls[path]
        if not (self._folder / path).is_file():
            raise FileNotFoundError(f"there is no static file '{path}'")
        address = url_for("static", version=self.version, path=path)
        if at_root:
            self._urls[path] = address
        return address

    def _serve(self, version: str, path: str) -> Response:
        if version != self.version:
            raise NotFound
        response = self._text(path) or send_from_directory(self._folder, path)
        response.cache_control.public = True
        response.cache_control.max_age = _YEAR_SECONDS
        response.cache_control.immutable = True
        return response

    def _text(self, path: str) -> Response | None:
        """Return a text file, compressed where that is wanted; ``None`` for any other file."""
        kind, _ = mimetypes.guess_type(path)
        safe = safe_join(".", path)
        if kind not in compression.COMPRESSIBLE or safe is None:
            return None
        joined = posixpath.normpath(safe)
        if joined not in self._texts:
            if not (self._folder / joined).is_file():
                return None
            self._texts[joined] = _made(kind, self._whole(joined))
        text, small = self._texts[joined], compression.wanted()
        response = Response(text.small if small else text.plain, mimetype=text.kind)
        response.vary.add("Accept-Encoding")
        if small:
            compression.mark(response)
        return response

    def _whole(self, path: str) -> str:
        if path.endswith(".css"):
            return whole.style_sheet(path, read=self._read)
        if path.startswith(PAGE_SCRIPTS):
            return whole.script(path, read=self._read)
        return self._read(path)

    def _read(self, path: str) -> str:
        return (self._folder / path).read_text(encoding="utf-8")


def _made(kind: str, text: str) -> _Text:
    plain = text.encode()
    return _Text(kind, plain, gzip.compress(plain, compression.FILE_LEVEL, mtime=0))


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]

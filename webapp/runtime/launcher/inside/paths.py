"""``/tmp`` and ``/var/task`` where no mount namespace can make them (rules.md 20).

A presentation, not a wall: the functions of ``os`` and ``open`` (and the importer, ``tempfile``,
``pathlib``, ``shutil``, ``sqlite3``, which rest on them) translate paths that begin with a shown
folder, and translate back what they return or complain about. Not translated: what other programs
are given, ``DirEntry.path``, links inside the folders, and libraries that open files in C.
"""

import builtins
import contextlib
import functools
import importlib
import io
import os
import sys
import tokenize
import types
from collections.abc import Callable, Mapping
from typing import Any

_ONE_PATH = [
    "access",
    "chdir",
    "chmod",
    "chown",
    "lchown",
    "getxattr",
    "link",
    "listdir",
    "listxattr",
    "lstat",
    "mkdir",
    "mkfifo",
    "mknod",
    "open",
    "pathconf",
    "readlink",
    "remove",
    "removexattr",
    "rename",
    "replace",
    "rmdir",
    "scandir",
    "setxattr",
    "stat",
    "statvfs",
    "symlink",
    "truncate",
    "unlink",
    "utime",
]
_TWO_PATHS = {"link", "rename", "replace", "symlink"}
_RETURNS_PATH = {"readlink"}
_PATH_KEYWORDS = ("path", "src", "dst", "file", "database")


class _Translation:
    """Shown folders and the real ones behind them."""

    def __init__(self, folders: Mapping[str, str]) -> None:
        self._folders = dict(folders)
        self._unchanged = [(real, real) for real in folders.values()]

    def real(self, path: Any) -> Any:
        """Return the host's path; whatever is no path in a shown folder stays as it is.

        The real folders come first, unchanged: they may lie in the host's own ``/tmp``.
        """
        return _swap(path, [*self._unchanged, *self._folders.items()])

    def shown(self, path: Any) -> Any:
        """Return what learner code shall see instead of a real path."""
        return _swap(path, [(real, shown) for shown, real in self._folders.items()])

    def wrap(
        self, function: Callable[..., Any], *, paths: int, returns: bool
    ) -> Callable[..., Any]:
        """Return ``function`` with its first ``paths`` arguments translated."""

        @functools.wraps(function)
        def translated(*arguments: Any, **keywords: Any) -> Any:
            real = [self.real(argument) for argument in arguments[:paths]]
            for name in _PATH_KEYWORDS:
                if name in keywords:
                    keywords[name] = self.real(keywords[name])
            try:
                result = function(*real, *arguments[paths:], **keywords)
            except OSError as error:
                self._rename(error)
                raise
            return self.shown(result) if returns else result

        return translated

    def _rename(self, error: OSError) -> None:
        if error.filename is not None:
            error.filename = self.shown(error.filename)
        if error.filename2 is not None:
            error.filename2 = self.shown(error.filename2)


def present(folders: Mapping[str, str]) -> None:
    """Show each real folder under its key, for this whole process and for good."""
    translation = _Translation(folders)
    _replace_system_calls(translation)
    _replace_open(translation)
    _replace_extension_loading(translation)
    load_ahead()
    if "tempfile" in sys.modules:
        importlib.reload(sys.modules["tempfile"])  # it holds os.unlink as it was when imported
    if "sqlite3" in sys.modules:
        connect = translation.wrap(sys.modules["sqlite3"].connect, paths=1, returns=False)
        for name in ("sqlite3", "sqlite3.dbapi2"):
            _set(sys.modules[name], "connect", connect)


def load_ahead() -> None:
    """Import what the shim reaches into, so that a cold start need not."""
    with contextlib.suppress(ImportError):
        importlib.import_module("sqlite3")


def _replace_system_calls(translation: _Translation) -> None:
    # The importer calls the functions of the module below os, so both get the same ones.
    system = importlib.import_module(os.name)
    for name in _ONE_PATH:
        if hasattr(os, name):
            paths = 2 if name in _TWO_PATHS else 1
            original = getattr(os, name)
            wrapped = translation.wrap(original, paths=paths, returns=name in _RETURNS_PATH)
            _set(os, name, wrapped)
            _set(system, name, wrapped)
            _keep_abilities(original, wrapped)
    getcwd = os.getcwd
    _set(os, "getcwd", lambda: translation.shown(getcwd()))
    _set(system, "getcwd", os.getcwd)


def _keep_abilities(original: object, wrapped: object) -> None:
    """``shutil`` and others ask these sets whether a function can do something."""
    for abilities in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if original in abilities:
            abilities.add(wrapped)  # type: ignore[arg-type]


def _replace_open(translation: _Translation) -> None:
    opened = translation.wrap(io.open, paths=1, returns=False)
    opened_code = translation.wrap(io.open_code, paths=1, returns=False)
    system = importlib.import_module("_io")
    for module in (builtins, io, system):
        _set(module, "open", opened)
    _set(tokenize, "_builtin_open", opened)  # the source lines in tracebacks
    for module in (io, system):
        _set(module, "open_code", opened_code)


def _replace_extension_loading(translation: _Translation) -> None:
    loading = importlib.import_module("_imp")
    original = loading.create_dynamic

    def create_dynamic(spec: Any, *rest: Any) -> Any:
        real = types.SimpleNamespace(name=spec.name, origin=translation.real(spec.origin))
        return original(real, *rest)

    _set(loading, "create_dynamic", create_dynamic)


def _swap(path: Any, folders: Any) -> Any:
    if isinstance(path, os.PathLike):
        path = os.fspath(path)
    if isinstance(path, bytes):
        return os.fsencode(_swap(os.fsdecode(path), folders))
    if isinstance(path, str):
        for old, new in folders:
            if path == old or path.startswith(old + "/"):
                return new + path[len(old) :]
    return path


def _set(module: object, name: str, value: object) -> None:
    setattr(module, name, value)

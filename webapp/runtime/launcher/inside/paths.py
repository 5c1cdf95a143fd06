"""``/tmp`` and ``/var/task`` where no mount namespace can make them (rules.md 20).

A presentation, not a wall: the functions of ``os`` and ``open`` (and the importer, ``tempfile``,
``pathlib``, ``shutil``, ``sqlite3``, which rest on them) translate paths that begin with a shown
folder, and translate back what they return or complain about. Not translated: what other programs
are given, ``DirEntry.path``, links inside the folders, and libraries that open files in C.
"""

from __future__ import annotations

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


class Shim:
    """Shown folders and the real ones behind them; none until ``present``."""

    def __init__(self) -> None:
        self._to_real: list[tuple[str, str]] = []
        self._to_shown: list[tuple[str, str]] = []

    def present(self, folders: Mapping[str, str]) -> None:
        """Show each real folder under its key, for good."""
        # The real ones come first, unchanged: they may lie in the host's own /tmp.
        self._to_real = [*((real, real) for real in folders.values()), *folders.items()]
        self._to_shown = [(real, shown) for shown, real in folders.items()]

    def real(self, path: Any) -> Any:
        """Return the host's path; whatever is no path in a shown folder stays as it is."""
        return _swap(path, self._to_real)

    def shown(self, path: Any) -> Any:
        """Return what learner code shall see instead of a real path."""
        return _swap(path, self._to_shown)

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


def install() -> Shim:
    """Put a shim between this process and its files, before ``tempfile`` and its like are imported.

    Done once in the zygote: an environment then has only to say which folders, which spares it
    2 ms and 1 MB.
    """
    shim = Shim()
    _replace_system_calls(shim)
    _replace_open(shim)
    _replace_extension_loading(shim)
    with contextlib.suppress(ImportError):  # not every interpreter has it
        sqlite = importlib.import_module("sqlite3")
        connect = shim.wrap(sqlite.connect, paths=1, returns=False)
        for name in ("sqlite3", "sqlite3.dbapi2"):
            _set(sys.modules[name], "connect", connect)
    return shim


def _replace_system_calls(shim: Shim) -> None:
    # The importer calls the functions of the module below os, so both get the same ones.
    system = importlib.import_module(os.name)
    for name in _ONE_PATH:
        if hasattr(os, name):
            paths = 2 if name in _TWO_PATHS else 1
            original = getattr(os, name)
            wrapped = shim.wrap(original, paths=paths, returns=name in _RETURNS_PATH)
            _set(os, name, wrapped)
            _set(system, name, wrapped)
            _keep_abilities(original, wrapped)
    getcwd = os.getcwd
    _set(os, "getcwd", lambda: shim.shown(getcwd()))
    _set(system, "getcwd", os.getcwd)


def _keep_abilities(original: object, wrapped: object) -> None:
    """``shutil`` and others ask these sets whether a function can do something."""
    for abilities in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if original in abilities:
            abilities.add(wrapped)  # type: ignore[arg-type]


def _replace_open(shim: Shim) -> None:
    opened = shim.wrap(io.open, paths=1, returns=False)
    opened_code = shim.wrap(io.open_code, paths=1, returns=False)
    system = importlib.import_module("_io")
    for module in (builtins, io, system):
        _set(module, "open", opened)
    _set(tokenize, "_builtin_open", opened)  # the source lines in tracebacks
    for module in (io, system):
        _set(module, "open_code", opened_code)


def _replace_extension_loading(shim: Shim) -> None:
    loading = importlib.import_module("_imp")
    original = loading.create_dynamic

    def create_dynamic(spec: Any, *rest: Any) -> Any:
        real = types.SimpleNamespace(name=spec.name, origin=shim.real(spec.origin))
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

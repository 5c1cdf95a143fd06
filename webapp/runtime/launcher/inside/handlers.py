"""From the handler string to the function, with the errors on the way (lambda-behaviour 1.3)."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from webapp.runtime.launcher.inside import hints
from webapp.runtime.launcher.inside.failures import Failure

Handler = Callable[[Any, Any], Any]


class Unusable(Exception):
    """The handler string leads nowhere; ``failure`` says where it stopped."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def find(text: str) -> Handler:
    """Import the module and return the handler.

    Raises ``Unusable``, or whatever the module's own code raises.
    """
    module, name = _split(text)
    if module.split(".")[0] in sys.builtin_module_names:
        message = f"Cannot use built-in module {module} as a handler module"
        raise Unusable(Failure("Runtime.BuiltInModuleConflict", message))
    try:
        handler: Handler = getattr(_import(module), name)
    except AttributeError as error:
        if error.__traceback__ is None or error.__traceback__.tb_next is not None:
            raise  # it happened in the module, not in this lookup
        message = f"Handler '{name}' missing on module '{module}'"
        raise Unusable(Failure("Runtime.HandlerNotFound", message)) from None
    return handler


def by_first_name(names: Iterable[str]) -> dict[str, list[str]]:
    """Group module names by their first part, for ``forget_shadowed``."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name.partition(".")[0], []).append(name)
    return groups


def forget_shadowed(ahead: Mapping[str, Iterable[str]], *, folder: str) -> None:
    """Let a file of the learner's win over a module that was only imported ahead of time.

    ``ahead`` are the modules that Lambda's own runtime would not have loaded yet, by first name:
    going through all names would copy the pages they are on (0.2 MB in every environment).
    """
    for entry in os.listdir(folder):  # noqa: PTH208 - hot path
        for name in ahead.get(entry.partition(".")[0], ()):
            sys.modules.pop(name, None)


def _split(text: str) -> tuple[str, str]:
    try:
        module, name = text.rsplit(".", 1)
    except ValueError as error:
        message = f"Bad handler '{text}': {error}"
        raise Unusable(Failure("Runtime.MalformedHandlerName", message)) from None
    return module.replace("/", "."), name


def _import(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        message = f"Unable to import module '{module}': {error}"
        hint = hints.of(error)
        raise Unusable(Failure("Runtime.ImportModuleError", message, hint=hint)) from error
    except SyntaxError as error:
        where = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        message = f"Syntax error in module '{module}': {error}"
        raise Unusable(Failure("Runtime.UserCodeSyntaxError", message, [where])) from error

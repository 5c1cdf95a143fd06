"""What to do about a call that failed before or in the learner's code. Pure."""

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

TASK = "/var/task/"
_NO_MODULE = re.compile(r"No module named '([\w.]+)'")
_IMPORTING = re.compile(r"Unable to import module '([\w.]+)'")
_FRAME = re.compile(r'File "/var/task/([^"\n]+)",? [lL]ine (\d+)')
_LONGEST_PARSED = 256 * 1024
_MOST_NAMED = 6
_PARSED_RESPONSE = 256 * 1024

MISSING_PACKAGE = (
    "The runtime has Python's standard library and boto3; every other package comes with your "
    "code. On your machine: pip install --target package {name}, copy your own files into "
    "'package', zip what is in it (not the folder itself), and upload the zip here."
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file of the draft, from 1."""

    file: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """``text`` says what to do, empty where nothing is to be said; ``line`` is where it failed."""

    text: str = ""
    line: Line | None = None


def advise(
    *,
    error_type: str,
    message: str,
    response: str,
    handler: str,
    files: Mapping[str, bytes],
) -> Advice:
    """Return what helps with an error; ``files`` is the draft, by name."""
    line = _line(response, files)
    about = {
        "Runtime.ImportModuleError": lambda: _import(message, handler, files),
        "ModuleNotFoundError": lambda: _module(_found(_NO_MODULE, message), files),
        "Runtime.HandlerNotFound": lambda: _handler(handler, files),
        "Runtime.MalformedHandlerName": lambda: (
            f"The handler '{handler}' is not a file and a function. Write it as file.function "
            "under Configuration."
        ),
    }.get(error_type)
    return Advice(text=about() if about else "", line=line)


def _import(message: str, handler: str, files: Mapping[str, bytes]) -> str:
    importing, missing = _found(_IMPORTING, message), _found(_NO_MODULE, message)
    module = importing or handler.rpartition(".")[0].replace("/", ".")
    if missing and (missing == module or module.startswith(f"{missing}.")):
        return _no_handler_file(handler, module, files)
    return _module(missing, files)


def _no_handler_file(handler: str, module: str, files: Mapping[str, bytes]) -> str:
    """The file that the handler names is not in the code, or not where it says."""
    wanted = f"{module.replace('.', '/')}.py"
    inside = [name for name in files if name.endswith(f"/{wanted}")]
    if inside:
        return (
            f"The handler is {handler}, so {wanted} has to be at the top of the code. It is at "
            f"{inside[0]}. Zip what is in the folder, not the folder itself, or rename the file."
        )
    return (
        f"The handler is {handler}, so the code needs a file {wanted}. It has {_some(files)}. "
        "Rename one of them, or name another handler."
    )


def _module(missing: str, files: Mapping[str, bytes]) -> str:
    if not missing:
        return ""
    first = missing.partition(".")[0]
    paths = (f"{missing.replace('.', '/')}.py", f"{first}.py", f"{first}/__init__.py")
    below = [name for name in files for path in paths if name.endswith(f"/{path}")]
    if below:
        folder = str(PurePosixPath(below[0]).parent).removesuffix(f"/{first}")
        dotted = folder.replace("/", ".")
        return (
            f"There is no {first} at the top of the code. {below[0]} is there: import it with "
            f"'from {dotted} import {first}'."
        )
    alike = [name for name in files if name.casefold() == f"{first}.py".casefold()]
    if alike:
        return f"The file is {alike[0]}. Python tells large and small letters apart."
    return MISSING_PACKAGE.format(name=first)


def _handler(handler: str, files: Mapping[str, bytes]) -> str:
    module, _, name = handler.rpartition(".")
    file = f"{module.replace('.', '/')}.py"
    defined = _functions(files.get(file, b""))
    has = f"{file} defines {_listed(defined)}." if defined else f"{file} defines no function."
    return f"{has} Name one of them '{name}', or change the handler under Configuration."


def _functions(source: bytes) -> list[str]:
    if len(source) > _LONGEST_PARSED:
        return []
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node.name for node in tree.body if isinstance(node, kinds)]


def _line(response: str, files: Mapping[str, bytes]) -> Line | None:
    """Return the last line of the learner's own code in the stack trace."""
    if len(response) > _PARSED_RESPONSE:
        return None
    try:
        answer = json.loads(response)
    except (ValueError, RecursionError):
        return None
    trace = answer.get("stackTrace") if isinstance(answer, dict) else None
    entries = (
        [entry for entry in trace if isinstance(entry, str)] if isinstance(trace, list) else []
    )
    found = [place for entry in entries for place in _FRAME.findall(entry[:2000])]
    own = [Line(name, int(number[:9])) for name, number in found if name in files]
    return own[-1] if own else None


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _some(files: Mapping[str, bytes]) -> str:
    return _listed(sorted(files))


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown

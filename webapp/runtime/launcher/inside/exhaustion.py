"""Whether a MemoryError means that the memory was used up.

Lambda kills a function that takes more memory than it has; one that merely raises the exception
has failed like any other. A failed allocation is raised by the interpreter in the middle of some
instruction, code that raises by itself stands at a ``raise``.
"""

from __future__ import annotations

import opcode
from types import TracebackType

OUT_OF_MEMORY = "Runtime.OutOfMemory"
"""The error type that the runtime hands in then; the platform ends it (lambda-behaviour 2.4)."""

_RAISE = opcode.opmap["RAISE_VARARGS"]


def used_up(error: BaseException) -> bool:
    """Tell whether memory ran out: it did where an allocation failed."""
    return isinstance(error, MemoryError) and not _raised_by_hand(error.__traceback__)


def _raised_by_hand(trace: TracebackType | None) -> bool:
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_code[trace.tb_lasti] == _RAISE

"""Output that is said for as long as somebody hears it."""

import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import Any


class _Lasting(FileIO):
    """A file whose reader may go, or whose disk may be full: what is written then is lost.

    Otherwise whoever logs would fail, be it the one writer that tells of a full disk.
    """

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data) or len(data)  # nothing: it would have to wait
        except OSError:
            return len(data)


def outlast_readers() -> None:
    """Let nothing fail because standard output or standard error cannot be written."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        old = getattr(sys, name)
        # One that was closed before Python began is none; its number may be another file's.
        if old is not None:
            old.flush()
            setattr(sys, name, lasting(number, encoding=old.encoding, errors=old.errors))


def lasting(number: int, *, encoding: str = "utf-8", errors: str | None = None) -> TextIOWrapper:
    """Return a text file on a descriptor that stays open, whose writing never fails."""
    raw = _Lasting(number, "w", closefd=False)
    return TextIOWrapper(BufferedWriter(raw), encoding, errors, line_buffering=True)

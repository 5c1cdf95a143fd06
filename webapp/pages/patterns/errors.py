"""Patterns of the table of errors: before anything failed, while it fills, and full."""

from dataclasses import replace

from webapp.classroom.model import ErrorCell, ErrorRow, LabState
from webapp.pages.patterns.pattern import Pattern, own_ids
from webapp.pages.prose import Look, PageRenderer

_SYNCHRONOUS = ErrorRow(
    model="synchronous",
    who=ErrorCell("The caller, at once: TimeoutError in the answer, with status 200.", "s3"),
    tries=ErrorCell("One try. Lambda does not try again: a caller may.", "s3"),
    end=ErrorCell("With the caller. Nothing of it is kept.", "s3"),
)
_ASYNCHRONOUS = ErrorRow(
    model="asynchronous",
    who=ErrorCell("Nobody: the caller had 202 and was gone.", "e1"),
    tries=ErrorCell("3 tries, at 0:00, 1:00 and 3:00 after the 202.", "e3"),
    end=ErrorCell(
        "In orders-failed-of-the-shop-abroad, as a record (RetriesExhausted).",
        None,
    ),
)
_STATES = (
    ("Errors: nothing seen yet", ()),
    (
        "Errors: an event on its way",
        (_SYNCHRONOUS, replace(_ASYNCHRONOUS, end=None)),
    ),
    ("Errors: all seen", (_SYNCHRONOUS, _ASYNCHRONOUS)),
)


def error_patterns(look: Look) -> tuple[Pattern, ...]:
    """Return the table in every state."""
    return tuple(
        Pattern(name=name, html=own_ids(_table(replace(look.state, errors=rows), look), name))
        for name, rows in _STATES
    )


def _table(state: LabState, look: Look) -> str:
    return PageRenderer(replace(look, state=state)).errors()

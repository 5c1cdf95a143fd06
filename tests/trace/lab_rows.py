"""What the rows of a script say, by name."""

from typing import Any

from tests.trace.lab_script import FUNCTION, LAB, Script
from webapp.trace.projections import LabView

Row = dict[str, Any]


def view_of(script: Script, *, functions: frozenset[str] = frozenset({FUNCTION})) -> LabView:
    """Fold a whole script."""
    view = LabView(functions=functions, lab=LAB)
    for entry in script.entries:
        view.apply(entry)
    return view


def rows_of(script: Script, name: str) -> list[Row]:
    """Return the rows of one list."""
    rows: list[Row] = view_of(script).snapshot()[name]
    return rows


def segments_of(script: Script, lane: str) -> list[Row]:
    """Return a lane's segments; ``lane`` is caller or an environment's id."""
    key = lane if lane == "caller" else f"env:{lane}"
    return [row for row in rows_of(script, "segments") if row["lane"] == key]


def kinds_of(script: Script, lane: str) -> list[str]:
    """Return the kinds of a lane's segments."""
    return [row["kind"] for row in segments_of(script, lane)]


def segment_of(script: Script, lane: str, *, kind: str) -> Row:
    """Return the newest segment of a kind on a lane."""
    return [row for row in segments_of(script, lane) if row["kind"] == kind][-1]


def story_of(script: Script) -> list[str]:
    """Return the story's sentences."""
    return [row["text"] for row in rows_of(script, "story")]

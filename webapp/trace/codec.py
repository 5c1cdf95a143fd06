"""Facts to JSON and back. A stored fact names its kind; unknown kinds are an error."""

import json
from dataclasses import fields
from typing import Any

from webapp.trace.events import FACTS, Entry, Fact

_KINDS: dict[str, type[Fact]] = {kind.__name__: kind for kind in FACTS}
_FIELDS: dict[type[Fact], tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind)) for kind in FACTS
}
_JSON = json.JSONEncoder(separators=(",", ":"), check_circular=False)
_TUPLES = ("deciding", "fields")
"""Fields that JSON makes lists of."""


class UnknownFact(Exception):
    """A stored fact is of a kind that this version does not know."""


def encode(entries: list[Entry]) -> str:
    """Return a JSON array of ``[sequence, time, run, cause, kind, fields]``.

    A region follows where there is one.
    """
    return _JSON.encode([_row(entry) for entry in entries])


def decode(text: str) -> list[Entry]:
    """Return the entries of ``encode``. Raises ``UnknownFact``."""
    return [_entry(*row) for row in json.loads(text)]


def _row(entry: Entry) -> list[Any]:
    kind = type(entry.fact)
    values = {name: getattr(entry.fact, name) for name in _FIELDS[kind]}
    row = [entry.sequence, entry.time, entry.run, entry.cause, kind.__name__, values]
    return [*row, entry.region] if entry.region else row


def _entry(
    sequence: int,
    time: float,
    run: str,
    cause: int | None,
    kind: str,
    values: dict[str, Any],
    region: str = "",
) -> Entry:
    if kind not in _KINDS:
        raise UnknownFact(f"fact {sequence} is a '{kind}', which this version does not know")
    for name in _TUPLES:
        if isinstance(values.get(name), list):
            values[name] = tuple(values[name])
    return Entry(sequence, time, run, cause, _KINDS[kind](**values), region)

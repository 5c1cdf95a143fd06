"""How fast facts are written down, beside the same rows written bare."""

import itertools
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial

from tools.bench.measure import Contestant, Quantity, Taken
from tools.bench.ours import TRIVIAL, Platform
from tools.bench.part import Part, Place
from tools.bench.seeding import runs_like
from webapp.trace.codec import encode
from webapp.trace.events import Entry

OURS, BARE = "trace: facts a second", "the same rows written bare: facts a second"
_WORKSPACE = "traced"
_CALLS_OF_A_GROUP = 100
Runs = list[list[Entry]]


def _open(place: Place) -> list[Contestant]:
    app = Platform(place.folder / "app")
    place.stack.callback(app.stop)
    app.deploy("traced", TRIVIAL)
    call = app.facts_of_a_call("traced")
    count = place.several(quick=500, full=2000)
    bare = place.stack.enter_context(closing(_table(place)))
    turns = itertools.count()

    def runs() -> list[list[Entry]]:
        after = next(turns) * count * len(call)
        return list(runs_like(call, after=after, until=after + count * len(call)))

    return [
        Contestant(lambda _samples: _rate(BARE, partial(_bare, bare), runs())),
        Contestant(lambda _samples: _rate(OURS, partial(_ours, app), runs())),
    ]


def _rate(name: str, write: Callable[[Runs], None], runs: Runs) -> Taken:
    began = time.perf_counter()
    write(runs)
    seconds = time.perf_counter() - began
    return {Quantity(name, "1/s"): [sum(map(len, runs)) / seconds]}


def _ours(app: Platform, runs: Runs) -> None:
    """Hand over the facts of calls, then wait until a change that came after is on disk."""
    for run in runs:
        app.services.store.write_facts(_WORKSPACE, run)
    app.services.store.delete_workspace(_WORKSPACE)


def _table(place: Place) -> sqlite3.Connection:
    connection = sqlite3.connect(place.folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE fact (sequence INTEGER, run TEXT, text TEXT)")
    return connection


def _bare(connection: sqlite3.Connection, runs: Runs) -> None:
    """Encode and insert them in one transaction for each hundred calls."""
    for first in range(0, len(runs), _CALLS_OF_A_GROUP):
        group = runs[first : first + _CALLS_OF_A_GROUP]
        rows = [(run[0].sequence, run[0].run, encode(run)) for run in group]
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO fact VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")


PART = Part(name="trace", open=_open, rounds=(2, 5), seconds=(2, 15))

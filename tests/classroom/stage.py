"""A lab whose facts are written by hand, with a store and snapshots in memory."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.curriculum.fake_lab import FakeLab
from tests.trace.page import Page
from webapp.classroom.live import ClockView, LiveLab
from webapp.curriculum.loader import load_course
from webapp.trace import graph
from webapp.trace.events import Entry
from webapp.trace.log import WorkspaceLog
from webapp.wiring import content_folder

LESSON = load_course(content_folder("lessons")).lesson("cold-and-warm")
CLOCK = ClockView(now=1000.0, rate="1", paused=False, running=0)
EPOCH = 3


@dataclass
class Store:
    """Facts on disk, in pages; ``asked`` notes after which sequence somebody read.

    ``given`` counts the facts that they got.
    """

    kept: Sequence[Entry] = ()
    asked: list[int] = field(default_factory=list)
    given: int = 0

    def entries(self, workspace: str, *, after: int, limit: int) -> list[Entry]:
        assert workspace == "w"
        self.asked.append(after)
        found = [entry for entry in self.kept if entry.sequence > after][:limit]
        self.given += len(found)
        return found


@dataclass
class Kept:
    """Snapshots in memory, as bytes: what is kept cannot change any more."""

    data: bytes | None = None
    sequence: int = 0

    def read(self) -> Any:
        return None if self.data is None else graph.read(self.data)

    def keep(self, kept: Any, *, sequence: int) -> None:
        self.data, self.sequence = graph.write(kept), sequence


@dataclass
class Stage:
    """A lab whose facts are written by hand."""

    stored: int = 0
    passed: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    lab: FakeLab = field(default_factory=lambda: FakeLab(function="cold-and-warm-greeter"))
    told: list[tuple[str, bool]] = field(default_factory=list)
    snapshots: Kept = field(default_factory=Kept)
    behind: list[LiveLab] = field(default_factory=list)

    def open(self) -> LiveLab:
        """Open the view over the facts so far, the first ``stored`` of them on disk only."""
        self.store = Store(self.lab.entries[: self.stored])
        self.log = WorkspaceLog(last_sequence=self.stored)
        self.copied = self.stored
        self.live = LiveLab(
            workspace="w",
            epoch=EPOCH,
            log=self.log,
            older=self.store,
            snapshots=self.snapshots,
            lesson=LESSON,
            passed=self.passed,
            on_passed=lambda task, _, recorded: self.told.append((task.id, recorded)),
            on_behind=self.behind.append,
        )
        self.happen()
        return self.live

    def happen(self) -> None:
        """Put into the log what the lab has done since."""
        for entry in self.lab.entries[self.copied :]:
            assert self.log.record(entry.fact, time=entry.time, run=entry.run) == entry.sequence
        self.copied = len(self.lab.entries)

    def message(self, after: str = "") -> dict[str, Any]:
        cursor, text = self.live.message(after, clock=CLOCK)
        message: dict[str, Any] = json.loads(text)
        assert message["cursor"] == str(cursor)
        return message


def shown(*messages: dict[str, Any]) -> Page:
    page = Page()
    for message in messages:
        page.receive(message)
    return page


def restarted(stage: Stage) -> Stage:
    """Return the same lab after a restart: all its facts are on disk."""
    again = Stage(lab=stage.lab, stored=len(stage.lab.entries), snapshots=stage.snapshots)
    again.open()
    return again

"""What one lab's facts come to, in order: the view, the judgement, and what else they said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.classroom.changed_boards import BOARDS, boards_of
from webapp.classroom.judgement import Judgement
from webapp.curriculum.model import Lesson
from webapp.curriculum.scope import concerns, starts_anew
from webapp.trace.events import (
    AliasDeleted,
    AliasMoved,
    Entry,
    Fact,
    FunctionChanged,
    LabReset,
    ResetUndone,
    TaskPassed,
    VersionDeleted,
    VersionPublished,
)
from webapp.trace.projections import LabView

_OF_PUBLISHED = (FunctionChanged, VersionPublished, VersionDeleted, AliasMoved, AliasDeleted)


@dataclass(slots=True)
class Seen:
    """How far the log was folded, and what its facts said beside the view and the judgement.

    ``recorded`` are tasks whose passing is a fact. ``resets`` are those of the whole lab, by
    sequence; those of them that ``undone`` names count no more, nor do the facts that undid them.
    Cursors before ``begun_at`` are of a view that was given up. The others are sequences of the
    newest fact that changed a part of the page.
    """

    sequence: int = 0
    recorded: set[str] = field(default_factory=set)
    knobs_at: int = 0
    published_at: int = 0
    sources_at: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BOARDS, 0))
    resets: set[int] = field(default_factory=set)
    undone: set[int] = field(default_factory=set)
    begun_at: int = 0


class LabFold:
    """Takes the facts of a workspace after sequence ``after``. Belongs to one thread at a time.

    One without a ``judgement`` judges nothing: it does not have all the facts.
    """

    def __init__(
        self, lesson: Lesson, *, judgement: Judgement | None = None, after: int = 0
    ) -> None:
        self.seen = Seen()
        self._lesson = lesson
        self._judgement = judgement
        self._after = after
        self._to_judge = False
        self._begin()

    def take(self, entries: Iterable[Entry]) -> bool:
        """Fold facts in order. Tell whether they have to come anew: one undid a reset."""
        for entry in entries:
            if (reset := self._undoes(entry.fact)) is not None:
                self.seen.undone.add(reset)
                self.seen.begun_at = entry.sequence
                self._begin()
                return True
            self._take(entry)
        return False

    def settle(self) -> None:
        """Say what the facts so far come to, if one of them counts for that."""
        if self._to_judge and self._judgement is not None:
            self._judgement.judge(segment_of=self.view.segment_of, sequence=self.seen.sequence)
        self._to_judge = False

    def kept(self) -> dict[str, Any]:
        """Return all that it knows, for ``trace.graph``; its owner is the fold."""
        assert self._judgement is not None, "only what has all the facts is kept"
        return {"view": self.view.kept(), "judgement": self._judgement.kept(), "seen": self.seen}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Go on from what ``kept`` returned of a fold of the same lesson."""
        assert self._judgement is not None, "only what has all the facts was kept"
        self.view.restore(kept["view"])
        self._judgement.restore(kept["judgement"])
        self.seen = kept["seen"]
        self._to_judge = True

    def _begin(self) -> None:
        lab = self._lesson.lab
        self.view = LabView(
            functions=lab.function_names,
            queues=lab.queue_names,
            buses=lab.bus_names,
            topics=lab.topic_names,
            receivers=lab.receivers,
            buckets=lab.bucket_names,
            schedules=lab.schedule_names,
            lab=lab.slug,
        )
        if self._judgement is not None:
            self._judgement.begin()
        self._to_judge = False
        self.seen.sequence = self._after

    def _take(self, entry: Entry) -> None:
        if entry.sequence not in self.seen.undone:
            self.view.apply(entry)
            self._judge(entry)
        self._note(entry)
        self.seen.sequence = entry.sequence

    def _judge(self, entry: Entry) -> None:
        if self._judgement is None:
            return
        if starts_anew(entry, lab=self._lesson.lab):
            self._judgement.begin()
        elif concerns(entry, lab=self._lesson.lab):
            self._judgement.take(entry)
        else:
            return
        self._to_judge = True

    def _undoes(self, fact: Fact) -> int | None:
        """Return the reset of the whole lab that this fact undoes, if it still counts."""
        if not isinstance(fact, ResetUndone) or fact.lab != self._lesson.slug:
            return None
        return fact.reset if fact.reset in self.seen.resets - self.seen.undone else None

    def _note(self, entry: Entry) -> None:
        fact, slug = entry.fact, self._lesson.slug
        if isinstance(fact, TaskPassed) and fact.lab == slug:
            self.seen.recorded.add(fact.task)
        if isinstance(fact, LabReset) and fact.lab == slug and fact.scope == "lab":
            self.seen.resets.add(entry.sequence)
        if isinstance(fact, FunctionChanged) and fact.function in self._lesson.lab.function_names:
            self.seen.knobs_at = entry.sequence
        if isinstance(fact, _OF_PUBLISHED) and fact.function in self._lesson.lab.function_names:
            self.seen.published_at = entry.sequence
        for board in boards_of(fact, self._lesson.lab):
            self.seen.sources_at[board] = entry.sequence

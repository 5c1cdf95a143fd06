"""Taking progress along and bringing it in again, for web threads: every method blocks."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from webapp.classroom.live import LiveLab
from webapp.classroom.progress_file import LessonRecord
from webapp.curriculum.model import Course, Lesson
from webapp.storage.progress import Progress, ProgressBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a file would bring into one lesson.

    ``new`` says what is added, ``differs`` what both have and differently: that stays as it is
    here unless the learner wants the file's. ``unknown`` counts what the lesson does not have.
    """

    lesson: Lesson
    record: LessonRecord
    new: tuple[str, ...]
    differs: tuple[str, ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A file beside what is here: lessons that it touches, and those that this course lacks."""

    arrivals: tuple[Arrival, ...]
    strangers: tuple[str, ...]


class Transfer:
    """Progress of a workspace as records; nothing that is here is lost without being asked for."""

    def __init__(
        self,
        *,
        course: Callable[[], Course],
        progress: ProgressBook,
        live: Callable[[str, Lesson], LiveLab],
    ) -> None:
        self._course = course
        self._progress = progress
        self._live = live

    def records(self, workspace: str) -> dict[str, LessonRecord]:
        """Return the progress in every lesson of the course that was touched."""
        kept, lessons = self._progress.read_all(workspace), self._course().lessons
        return {slug: _record(kept[slug]) for slug in lessons if slug in kept}

    def compare(self, workspace: str, records: Mapping[str, LessonRecord]) -> Comparison:
        """Return what these records would change."""
        lessons, kept = self._course().lessons, self._progress.read_all(workspace)
        found = (
            _arrival(lessons[slug], record, _record(kept.get(slug, Progress())))
            for slug, record in records.items()
            if slug in lessons
        )
        strangers = tuple(slug for slug in records if slug not in lessons)
        return Comparison(tuple(found), strangers)

    def bring_in(
        self, workspace: str, records: Mapping[str, LessonRecord], *, preferred: Collection[str]
    ) -> Comparison:
        """Add what is new; in ``preferred`` lessons take the file's where both differ."""
        comparison = self.compare(workspace, records)
        for arrival in comparison.arrivals:
            prefers = arrival.lesson.slug in preferred
            self._progress.update(
                workspace,
                lesson=arrival.lesson.slug,
                change=lambda old, arrival=arrival, prefers=prefers: _merged(  # type: ignore[misc]
                    old, arrival.record, prefers=prefers
                ),
            )
            self._tell(workspace, arrival)
        return comparison

    def _tell(self, workspace: str, arrival: Arrival) -> None:
        live = self._live(workspace, arrival.lesson)
        live.accept(arrival.record.tasks)
        names = ["tasks", *(f"question-{one}" for one in arrival.record.answers)]
        for name in (*names, *(f"note-{one}" for one in arrival.record.notes)):
            live.tell(name)


def _record(progress: Progress) -> LessonRecord:
    return LessonRecord(
        step=progress.extra.get("step"),
        tasks=tuple(progress.tasks),
        hints=progress.hints,
        predictions=progress.predictions,
        answers=progress.extra.get("answers", {}),
        notes=progress.notes,
    )


def _arrival(lesson: Lesson, told: LessonRecord, here: LessonRecord) -> Arrival:
    known = _known(lesson, told)
    counts = (
        (len(set(known.tasks) - set(here.tasks)), "task passed", "tasks passed"),
        (len(known.hints.keys() - here.hints.keys()), "hint", "hints"),
        (len(known.predictions.keys() - here.predictions.keys()), "prediction", "predictions"),
        (len(known.answers.keys() - here.answers.keys()), "answer", "answers"),
        (len(known.notes.keys() - here.notes.keys()), "note", "notes"),
    )
    differing = (
        (_differing(known.answers, here.answers), "answer", "answers"),
        (_differing(known.notes, here.notes), "note", "notes"),
    )
    return Arrival(
        lesson=lesson,
        record=known,
        new=_counted(counts),
        differs=_counted(differing),
        unknown=_size(told) - _size(known),
    )


def _known(lesson: Lesson, told: LessonRecord) -> LessonRecord:
    """Leave out what this version of the lesson does not have."""
    tasks = {task.id: len(task.hints) for task in lesson.tasks}
    asked = {one.id: one for one in lesson.predictions}
    answers = {one.id: {option.id for option in one.options} for one in lesson.reviews}
    notes = {one.id for one in lesson.reflections}
    return LessonRecord(
        step=told.step if told.step in {step.id for step in lesson.steps} else None,
        tasks=tuple(task for task in told.tasks if task in tasks),
        hints={name: min(n, tasks[name]) for name, n in told.hints.items() if name in tasks},
        predictions={
            name: answer
            for name, answer in told.predictions.items()
            if name in asked and not asked[name].problem(answer)
        },
        answers=_chosen(told.answers, answers),
        notes={name: text for name, text in told.notes.items() if name in notes},
    )


def _chosen(told: Mapping[str, str], known: Mapping[str, set[str]]) -> dict[str, str]:
    return {name: option for name, option in told.items() if option in known.get(name, ())}


def _merged(old: Progress, told: LessonRecord, *, prefers: bool) -> Progress:
    here = old.extra.get("answers", {})
    answers = {**here, **told.answers} if prefers else {**told.answers, **here}
    step = old.extra.get("step") or told.step
    hints = {
        name: max(old.hints.get(name, 0), told.hints.get(name, 0))
        for name in {**old.hints, **told.hints}
    }
    return replace(
        old,
        hints=hints,
        predictions={**told.predictions, **old.predictions},
        tasks={**dict.fromkeys(told.tasks, ()), **old.tasks},
        notes={**old.notes, **told.notes} if prefers else {**told.notes, **old.notes},
        extra={**old.extra, "answers": answers, **({"step": step} if step else {})},
    )


def _differing(told: Mapping[str, str], here: Mapping[str, str]) -> int:
    return sum(name in here and here[name] != value for name, value in told.items())


def _counted(counts: Collection[tuple[int, str, str]]) -> tuple[str, ...]:
    return tuple(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)


def _size(record: LessonRecord) -> int:
    parts = (record.tasks, record.hints, record.predictions, record.answers, record.notes)
    return sum(map(len, parts))

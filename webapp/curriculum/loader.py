"""A course's folder to a ``Course``. What is not known is refused, all of it at once."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from webapp.curriculum.errors import CourseInvalid, Problem
from webapp.curriculum.lab import read_text
from webapp.curriculum.lesson import Place, read_lesson
from webapp.curriculum.model import Course, Lesson, Part, PlannedLesson
from webapp.curriculum.outline import OUTLINE, Outline, OutlineLesson, OutlinePart, read_outline
from webapp.curriculum.source import Source

LESSON = "lesson.md"


def load_course(folder: Path) -> Course:
    """Read a course. Raises ``CourseInvalid`` with every problem found."""
    loading = _Loading(folder, [])
    course = loading.course()
    if loading.problems:
        raise CourseInvalid(loading.problems)
    return course


def problems(folder: Path) -> tuple[Problem, ...]:
    """Return what is wrong with a course: schema, names, links, hints; empty if nothing is."""
    try:
        load_course(folder)
    except CourseInvalid as error:
        return error.problems
    return ()


class CourseFolder:
    """A course that is read again when a file of it has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state = _state(folder)
        self._course = load_course(folder)

    def course(self) -> Course:
        """Return the course as the files are now. Raises ``CourseInvalid``."""
        state = _state(self._folder)
        if state != self._state:
            self._course = load_course(self._folder)
            self._state = state
        return self._course


def _state(folder: Path) -> frozenset[tuple[str, int, int]]:
    """Return path, size and time of change of every file: cheap, and different after an edit."""
    found = set()
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # an editor's file of a moment
            status = path.stat()
            found.add((str(path), status.st_size, status.st_mtime_ns))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Loading:
    """One reading of a folder."""

    folder: Path
    problems: list[Problem]

    def course(self) -> Course:
        outline = self._outline()
        parts = tuple(self._part(part, outline=outline) for part in outline.parts)
        self._strangers(outline)
        course = Course(title=outline.title, parts=parts)
        self._same_functions(course)
        return course

    def _outline(self) -> Outline:
        source = Source(OUTLINE, self.problems.append)
        if not (self.folder / OUTLINE).is_file():
            source.problem(0, f"There is no '{OUTLINE}' in {self.folder}.")
            return Outline()
        return read_outline(read_text(self.folder / OUTLINE, source=source), source=source)

    def _part(self, part: OutlinePart, *, outline: Outline) -> Part:
        lessons = [self._lesson(lesson, part=part, outline=outline) for lesson in part.lessons]
        known = tuple(lesson for lesson in lessons if lesson is not None)
        return Part(number=part.number, slug=part.slug, title=part.title, lessons=known)

    def _lesson(
        self, lesson: OutlineLesson, *, part: OutlinePart, outline: Outline
    ) -> Lesson | PlannedLesson | None:
        file = f"{part.folder}/{lesson.folder}/{LESSON}"
        number = f"{part.number}.{lesson.number}"
        exists = (self.folder / file).is_file()
        if exists == lesson.planned:
            self._add(lesson.line, _disagreement(lesson, file=file))
            return None
        if lesson.planned:
            return PlannedLesson(
                slug=lesson.slug,
                title=lesson.title,
                number=number,
                part=part.number,
                minutes=lesson.minutes,
            )
        place = Place(
            folder=(self.folder / file).parent,
            file=file,
            slug=lesson.slug,
            part=part.number,
            number=number,
            lessons=outline.slugs,
        )
        return read_lesson(place, problems=self.problems)

    def _add(self, line: int, message: str) -> None:
        Source(OUTLINE, self.problems.append).problem(line, message)

    def _strangers(self, outline: Outline) -> None:
        """Report folders with a lesson that the course map does not have."""
        if not outline.parts:
            return
        known = {f"{part.folder}/{one.folder}" for part in outline.parts for one in part.lessons}
        for path in sorted(self.folder.glob(f"*/*/{LESSON}")):
            name = path.parent.relative_to(self.folder).as_posix()
            if name not in known:
                file = f"{name}/{LESSON}"
                message = f"'{OUTLINE}' has no lesson in this place. Add it, or rename the folder."
                self.problems.append(Problem(file, 1, message))

    def _same_functions(self, course: Course) -> None:
        """Report functions of one name in two lessons (rule 1)."""
        owners: dict[str, str] = {}
        for lesson, name in _functions(course):
            owner = owners.setdefault(name, lesson.slug)
            if owner != lesson.slug:
                message = f"Function '{name}' belongs to lesson '{owner}' already."
                self.problems.append(Problem(self._file(course, lesson), 1, message))

    def _file(self, course: Course, lesson: Lesson) -> str:
        part = course.part_of(lesson)
        number = int(lesson.number.split(".")[1])
        return f"{part.number:02}-{part.slug}/{number:02}-{lesson.slug}/{LESSON}"


def _functions(course: Course) -> Iterator[tuple[Lesson, str]]:
    for lesson in course:
        if isinstance(lesson, Lesson):
            yield from ((lesson, function.name) for function in lesson.lab.functions)


def _disagreement(lesson: OutlineLesson, *, file: str) -> str:
    if lesson.planned:
        return f"'{file}' is there: take title and minutes of '{lesson.slug}' away here."
    return f"There is no '{file}'. Write it, or give '{lesson.slug}' a title and minutes here."

"""Folders of lessons to a ``Course``. What is not known is refused, all of it at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from webapp.curriculum.errors import CourseInvalid, Problem
from webapp.curriculum.glossary import read_glossary
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.lesson import LESSON, Place, read_lesson
from webapp.curriculum.markdown import Links
from webapp.curriculum.model import Course, Lesson, Part, PlannedLesson
from webapp.curriculum.outline import OUTLINE, Outline, OutlineLesson, OutlinePart, read_outline
from webapp.curriculum.part import PartFolder, read_part
from webapp.curriculum.reference import read_reference, rule_numbers
from webapp.curriculum.tree import Tree, read_tree
from webapp.curriculum.words import Chapter


def load_course(folder: Path, *more: Path) -> Course:
    """Read a course, and what other folders add to it. Raises ``CourseInvalid`` with everything.

    A folder that is added has a map, parts and lessons of its own; they come after the course's.
    """
    found: list[Problem] = []
    trees = [
        read_tree(folder, report=found.append),
        *(read_tree(one, report=found.append, place=f"{one}/") for one in more),
    ]
    course = _Loading(trees).course()
    if found:
        raise CourseInvalid(found)
    return course


def problems(folder: Path, *more: Path) -> tuple[Problem, ...]:
    """Return what is wrong with a course: schema, names, links, hints; empty if nothing is."""
    try:
        load_course(folder, *more)
    except CourseInvalid as error:
        return error.problems
    return ()


@dataclass(frozen=True, slots=True)
class _Folder:
    """One folder's files and its map."""

    tree: Tree
    outline: Outline

    def problem(self, line: int, message: str) -> None:
        self.tree.source(OUTLINE).problem(line, message)

    def strangers(self) -> None:
        """Report folders with a lesson that the map does not have."""
        parts = self.outline.parts
        known = {f"{part.folder}/{one.folder}" for part in parts for one in part.lessons}
        for path in self.tree.files if parts else ():
            name, _, file = path.rpartition("/")
            if file == LESSON and name.count("/") == 1 and name not in known:
                message = f"'{OUTLINE}' has no lesson in this place. Add it, or rename the folder."
                self.tree.source(path).problem(0, message)


def _folder(tree: Tree, *, identifiers: Identifiers) -> _Folder:
    source = tree.source(OUTLINE)
    if OUTLINE not in tree.files:
        source.problem(0, f"There is no '{OUTLINE}' in this folder.")
        return _Folder(tree, Outline())
    return _Folder(tree, read_outline(tree.text(OUTLINE), source=source, identifiers=identifiers))


class _Loading:
    """One reading of all folders."""

    def __init__(self, trees: Sequence[Tree]) -> None:
        identifiers = Identifiers()
        self._folders = [_folder(tree, identifiers=identifiers) for tree in trees]
        self._trees = trees
        self._rules = rule_numbers(trees)
        self._glossary = read_glossary(trees, rules=self._rules)
        self._slugs = frozenset(slug for one in self._folders for slug in one.outline.slugs)
        self._mapped = frozenset(
            lesson.slug
            for one in self._folders
            for part in one.outline.parts
            for lesson in part.lessons
        )
        self._before: Lesson | None = None
        self._owners: dict[str, Lesson] = {}

    def course(self) -> Course:
        parts = tuple(self._parts())
        for folder in self._folders:
            folder.strangers()
        return Course(
            title=self._folders[0].outline.title,
            parts=parts,
            glossary=self._glossary.terms,
            spellings=self._glossary.spellings,
            reference=self._reference(),
        )

    def _reference(self) -> tuple[Chapter, ...]:
        links = Links(lessons=self._slugs, terms=self._glossary.spellings, rules=self._rules)
        return read_reference(self._trees, links=links)

    def _parts(self) -> Iterator[Part]:
        number = 0
        for folder in self._folders:
            for part in folder.outline.parts:
                number += 1
                yield self._part(part, number=number, folder=folder)

    def _part(self, part: OutlinePart, *, number: int, folder: _Folder) -> Part:
        files = read_part(folder.tree, path=part.folder)
        lessons = [
            self._lesson(lesson, number=number, part=files, folder=folder)
            for lesson in part.lessons
        ]
        known = tuple(lesson for lesson in lessons if lesson is not None)
        return Part(number=number, slug=part.slug, title=part.title, lessons=known)

    def _lesson(
        self, lesson: OutlineLesson, *, number: int, part: PartFolder, folder: _Folder
    ) -> Lesson | PlannedLesson | None:
        place = self._place(lesson, number=number, part=part)
        if (place.file in folder.tree.files) == lesson.planned:
            folder.problem(lesson.line, _disagreement(lesson, file=place.file))
            return None
        if lesson.planned:
            return PlannedLesson(
                slug=lesson.slug,
                title=lesson.title,
                number=place.number,
                part=number,
                minutes=lesson.minutes,
            )
        self._before = read_lesson(place)
        self._own_resources(self._before, tree=folder.tree, file=place.file)
        return self._before

    def _place(self, lesson: OutlineLesson, *, number: int, part: PartFolder) -> Place:
        return Place(
            slug=lesson.slug,
            folder=f"{part.path}/{lesson.folder}",
            part=part,
            part_number=number,
            number=f"{number}.{lesson.number}",
            lessons=self._slugs,
            mapped=self._mapped,
            glossary=self._glossary,
            rules=self._rules,
            before=self._before,
        )

    def _own_resources(self, lesson: Lesson, *, tree: Tree, file: str) -> None:
        """Report what has a name that another lesson's lab uses already (rule 1)."""
        functions = (("Function", one.name) for one in lesson.lab.functions)
        queues = (("Queue", one.name) for one in lesson.lab.queues)
        topics = (("Topic", one.name) for one in lesson.lab.topics)
        buses = (("Bus", one.name) for one in lesson.lab.buses)
        buckets = (("Bucket", one.name) for one in lesson.lab.buckets)
        schedules = (("Schedule", one.name) for one in lesson.lab.schedules)
        for kind, name in (*functions, *queues, *topics, *buses, *buckets, *schedules):
            owner = self._owners.setdefault(name, lesson)
            if owner is not lesson:
                message = f"{kind} '{name}' belongs to lesson '{owner.slug}' already."
                tree.source(file).problem(0, message)


def _disagreement(lesson: OutlineLesson, *, file: str) -> str:
    if lesson.planned:
        return f"'{file}' is there: take title and minutes of '{lesson.slug}' away here."
    return f"There is no '{file}'. Write it, or give '{lesson.slug}' a title and minutes here."

"""``course.yaml``: the parts and lessons of a course in order, planned ones with their data."""

from dataclasses import dataclass, field

from webapp.curriculum.fields import Fields, read_fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.source import Source

OUTLINE = "course.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineLesson:
    """A lesson in its place. ``title`` and ``minutes`` are given while it has no folder."""

    slug: str
    number: int
    line: int
    title: str = ""
    minutes: int = 0

    @property
    def folder(self) -> str:
        """The name of its folder, if it has one."""
        return f"{self.number:02}-{self.slug}"

    @property
    def planned(self) -> bool:
        """Whether it has no content yet."""
        return bool(self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlinePart:
    """A part in its place."""

    slug: str
    title: str
    number: int
    lessons: tuple[OutlineLesson, ...]

    @property
    def folder(self) -> str:
        """The name of its folder, if a lesson of it has content."""
        return f"{self.number:02}-{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The course map."""

    title: str = ""
    parts: tuple[OutlinePart, ...] = field(default=())

    @property
    def slugs(self) -> frozenset[str]:
        """The slugs of lessons with content: those that a link may name."""
        return frozenset(one.slug for part in self.parts for one in part.lessons if not one.planned)


def read_outline(text: str, *, source: Source, identifiers: Identifiers) -> Outline:
    """Read the course map; problems go to the source, slugs to ``identifiers``."""
    fields = read_fields(text, source=source)
    parts = tuple(
        _part(number, inner, identifiers=identifiers, source=source)
        for number, inner in enumerate(fields.items("parts"), start=1)
    )
    outline = Outline(title=fields.text("title"), parts=parts)
    fields.done()
    return outline


def _part(number: int, fields: Fields, *, identifiers: Identifiers, source: Source) -> OutlinePart:
    slug = identifiers.give(fields.text("slug"), kind="part", source=source, line=fields.line)
    lessons = tuple(
        _lesson(place, inner, identifiers=identifiers, source=source)
        for place, inner in enumerate(fields.items("lessons"), start=1)
    )
    part = OutlinePart(slug=slug, title=fields.text("title"), number=number, lessons=lessons)
    fields.done()
    return part


def _lesson(
    number: int, fields: Fields, *, identifiers: Identifiers, source: Source
) -> OutlineLesson:
    slug = identifiers.give(fields.text("slug"), kind="lesson", source=source, line=fields.line)
    if "title" not in fields.names:
        fields.done()
        return OutlineLesson(slug=slug, number=number, line=fields.line)
    title, minutes = fields.text("title"), fields.integer("minutes", within=(1, 120))
    fields.done()
    return OutlineLesson(slug=slug, number=number, line=fields.line, title=title, minutes=minutes)

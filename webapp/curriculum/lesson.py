"""One lesson's folder to a ``Lesson``: front matter, text, lab and solution."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from webapp.curriculum.blocks import Blocks
from webapp.curriculum.content import Content
from webapp.curriculum.errors import Problem
from webapp.curriculum.fields import Fields, read_fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.lab import read_lab, read_text
from webapp.curriculum.markdown import Links, Prose, joined, parser
from webapp.curriculum.model import Lab, Lesson, Press, Step
from webapp.curriculum.presses import read_presses
from webapp.curriculum.source import Source
from webapp.curriculum.steps import Section, sections

FENCE = "---"
VERSION_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a lesson stands: its folder, its place in the course, and the course's other slugs."""

    folder: Path
    file: str
    slug: str
    part: int
    number: str
    lessons: frozenset[str]


def read_lesson(place: Place, *, problems: list[Problem]) -> Lesson:
    """Read a lesson. If it has problems, they are added and the result is not to be used."""
    source = Source(place.file, problems.append)
    text = read_text(place.folder / "lesson.md", source=source)
    head, body, first = _split(text, source=source)
    fields = read_fields(head, source=source.part(1) if head else source.silent())
    identifiers = Identifiers()
    lab = _lab(fields, place=place, identifiers=identifiers, source=source.part(1))
    presses = read_presses(fields, lab=lab, identifiers=identifiers, source=source.part(1))
    blocks, steps = _text(
        body, presses=presses, place=place, identifiers=identifiers, source=source.part(first)
    )
    lesson = Lesson(
        slug=place.slug,
        title=fields.text("title"),
        summary=fields.text("summary"),
        number=place.number,
        part=place.part,
        minutes=fields.integer("minutes", within=(1, 120)),
        version=version_of(place.folder),
        lab=lab,
        steps=steps,
        presses=presses,
        predictions=tuple(blocks.predictions),
        tasks=tuple(blocks.tasks),
        reviews=tuple(blocks.reviews),
        solution_presses=_solution(fields, presses=presses),
    )
    fields.done()
    return lesson


def version_of(folder: Path) -> str:
    """Return a hash of every file of a lesson and its path."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            data = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode())
            digest.update(data)
    return digest.hexdigest()[:VERSION_DIGITS]


def _split(text: str, *, source: Source) -> tuple[str, str, int]:
    """Return the front matter, the body, and the line at which the body begins."""
    lines = text.split("\n")
    fences = [n for n, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(fences) < 2 or fences[0] != 0:
        source.problem(0, "A lesson begins with its keys between two lines of '---'.")
        return "", text, 0
    end = fences[1]
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 1


def _lab(fields: Fields, *, place: Place, identifiers: Identifiers, source: Source) -> Lab:
    inner = fields.fields("lab")
    if inner is None:
        return Lab(slug=place.slug, functions=(), events={})
    lab = read_lab(
        inner, slug=place.slug, folder=place.folder, identifiers=identifiers, source=source
    )
    inner.done()
    return lab


def _text(
    body: str,
    *,
    presses: Mapping[str, Press],
    place: Place,
    identifiers: Identifiers,
    source: Source,
) -> tuple[Blocks, tuple[Step, ...]]:
    tokens = parser().parse(body)
    found = sections(tokens, identifiers=identifiers, source=source)
    links = Links(presses, place.lessons, {section.id for section in found})
    blocks = Blocks(source, links, identifiers)
    blocks.read_hints(tokens)
    steps = [_step(n, section, blocks=blocks) for n, section in enumerate(found, start=1)]
    return blocks, tuple(steps)


def _step(number: int, section: Section, *, blocks: Blocks) -> Step:
    title = Prose(blocks.source.part(section.line), blocks.links).inline(section.title)
    content = Content(joined(blocks.nodes(section.tokens)))
    return Step(id=section.id, number=number, title=title, content=content)


def _solution(fields: Fields, *, presses: Mapping[str, Press]) -> tuple[Press, ...]:
    names = fields.words("solution", among=presses)
    if not names:
        fields.problem("solution", "The solution's presses, in order, are missing.")
    return tuple(presses[name] for name in names if name in presses)

"""One lesson's folder to a ``Lesson``: front matter, text, lab and solution."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from webapp.curriculum.blocks import Blocks
from webapp.curriculum.content import Badge, Callout, Content, SolutionPlace, TasksPlace, TermPlace
from webapp.curriculum.fields import Fields, read_fields
from webapp.curriculum.glossary import Glossary
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.lab import Lab, LabFunction
from webapp.curriculum.lab_files import Heritage, LabFolder, read_lab, solved
from webapp.curriculum.markdown import Links, Prose, joined, parser
from webapp.curriculum.model import Lesson, Step
from webapp.curriculum.part import MINUTES, PartFolder
from webapp.curriculum.press import Press
from webapp.curriculum.presses.presses import read_presses
from webapp.curriculum.source import Source
from webapp.curriculum.steps import Section, sections
from webapp.curriculum.words import Term

LESSON = "lesson.md"
FENCE = "---"
VERSION_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a lesson stands: its folder in its part, its number, and what it may point at.

    ``mapped`` are all lessons of the map, planned ones too. ``before`` is the lesson before it,
    whose solution its lab may begin with.
    """

    slug: str
    folder: str
    part: PartFolder
    part_number: int
    number: str
    lessons: frozenset[str]
    mapped: frozenset[str]
    glossary: Glossary
    rules: frozenset[str]
    before: Lesson | None

    @property
    def file(self) -> str:
        """The path of its text."""
        return f"{self.folder}/{LESSON}"


def read_lesson(place: Place) -> Lesson:
    """Read a lesson. If problems were reported, the result is not to be used."""
    tree = place.part.tree
    head, body, first = _split(tree.text(place.file), source=tree.source(place.file))
    source = tree.source(place.file, first=2)
    fields = read_fields(head, source=source if head else source.silent())
    identifiers = Identifiers()
    solution = fields.fields("solution")
    lab = _lab(fields, solution, place=place, identifiers=identifiers, source=source)
    presses = read_presses(
        fields,
        lab=lab,
        identifiers=identifiers,
        source=source,
        inherited=place.part.presses(lab),
    )
    text = tree.source(place.file, first=first + 1)
    blocks, steps = _text(
        body, presses=presses, lab=lab, place=place, identifiers=identifiers, source=text
    )
    before, after = _solution(solution, presses=presses)
    lesson = Lesson(
        slug=place.slug,
        title=fields.text("title"),
        summary=fields.text("summary"),
        number=place.number,
        part=place.part_number,
        minutes=fields.integer("minutes", within=MINUTES, default=place.part.minutes or None),
        version=version_of(place, lab),
        lab=lab,
        steps=steps,
        presses=presses,
        predictions=tuple(blocks.predictions),
        tasks=tuple(blocks.tasks),
        reviews=tuple(blocks.reviews),
        reflections=tuple(blocks.reflections),
        callers=tuple(blocks.callers),
        solution_before=before,
        solution_presses=after,
        file=text.file,
        terms=tuple({term.id: term for step in steps for term in _terms(step.content)}.values()),
    )
    fields.done()
    return lesson


def version_of(place: Place, lab: Lab) -> str:
    """Return a hash of every file of a lesson, and of what its lab takes over from others."""
    digest = hashlib.sha256()
    tree = place.part.tree
    for path in tree.below(place.folder):
        data = tree.files[f"{place.folder}/{path}"]
        digest.update(f"{path}\0{len(data)}\0".encode())
        digest.update(data)
    taken_over = [
        lab.functions,
        sorted(lab.events.items()),
        lab.queues,
        lab.topics,
        lab.buses,
        lab.buckets,
        lab.schedules,
        lab.log_filters,
    ]
    digest.update(repr(taken_over).encode())
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


def _lab(
    fields: Fields,
    solution: Fields | None,
    *,
    place: Place,
    identifiers: Identifiers,
    source: Source,
) -> Lab:
    inner = fields.fields("lab")
    if inner is None:
        return Lab(slug=place.slug, functions=(), events={})
    folder = LabFolder(tree=place.part.tree, path=place.folder, heritage=_heritage(place))
    lab = read_lab(inner, slug=place.slug, folder=folder, identifiers=identifiers, source=source)
    inner.done()
    return solved(lab, solution) if solution else lab


def _heritage(place: Place) -> Heritage:
    before: tuple[LabFunction, ...] = place.before.lab.functions if place.before else ()
    return Heritage(knobs=place.part.knobs, events=place.part.events, functions=before)


def _text(
    body: str,
    *,
    presses: Mapping[str, Press],
    lab: Lab,
    place: Place,
    identifiers: Identifiers,
    source: Source,
) -> tuple[Blocks, tuple[Step, ...]]:
    tokens = parser().parse(body)
    found = sections(tokens, identifiers=identifiers, source=source)
    links = Links(
        presses=presses,
        lessons=place.lessons,
        mapped=place.mapped,
        steps={section.id for section in found},
        terms=place.glossary.spellings,
        rules=place.rules,
        events=lab.events,
    )
    blocks = Blocks(source, links, identifiers)
    blocks.read_hints(tokens)
    steps = [_step(n, section, blocks=blocks) for n, section in enumerate(found, start=1)]
    return blocks, tuple(steps)


def _step(number: int, section: Section, *, blocks: Blocks) -> Step:
    title = Prose(blocks.source.part(section.line), blocks.links).inline(section.title)
    content = Content(joined(blocks.nodes(section.tokens)))
    line = blocks.source.line(section.line)
    return Step(id=section.id, number=number, title=title, content=content, line=line)


def _solution(
    fields: Fields | None, *, presses: Mapping[str, Press]
) -> tuple[tuple[Press, ...], tuple[Press, ...]]:
    """Return the presses on the start, and those on the solution that follow them."""
    if fields is None:
        return (), ()
    before = fields.words("before", among=presses)
    names = fields.words("presses", among=presses)
    if not names:
        fields.problem("presses", "The solution's presses, in order, are missing.")
    fields.done()
    return _known(before, presses), _known(names, presses)


def _known(names: Iterable[str], presses: Mapping[str, Press]) -> tuple[Press, ...]:
    return tuple(presses[name] for name in names if name in presses)


def _terms(content: Content) -> Iterator[Term]:
    """Yield the glossary's words in a text, hints included, as they come."""
    for node in content.nodes:
        if isinstance(node, TermPlace):
            yield node.term
        elif isinstance(node, Callout | Badge | SolutionPlace):
            yield from _terms(node.content)
        elif isinstance(node, TasksPlace):
            for hint in (hint for task in node.tasks for hint in task.hints):
                yield from _terms(hint.content)

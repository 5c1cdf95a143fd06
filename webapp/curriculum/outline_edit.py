"""A lesson put on a course map, line by line: comments and everything else stay as they are."""

from dataclasses import dataclass

import yaml

from webapp.curriculum.errors import CurriculumError
from webapp.curriculum.identifiers import FORM, IDENTIFIER
from webapp.curriculum.outline import OUTLINE

EMPTY = "title: My lessons\nparts:\n"


class PlaceRefused(CurriculumError):
    """The lesson cannot be put there; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLesson:
    """The map with the lesson on it, and the folder that the lesson has now."""

    text: str
    folder: str


def place_lesson(text: str, *, part: str, slug: str) -> PlacedLesson:
    """Put a lesson at the end of a part, or make a planned one real; make the part if need be.

    Raises ``PlaceRefused``.
    """
    for name in (part, slug):
        if not IDENTIFIER.fullmatch(name):
            raise PlaceRefused(f"'{name}' is not a name of {FORM}.")
    parts = _sequence(_root(text), "parts")
    for number, node in enumerate(parts.value if parts else (), start=1):
        if _value(node, "slug") == part:
            lessons = _sequence(node, "lessons")
            if lessons is None or lessons.flow_style:
                raise PlaceRefused(f"Write the lessons of '{part}' in '{OUTLINE}' one a line.")
            placed, place = _placed(text, lessons, slug=slug)
            return PlacedLesson(text=placed, folder=f"{number:02}-{part}/{place:02}-{slug}")
    count = len(parts.value) if parts else 0
    column = parts.start_mark.column if parts else 2
    added = f"{text.rstrip()}\n{_new_part(part, slug=slug, indent=' ' * column)}"
    return PlacedLesson(text=added, folder=f"{count + 1:02}-{part}/01-{slug}")


def _placed(text: str, lessons: yaml.SequenceNode, *, slug: str) -> tuple[str, int]:
    """Return the map with the lesson in this list, and its place in it."""
    for place, node in enumerate(lessons.value, start=1):
        if _value(node, "slug") == slug:
            if _value(node, "title") is None:
                raise PlaceRefused(f"The lesson '{slug}' is there already.")
            start, end = node.start_mark.index, _end(node)
            return f"{text[:start]}{{slug: {slug}}}{text[end:]}", place
    end = _line_end(text, _end(lessons.value[-1]))
    line = f"\n{' ' * lessons.start_mark.column}- {{slug: {slug}}}"
    return f"{text[:end]}{line}{text[end:]}", len(lessons.value) + 1


def _new_part(part: str, *, slug: str, indent: str) -> str:
    title = part.replace("-", " ").capitalize()
    lines = (f"- slug: {part}", f"  title: {title}", "  lessons:", f"    - {{slug: {slug}}}")
    return "".join(f"{indent}{line}\n" for line in lines)


def _root(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise PlaceRefused(f"'{OUTLINE}' is not YAML. Correct it first.") from error


def _pairs(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _value(node: yaml.Node, key: str) -> str | None:
    found = _pairs(node).get(key)
    return str(found.value) if isinstance(found, yaml.ScalarNode) else None


def _sequence(node: yaml.Node | None, key: str) -> yaml.SequenceNode | None:
    found = _pairs(node).get(key)
    return found if isinstance(found, yaml.SequenceNode) else None


def _end(node: yaml.Node) -> int:
    """Return where a node's text ends; a block mapping claims the lines after it as well."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end(node.value[-1][1])
    return int(node.end_mark.index)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end

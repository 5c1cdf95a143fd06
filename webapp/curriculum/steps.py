"""The body of a lesson cut into sections at its second-level headings (rule 6)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from webapp.curriculum.identifiers import Identifiers, identifier_from
from webapp.curriculum.source import Source

OWN_IDENTIFIER = re.compile(r"\s*\{#([^}]*)\}\s*$")
NO_STEP = "Text comes before the first step. Begin with '## Title'."


@dataclass(frozen=True, slots=True)
class Section:
    """A step's heading, as Markdown with its line, and the block tokens below it."""

    id: str
    title: str
    line: int
    tokens: tuple[Token, ...]


def sections(tokens: Sequence[Token], *, identifiers: Identifiers, source: Source) -> list[Section]:
    """Cut block tokens into sections. ``## Title {#name}`` names a step; else its title does."""
    starts = [n for n, token in enumerate(tokens) if _begins_step(token)]
    if starts[:1] != [0]:
        source.problem(line_of(tokens[0]) if tokens else 0, NO_STEP)
    ends = [*starts[1:], len(tokens)][: len(starts)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        section = _section(tokens[start + 1], tokens[start + 3 : end])
        identifiers.give(section.id, kind="step", source=source, line=section.line)
        found.append(section)
    return found


def line_of(token: Token) -> int:
    """Return the line at which a block token begins, from 0."""
    return token.map[0] if token.map else 0


def _begins_step(token: Token) -> bool:
    return token.type == "heading_open" and token.tag == "h2" and token.level == 0


def _section(heading: Token, tokens: Sequence[Token]) -> Section:
    own = OWN_IDENTIFIER.search(heading.content)
    title = heading.content[: own.start()] if own else heading.content
    name = own[1] if own else identifier_from(title)
    return Section(name, title, line_of(heading), tuple(tokens))

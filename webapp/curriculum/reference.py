"""``reference/``: the facts that lessons and stories point at, in numbered sections."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from webapp.curriculum.content import Html
from webapp.curriculum.markdown import Links, Prose, parser
from webapp.curriculum.source import Source
from webapp.curriculum.steps import line_of
from webapp.curriculum.tree import Tree
from webapp.curriculum.words import Chapter, ReferenceSection

REFERENCE = "reference"
HEADING = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,2}) (?P<title>.+)")
SECTION = re.compile(r"^## (\d{1,2}(?:\.\d{1,2}){1,2}) ", re.MULTILINE)
FORM = "A chapter begins with '# 2 Title', each of its sections with '## 2.1 Title'."


def rule_numbers(trees: Collection[Tree]) -> frozenset[str]:
    """Return the numbers of all sections, which links may name."""
    texts = [tree.text(path) for tree in trees for path in _files(tree)]
    return frozenset(number for text in texts for number in SECTION.findall(text))


def read_reference(trees: Collection[Tree], *, links: Links) -> tuple[Chapter, ...]:
    """Read the chapters of all folders, by number."""
    chapters = [
        _Reading(tree.source(path), links).chapter(tree.text(path))
        for tree in trees
        for path in _files(tree)
    ]
    _unique(chapters, trees)
    return tuple(sorted(chapters, key=lambda chapter: chapter.number))


def _files(tree: Tree) -> list[str]:
    return [f"{REFERENCE}/{path}" for path in tree.below(REFERENCE) if path.endswith(".md")]


def _unique(chapters: Sequence[Chapter], trees: Collection[Tree]) -> None:
    seen: set[str] = set()
    for number in (section.number for chapter in chapters for section in chapter.sections):
        if number in seen:
            source = next(iter(trees)).source(REFERENCE)
            source.problem(0, f"Section {number} stands in the reference twice.")
        seen.add(number)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One file of the reference."""

    source: Source
    links: Links

    def chapter(self, text: str) -> Chapter:
        tokens = parser().parse(text)
        heads = [n for n, token in enumerate(tokens) if _is_head(token)]
        if heads[:1] != [0] or tokens[0].tag != "h1":
            self.source.problem(0, FORM)
            return Chapter(number=0, title=self._inline(""), sections=())
        number, title = self._heading(tokens[1])
        sections = tuple(self._sections(tokens, heads[1:], chapter=number))
        return Chapter(
            number=int(number.split(".")[0]), title=self._inline(title), sections=sections
        )

    def _sections(
        self, tokens: Sequence[Token], heads: Sequence[int], *, chapter: str
    ) -> Iterator[ReferenceSection]:
        for start, end in zip(heads, [*heads[1:], len(tokens)], strict=True):
            number, title = self._heading(tokens[start + 1])
            if tokens[start].tag != "h2" or not number.startswith(f"{chapter}."):
                self.source.problem(line_of(tokens[start]), FORM)
            content = Prose(self.source, self.links).content(tokens[start + 3 : end])
            yield ReferenceSection(number=number, title=self._inline(title), content=content)

    def _heading(self, token: Token) -> tuple[str, str]:
        found = HEADING.fullmatch(token.content)
        if found is None:
            self.source.problem(line_of(token), FORM)
            return "0", token.content
        return found["number"], found["title"]

    def _inline(self, title: str) -> Html:
        return Prose(self.source, self.links).inline(title)


def _is_head(token: Token) -> bool:
    return token.type == "heading_open" and token.tag in {"h1", "h2"} and token.level == 0

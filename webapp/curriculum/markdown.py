"""Markdown to HTML and places: no raw HTML, no inline style or script, only links that exist.

Roles stand in a line: ``{press}`id```, ``{part}`name|words```, ``{term}`name|words```,
``{rule}`2.2```.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.myst_role import myst_role_plugin

from webapp.curriculum.code import UnknownLanguage, code_block
from webapp.curriculum.content import Content, Html, Node, PressPlace, TermPlace
from webapp.curriculum.directives import directive_plugin
from webapp.curriculum.model import PARTS
from webapp.curriculum.press import Press
from webapp.curriculum.source import Source
from webapp.curriculum.words import Term

ROLES: tuple[str, ...] = ("part", "press", "rule", "term", "unconfirmed")
NO_TAGS = "HTML is not supported. Use Markdown, and put what is code between backticks."
RULE = re.compile(r"\d{1,2}(\.\d{1,2}){0,2}")
LESSON_LINK = "lesson:"
TOP_LEVELS = ("h1", "h2")
ALIGN = re.compile(r"text-align:(left|right|center)")


@cache
def parser() -> MarkdownIt:
    """Return the one parser: CommonMark with tables, directives and roles.

    It tells HTML from text so that ``Prose`` can refuse it; none is ever rendered.
    """
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table").disable("lheading")
    return markdown.use(directive_plugin).use(myst_role_plugin)


@dataclass(frozen=True, slots=True)
class Links:
    """What links, buttons and words may point at.

    ``steps`` are ids of this lesson's steps, ``terms`` the glossary's by every way to write them
    in small letters, ``rules`` the numbers of the reference's sections, ``events`` the lab's.
    ``mapped`` are the slugs of the whole map: ``lessons`` and those that are planned.
    """

    presses: Mapping[str, Press] = field(default_factory=dict)
    lessons: Collection[str] = ()
    mapped: Collection[str] = ()
    steps: Collection[str] = ()
    terms: Mapping[str, Term] = field(default_factory=dict)
    rules: Collection[str] = ()
    events: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prose:
    """Renders the text of one source; what it may not hold is reported with its line."""

    source: Source
    links: Links

    def content(self, tokens: Sequence[Token]) -> Content:
        """Return block tokens as content."""
        return Content(joined(self._blocks(tokens)))

    def text(self, text: str) -> Content:
        """Parse and return a text of blocks that holds no directive."""
        return self.content(parser().parse(text))

    def inline(self, text: str) -> Html:
        """Return text of one or several lines as phrasing HTML; a place in it is a problem."""
        (token,) = parser().parseInline(text.strip())
        nodes = joined(self._inline(token, line=0))
        for kind, name in ((PressPlace, "press"), (TermPlace, "term")):
            if any(isinstance(node, kind) for node in nodes):
                self.source.problem(0, f"A {name} cannot stand here, only in the prose of a step.")
        return Html("".join(node for node in nodes if isinstance(node, Html)))

    # -- blocks

    def _blocks(self, tokens: Sequence[Token]) -> Iterator[Node]:
        for index, token in enumerate(tokens):
            line = token.map[0] if token.map else 0
            if token.type == "inline":
                yield from self._inline(token, line=line)
            elif token.type in {"fence", "code_block"}:
                yield self._code(token, line=line)
            elif token.type in {"directive", "directive_problem"}:
                self._misplaced(token, line=line)
            elif token.type == "html_block":
                self.source.problem(line, NO_TAGS)
            else:
                self._limit(token, line=line)
                yield _tag(tokens, index)

    def _code(self, token: Token, *, line: int) -> Html:
        try:
            return code_block(token.content, language=token.info.strip())
        except UnknownLanguage as error:
            self.source.problem(line, str(error))
            return Html()

    def _misplaced(self, token: Token, *, line: int) -> None:
        inside = "A directive cannot stand inside another one."
        self.source.problem(line, inside if token.type == "directive" else token.content)

    def _limit(self, token: Token, *, line: int) -> None:
        if token.type == "heading_open" and token.tag in TOP_LEVELS:
            self.source.problem(line, "Only '##' begins a step; inside one use '###'.")
        align = ALIGN.search(str(token.attrs.pop("style", "")))
        if align:
            token.attrSet("class", f"align-{align[1]}")

    # -- what stands in a line

    def _inline(self, token: Token, *, line: int) -> Iterator[Node]:
        for child in token.children or ():
            if child.type == "myst_role":
                yield from self._role(child, line=line)
            elif child.type == "link_open":
                yield self._link(child, line=line)
            elif child.type == "image":
                self.source.problem(line, "Pictures are not supported. Say it, or let it run.")
            elif child.type == "html_inline":
                self.source.problem(line, NO_TAGS)
            else:
                yield _inner(child)
            line += child.type in {"softbreak", "hardbreak"}

    def _link(self, token: Token, *, line: int) -> Html:
        target = str(token.attrGet("href") or "")
        if (
            target.startswith(LESSON_LINK)
            and target.removeprefix(LESSON_LINK) in self.links.lessons
        ):
            token.attrSet("href", f"/lessons/{target.removeprefix(LESSON_LINK)}")
        elif target.startswith("https://"):
            token.attrSet("rel", "noreferrer")
        elif target.startswith("#") and target[1:] in self.links.steps:
            token.attrSet("href", f"#step-{target[1:]}")
        else:
            forms = "'#step', 'lesson:name' or 'https://…'"
            self.source.problem(line, f"'{target}' leads nowhere. A link is {forms}.")
        return _tag([token], 0)

    def _role(self, token: Token, *, line: int) -> Iterator[Node]:
        name = str(token.meta["name"])
        reader: Callable[..., Node | None] | None = {
            "press": self._press,
            "part": self._part,
            "rule": self._rule,
            "term": self._term,
            "unconfirmed": self._unconfirmed,
        }.get(name)
        if reader is None:
            known = ", ".join(ROLES)
            self.source.problem(line, f"'{name}' is not a role. There are {known}.")
            return
        node = reader(token.content, line)
        if node is not None:
            yield node

    def _press(self, content: str, line: int) -> Node | None:
        if content in self.links.presses:
            return PressPlace(self.links.presses[content])
        self.source.problem(line, f"There is no press '{content}' in this lesson.")
        return None

    def _part(self, content: str, line: int) -> Node | None:
        name, _, text = content.partition("|")
        if name not in PARTS:
            known = ", ".join(PARTS)
            self.source.problem(line, f"'{name}' is not a part of the lab. There are {known}.")
            return None
        words = escape(text or name)
        return Html(f'<a class="part" href="#part-{name}" data-part="{name}">{words}</a>')

    def _rule(self, content: str, line: int) -> Node | None:
        if not RULE.fullmatch(content):
            self.source.problem(line, f"'{content}' is not the number of a rule, such as 2.2.")
        elif content not in self.links.rules:
            self.source.problem(line, f"The reference has no section {content}.")
        else:
            return rule_link(content)
        return None

    def _term(self, content: str, line: int) -> Node | None:
        name, _, words = content.partition("|")
        term = self.links.terms.get(name.lower())
        if term is None:
            self.source.problem(line, f"The glossary has no '{name}'. Add it, or leave it plain.")
            return None
        return TermPlace(term, Html(escape(words or name)))

    def _unconfirmed(self, content: str, line: int) -> Node | None:
        del line
        return Html(f'<span class="unconfirmed">{escape(content)}</span>')


def rule_link(number: str) -> Html:
    """Return a link to a section of the reference."""
    return Html(
        f'<a class="rule" href="/reference#rule-{number}" data-rule="{number}">§{number}</a>'
    )


def _tag(tokens: Sequence[Token], index: int) -> Html:
    return Html(_html().renderToken(tokens, index, parser().options, {}))


def _inner(token: Token) -> Html:
    return Html(_html().renderInline([token], parser().options, {}))


def _html() -> RendererHTML:
    renderer = parser().renderer
    assert isinstance(renderer, RendererHTML)
    return renderer


def joined(nodes: Iterator[Node]) -> tuple[Node, ...]:
    """Return the nodes with neighbouring HTML as one."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Html) and found and isinstance(found[-1], Html):
            found[-1] = Html(found[-1] + node)
        else:
            found.append(node)
    return tuple(node for node in found if node != "")

"""Prose of a lesson: safe HTML with places in it that the page fills in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from webapp.curriculum.caller import Caller
    from webapp.curriculum.model import Prediction, Reflection, ReviewQuestion, Task
    from webapp.curriculum.press import Press
    from webapp.curriculum.words import Term


class Html(str):
    """HTML that needs no escaping: made by the Markdown renderer, never from raw text."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


NO_HTML = Html()
MARKS = re.compile(r"[.,;:!?)]+")
"""What ends a word: no line begins with it."""


class Renderer(Protocol):
    """What a page draws itself. Each method returns safe HTML, valid where the node stands.

    ``press`` and ``term`` stand inside a paragraph (phrasing content); all others stand between
    blocks. ``content`` is the directive's own prose, already rendered by this renderer.
    """

    def press(self, press: Press) -> str: ...
    def term(self, term: Term, *, words: Html) -> str: ...
    def prediction(self, prediction: Prediction) -> str: ...
    def tasks(self, tasks: Sequence[Task]) -> str: ...
    def callout(self, callout: Callout, *, content: str) -> str: ...
    def badge(self, badge: Badge, *, content: str) -> str: ...
    def reviews(self, questions: Sequence[ReviewQuestion]) -> str: ...
    def reflection(self, reflection: Reflection) -> str: ...
    def solution(self, *, content: str) -> str: ...
    def errors(self) -> str: ...
    def gallery(self, callers: Sequence[Caller]) -> str: ...


@dataclass(frozen=True, slots=True)
class PressPlace:
    """A button in the prose that drives the lab."""

    press: Press

    def render(self, renderer: Renderer) -> str:
        return renderer.press(self.press)


@dataclass(frozen=True, slots=True)
class TermPlace:
    """A word of the glossary in the prose; ``words`` is how it is written here."""

    term: Term
    words: Html

    def render(self, renderer: Renderer) -> str:
        return renderer.term(self.term, words=self.words)


@dataclass(frozen=True, slots=True)
class PredictionPlace:
    """Where a prediction stands."""

    prediction: Prediction

    def render(self, renderer: Renderer) -> str:
        return renderer.prediction(self.prediction)


@dataclass(frozen=True, slots=True)
class TasksPlace:
    """Tasks that stand together; their hints belong to them."""

    tasks: tuple[Task, ...]

    def render(self, renderer: Renderer) -> str:
        return renderer.tasks(self.tasks)


@dataclass(frozen=True, slots=True)
class ReviewsPlace:
    """Review questions that stand together."""

    questions: tuple[ReviewQuestion, ...]

    def render(self, renderer: Renderer) -> str:
        return renderer.reviews(self.questions)


@dataclass(frozen=True, slots=True)
class ReflectionPlace:
    """Where a learner answers in words of their own."""

    reflection: Reflection

    def render(self, renderer: Renderer) -> str:
        return renderer.reflection(self.reflection)


@dataclass(frozen=True, slots=True)
class SolutionPlace:
    """Where the lesson offers its solution; ``content`` explains it."""

    content: Content

    def render(self, renderer: Renderer) -> str:
        return renderer.solution(content=self.content.render(renderer))


@dataclass(frozen=True, slots=True)
class ErrorsPlace:
    """Where the table stands of what a learner saw happen to errors."""

    def render(self, renderer: Renderer) -> str:
        return renderer.errors()


@dataclass(frozen=True, slots=True)
class GalleryPlace:
    """Callers that stand together, each a card that shows what arrived from it."""

    callers: tuple[Caller, ...]

    def render(self, renderer: Renderer) -> str:
        return renderer.gallery(self.callers)


@dataclass(frozen=True, slots=True)
class Callout:
    """A remark set apart, with a title of a few words."""

    title: Html
    content: Content

    def render(self, renderer: Renderer) -> str:
        return renderer.callout(self, content=self.content.render(renderer))


@dataclass(frozen=True, slots=True)
class Badge:
    """Where the lab is simpler than AWS: ``title`` says how, ``content`` what AWS does."""

    title: Html
    content: Content

    def render(self, renderer: Renderer) -> str:
        return renderer.badge(self, content=self.content.render(renderer))


Node = (
    Html
    | PressPlace
    | TermPlace
    | PredictionPlace
    | TasksPlace
    | ReviewsPlace
    | ReflectionPlace
    | SolutionPlace
    | ErrorsPlace
    | GalleryPlace
    | Callout
    | Badge
)


@dataclass(frozen=True, slots=True)
class Content:
    """A sequence of nodes. HTML may be cut inside a paragraph: only the whole is valid."""

    nodes: tuple[Node, ...] = ()

    def render(self, renderer: Renderer) -> Html:
        """Return the whole as HTML."""
        return Html("".join(self._parts(renderer)))

    def _parts(self, renderer: Renderer) -> Iterator[str]:
        """Give each node as HTML; a button keeps the mark that follows it on its line."""
        taken = 0
        for node, after in pairwise((*self.nodes, NO_HTML)):
            if isinstance(node, Html):
                yield node[taken:]
                taken = 0
                continue
            html = node.render(renderer)
            marks = _marks(node, after)
            taken = len(marks)
            yield f'<span class="marked">{html}{marks}</span>' if marks else html


def _marks(node: Node, after: Node) -> str:
    """Return the marks that ``after`` begins with, if ``node`` stands in a line."""
    if not isinstance(node, PressPlace | TermPlace) or not isinstance(after, Html):
        return ""
    found = MARKS.match(after)
    return found[0] if found else ""

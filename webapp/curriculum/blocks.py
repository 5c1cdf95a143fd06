"""Directives to the nodes of a step. ``DIRECTIVES`` names every one that lessons can use."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from markdown_it.token import Token

from webapp.curriculum.caller import Caller
from webapp.curriculum.caller_fields import read_caller
from webapp.curriculum.content import (
    Badge,
    Callout,
    Content,
    ErrorsPlace,
    GalleryPlace,
    Node,
    PredictionPlace,
    ReflectionPlace,
    ReviewsPlace,
    SolutionPlace,
    TasksPlace,
)
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.markdown import Links, Prose
from webapp.curriculum.model import Hint, Prediction, Reflection, ReviewQuestion, Task
from webapp.curriculum.questions import (
    Question,
    open_question,
    read_prediction,
    read_reflection,
    read_review,
    read_task,
)
from webapp.curriculum.source import Source
from webapp.curriculum.steps import line_of

TOGETHER = {"hint": "task"}
"""Directives that stand in one group with another kind."""


@dataclass(slots=True)
class Blocks:
    """Reads the sections of one lesson, in order, and keeps what their directives define."""

    source: Source
    links: Links
    identifiers: Identifiers
    predictions: list[Prediction] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    reviews: list[ReviewQuestion] = field(default_factory=list)
    reflections: list[Reflection] = field(default_factory=list)
    solutions: int = 0
    errors: int = 0
    callers: list[Caller] = field(default_factory=list)
    hints: dict[str, list[Hint]] = field(default_factory=lambda: defaultdict(list))

    def read_hints(self, tokens: Sequence[Token]) -> None:
        """Read the hints of the whole lesson; tasks need them, and they come later."""
        names = {_argument(token) for token in tokens if _is(token, "task")}
        for token in (token for token in tokens if _is(token, "hint")):
            task = _argument(token)
            if task not in names:
                self.source.problem(line_of(token), f"There is no task '{task}' for this hint.")
            name = f"{task}-hint-{len(self.hints[task]) + 1}"
            self.hints[task].append(Hint(id=name, content=self._inside(token)))

    def nodes(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield the nodes of one section."""
        for kind, group in groupby(tokens, key=_kind):
            reader = READERS.get(kind)
            if reader is None:
                self._unknown(kind, list(group))
            else:
                yield from reader(self, list(group))

    def _unknown(self, kind: str, tokens: Sequence[Token]) -> None:
        known = ", ".join(DIRECTIVES)
        for token in tokens:
            message = f"'{kind}' is not a directive. There are {known}."
            self.source.problem(line_of(token), message)

    def _inside(self, token: Token) -> Content:
        prose = Prose(self.source.part(line_of(token) + 1), self.links)
        return prose.text(token.content)

    def _open(self, token: Token, *, kind: str) -> tuple[str, Question]:
        name = _argument(token)
        self.identifiers.give(name, kind=kind, source=self.source, line=line_of(token))
        inner = self.source.part(line_of(token) + 1)
        return name, open_question(token.content, source=inner, links=self.links)

    def _title(self, token: Token) -> Prose:
        if not _argument(token):
            self.source.problem(line_of(token), f"A {token.info} needs a title after its name.")
        return Prose(self.source.part(line_of(token)), self.links)

    # -- one reader for each kind

    def read_prose(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield Markdown between directives."""
        yield from Prose(self.source, self.links).content(tokens).nodes

    def read_predictions(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield each prediction in its place."""
        for token in tokens:
            prediction = read_prediction(*self._open(token, kind="prediction"))
            if prediction is not None:
                self.predictions.append(prediction)
                yield PredictionPlace(prediction)

    def read_tasks(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield the tasks that stand together."""
        found: list[Task] = []
        for token in (token for token in tokens if token.info == "task"):
            name, question = self._open(token, kind="task")
            task = read_task(name, question, hints=tuple(self.hints[name]))
            if task is not None:
                found.append(task)
        self.tasks.extend(found)
        if found:
            yield TasksPlace(tuple(found))

    def read_reviews(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield the review questions that stand together."""
        found = [read_review(*self._open(token, kind="question")) for token in tokens]
        self.reviews.extend(found)
        yield ReviewsPlace(tuple(found))

    def read_reflections(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield each question that is answered in one's own words."""
        for token in tokens:
            reflection = read_reflection(*self._open(token, kind="reflection"))
            self.reflections.append(reflection)
            yield ReflectionPlace(reflection)

    def read_solutions(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield the place of the solution; a lesson has one."""
        for token in tokens:
            self.solutions += 1
            if self.solutions > 1:
                self.source.problem(line_of(token), "The solution stands in another place already.")
            if _argument(token):
                self.source.problem(line_of(token), "A solution takes no words after its name.")
            yield SolutionPlace(self._inside(token))

    def read_errors(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield the place of the table of errors; a lesson has one."""
        for token in tokens:
            self.errors += 1
            if self.errors > 1:
                self.source.problem(line_of(token), "The errors stand in another place already.")
            if _argument(token) or token.content.strip():
                self.source.problem(line_of(token), "The table of errors fills itself: write none.")
            yield ErrorsPlace()

    def read_callers(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield the callers that stand together, as one gallery."""
        found = [read_caller(*self._open(token, kind="caller")) for token in tokens]
        self.callers.extend(found)
        yield GalleryPlace(tuple(found))

    def read_callouts(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield callouts."""
        for token in tokens:
            yield Callout(self._title(token).inline(_argument(token)), self._inside(token))

    def read_badges(self, tokens: Sequence[Token]) -> Iterator[Node]:
        """Yield "simpler than AWS" badges."""
        for token in tokens:
            yield Badge(self._title(token).inline(_argument(token)), self._inside(token))


Reader = Callable[[Blocks, Sequence[Token]], Iterator[Node]]

READERS: Mapping[str, Reader] = {
    "": Blocks.read_prose,
    "prediction": Blocks.read_predictions,
    "task": Blocks.read_tasks,
    "review": Blocks.read_reviews,
    "reflection": Blocks.read_reflections,
    "solution": Blocks.read_solutions,
    "errors": Blocks.read_errors,
    "caller": Blocks.read_callers,
    "callout": Blocks.read_callouts,
    "badge": Blocks.read_badges,
}

DIRECTIVES: tuple[str, ...] = tuple(sorted({*READERS, *TOGETHER} - {""}))
"""Every directive by the name that lessons use."""


def _is(token: Token, name: str) -> bool:
    return token.type == "directive" and token.info == name


def _kind(token: Token) -> str:
    name = token.info or "without a name"
    return TOGETHER.get(name, name) if token.type == "directive" else ""


def _argument(token: Token) -> str:
    return str(token.meta.get("argument", ""))

"""What every lesson holds, beyond being well written: told by ``coldstart lessons check``."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from webapp.curriculum.content import (
    Badge,
    Callout,
    Content,
    GalleryPlace,
    Html,
    SolutionPlace,
    TasksPlace,
)
from webapp.curriculum.errors import Problem
from webapp.curriculum.model import Lesson, Step
from webapp.curriculum.words import Term

PREDICTIONS, TASKS, REVIEWS = 1, 3, 2
CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
RULE = 'class="rule"'


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Something that a lesson must have, and what is said when it does not."""

    there: Callable[[Lesson], bool]
    message: str


WANTED = (
    _Wanted(
        lambda lesson: len(lesson.predictions) >= PREDICTIONS,
        "A lesson asks for a prediction. Add one before a run that surprises.",
    ),
    _Wanted(
        lambda lesson: len(lesson.tasks) >= TASKS,
        f"A lesson has at least {TASKS} tasks that are checked on the trace.",
    ),
    _Wanted(
        lambda lesson: len(lesson.reviews) >= REVIEWS,
        f"A lesson ends with at least {REVIEWS} review questions.",
    ),
    _Wanted(
        lambda lesson: any(RULE in html for html in _everything(lesson)),
        "A lesson leads to the facts. Name a section of the reference with {rule}.",
    ),
    _Wanted(
        lambda lesson: any(isinstance(node, Badge) for node in _nodes(lesson)),
        "A lesson says where the lab is simpler than AWS. Add a badge.",
    ),
    _Wanted(
        lambda lesson: any(isinstance(node, SolutionPlace) for node in _nodes(lesson)),
        "A lesson offers its solution. Add a solution to the last step.",
    ),
)


def incomplete(
    lesson: Lesson, *, spellings: Mapping[str, Term], file: str | None = None
) -> list[Problem]:
    """Return what a lesson lacks, and which words of the glossary it uses and never explains."""
    place = file or lesson.file
    lacks = [Problem(place, 1, one.message) for one in WANTED if not one.there(lesson)]
    return [*lacks, *_unexplained(lesson, spellings=spellings, file=place)]


def _unexplained(lesson: Lesson, *, spellings: Mapping[str, Term], file: str) -> Iterator[Problem]:
    known = {term.id for term in lesson.terms}
    longest_first = sorted(spellings.items(), key=lambda pair: -len(pair[0]))
    for step in lesson.steps:
        text = _words(step)
        for spelling, term in longest_first:
            text, count = re.subn(rf"\b{re.escape(spelling)}\b", " ", text, flags=re.I)
            if count and term.id not in known:
                known.add(term.id)
                yield Problem(
                    file,
                    step.line,
                    f"This step says '{spelling}', which no step explains. "
                    f"Write {{term}}`{spelling}` where it stands first.",
                )


def _words(step: Step) -> str:
    """Return the prose of a step without tags and code."""
    html = " ".join(node for node in _walk(step.content) if isinstance(node, Html))
    return TAG.sub(" ", CODE.sub(" ", html))


def _nodes(lesson: Lesson) -> Iterator[object]:
    for step in lesson.steps:
        yield from _walk(step.content)


def _walk(content: Content) -> Iterator[object]:
    """Yield every node of a text, and of what stands inside its directives."""
    for node in content.nodes:
        yield node
        if isinstance(node, Callout | Badge | SolutionPlace):
            yield from _walk(node.content)
        if isinstance(node, GalleryPlace):
            yield from (html for one in node.callers for html in (one.says, one.known_by))
        if isinstance(node, TasksPlace):
            for hint in (hint for task in node.tasks for hint in task.hints):
                yield from _walk(hint.content)


def _everything(lesson: Lesson) -> Iterator[str]:
    """Yield every piece of HTML of a lesson's text, questions included."""
    yield from (node for node in _nodes(lesson) if isinstance(node, Html))
    for question in lesson.reviews:
        yield from (question.question, *(option.feedback for option in question.options))
    for prediction in lesson.predictions:
        yield from (option.feedback for option in prediction.options)
        if times := prediction.attempts:
            yield from (times.right, times.wrong, *times.remarks.values())

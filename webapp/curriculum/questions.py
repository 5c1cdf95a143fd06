"""Predictions, tasks, review questions, reflections: the text, then ``---``, then their keys."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from webapp.curriculum.attempt_times import AttemptTimes
from webapp.curriculum.checks.checks import read_check
from webapp.curriculum.code import code_block
from webapp.curriculum.content import NO_HTML, Html
from webapp.curriculum.expectations import read_expected
from webapp.curriculum.fields import Fields, read_fields
from webapp.curriculum.identifiers import IDENTIFIER
from webapp.curriculum.markdown import Links, Prose
from webapp.curriculum.model import (
    UNKNOWN,
    Hint,
    Prediction,
    PredictionOption,
    Reflection,
    ReviewOption,
    ReviewQuestion,
    Task,
)
from webapp.curriculum.press import Invoke, Press, Request
from webapp.curriculum.source import Source

MOST_CELLS = 6
DONT_KNOW = PredictionOption(id=UNKNOWN, text=Html("I don’t know"), feedback=NO_HTML)


@dataclass(frozen=True, slots=True)
class Question:
    """The inner text of such a directive, opened: its words and its keys."""

    text: Html
    fields: Fields
    source: Source
    links: Links

    def inline(self, key: str, *, fields: Fields, default: str | None = None) -> Html:
        """Read a key as Markdown of one paragraph."""
        prose = Prose(fields.text_source(key), self.links)
        text = fields.text(key, default=default)
        return prose.inline(text) if text else NO_HTML

    def options(self) -> Iterator[tuple[str, Fields]]:
        """Yield the options; their names are checked."""
        for name, fields in self.fields.named("options"):
            if not IDENTIFIER.fullmatch(name) or name == UNKNOWN:
                self.fields.problem("options", f"'{name}' cannot be the name of an option.")
            yield name, fields


def open_question(content: str, *, source: Source, links: Links) -> Question:
    """Split a directive's inner text at ``---`` and read both sides."""
    lines = content.split("\n")
    cut = next((n for n, line in enumerate(lines) if line.rstrip() == "---"), len(lines))
    text = "\n".join(lines[:cut])
    if not text.strip():
        source.problem(0, "The text is missing: write it first, then '---', then the keys.")
    words = Prose(source, links).inline(text) if text.strip() else NO_HTML
    fields = read_fields("\n".join(lines[cut + 1 :]), source=source.part(cut + 1))
    return Question(words, fields, source, links)


def read_prediction(name: str, question: Question) -> Prediction | None:
    """Read ``press``, ``given`` with ``needs``, and ``options`` or ``attempts``."""
    fields = question.fields
    press = _deciding_press(question)
    attempts = read_attempt_times(question) if "attempts" in fields.names else None
    options = [] if attempts else _prediction_options(question)
    events = question.links.events
    given = [read_check(inner, events=events) for inner in _closed(fields.items("given"))]
    needs = question.inline("needs", fields=fields, default=None if given else "")
    fields.done()
    if press is None:
        return None
    return Prediction(
        id=name,
        question=question.text,
        press=press,
        options=(*options, DONT_KNOW),
        given=tuple(check for check in given if check is not None),
        given_text=needs,
        attempts=attempts,
        line=question.source.line(-1),
    )


def _closed(items: list[Fields]) -> Iterator[Fields]:
    """Yield mappings, and look for keys that nobody took once each has been read."""
    for item in items:
        yield item
        item.done()


def _deciding_press(question: Question) -> Press | None:
    name = question.fields.choice("press", among=question.links.presses)
    press = question.links.presses.get(name)
    if press is not None and not isinstance(press.action, Invoke | Request):
        question.fields.problem("press", f"'{name}' sends no call; only a call decides.")
    return press


def _prediction_options(question: Question) -> list[PredictionOption]:
    options = [_prediction_option(one, inner, question) for one, inner in question.options()]
    if len(options) < 2:
        question.fields.problem("options", "A prediction needs two options or more.")
    return options


def read_attempt_times(question: Question) -> AttemptTimes | None:
    """Read ``attempts``: ``most``, ``times`` in seconds, ``right``, ``wrong``, ``remarks``."""
    fields = question.fields.fields("attempts")
    if fields is None:
        return None
    times = AttemptTimes(
        most=fields.integer("most", within=(1, MOST_CELLS)),
        times=_times(fields),
        right=question.inline("right", fields=fields),
        wrong=question.inline("wrong", fields=fields),
    )
    remarks = fields.fields("remarks", required=False)
    found = {one: question.inline(one, fields=remarks) for one in remarks.names} if remarks else {}
    for answer in found:
        if problem := times.problem(answer):
            fields.problem("remarks", f"'{answer}' is no answer: {problem}")
    fields.done()
    return replace(times, remarks=found)


def _times(fields: Fields) -> tuple[int, ...]:
    words = fields.words("times")
    times = tuple(int(word) for word in words if word.isascii() and word.isdigit())
    if len(times) < 2 or len(times) != len(words) or list(times) != sorted(set(times)):
        fields.problem("times", "Give two times or more, in whole seconds after the call, growing.")
        return (0, 1)
    return times


def _prediction_option(name: str, fields: Fields, question: Question) -> PredictionOption:
    text = question.inline("text", fields=fields)
    feedback = question.inline("feedback", fields=fields)
    expected = [read_expected(item) for item in fields.items("expect")]
    if not expected:
        fields.problem("expect", f"Option '{name}' expects no fact: nothing can decide it.")
    fields.done()
    facts = tuple(one for one in expected if one is not None)
    return PredictionOption(id=name, text=text, feedback=feedback, expected=facts)


def read_task(name: str, question: Question, *, hints: tuple[Hint, ...]) -> Task | None:
    """Read ``check`` with its parameters, and ``failed``."""
    check = read_check(question.fields, events=question.links.events)
    failed = question.fields.text("failed", default="")
    question.fields.done()
    if not hints:
        question.source.problem(-1, f"Task '{name}' has no hint.")
    if check is None:
        return None
    return Task(
        id=name,
        text=question.text,
        check=check,
        failed=failed,
        hints=hints,
        line=question.source.line(-1),
    )


def read_review(name: str, question: Question) -> ReviewQuestion:
    """Read ``options``, exactly one of which is ``right``, and ``event``, which is shown."""
    fields, events = question.fields, question.links.events
    named = fields.choice("event", among=events) if "event" in fields.names else ""
    event = code_block(events[named], language="json") if named in events else NO_HTML
    options = tuple(_review_option(one, inner, question) for one, inner in question.options())
    question.fields.done()
    if sum(option.right for option in options) != 1:
        question.fields.problem("options", "Exactly one option of a review question is right.")
    return ReviewQuestion(id=name, question=question.text, options=options, event=event)


def read_reflection(name: str, question: Question) -> Reflection:
    """Read ``answer``, what a good answer says."""
    answer = question.inline("answer", fields=question.fields)
    question.fields.done()
    return Reflection(id=name, question=question.text, answer=answer)


def _review_option(name: str, fields: Fields, question: Question) -> ReviewOption:
    text = question.inline("text", fields=fields)
    feedback = question.inline("feedback", fields=fields)
    right = fields.boolean("right", default=False)
    fields.done()
    return ReviewOption(id=name, text=text, feedback=feedback, right=right)

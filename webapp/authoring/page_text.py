"""What a lesson page says without script: all prose, code and questions are in its HTML."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from html.parser import HTMLParser

from webapp.curriculum.caller import Caller
from webapp.curriculum.content import Badge, Callout, Html
from webapp.curriculum.model import UNKNOWN, Lesson, Prediction, Reflection, ReviewQuestion, Task
from webapp.curriculum.press import Press
from webapp.curriculum.words import Term

SPACE = re.compile(r"\s+")
BLOCK = re.compile(r"</?(?:p|li|ul|ol|table|tr|th|td|pre|h3|h4|blockquote)\b[^>]*>")
SILENT = {"script", "style", "template"}


def missing(lesson: Lesson, html: str) -> list[str]:
    """Return the pieces of a lesson that its page does not say."""
    said = _said(html)
    return [piece for piece in _pieces(lesson) if _said(piece) not in said]


def _pieces(lesson: Lesson) -> Iterator[str]:
    for step in lesson.steps:
        yield step.title
        yield from BLOCK.split(step.render(_Plain()))
    for term in lesson.terms:
        yield term.says
    for function in lesson.lab.functions:
        yield from (escape(text) for text in function.start.values())


def _said(html: str) -> str:
    """Return what HTML says, without spaces: a page may set its pieces differently."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return SPACE.sub("", "".join(reader.parts))


class _Text(HTMLParser):
    """Collects what a page says, with the text of its fields."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


class _Plain:
    """Says what stands in each place of a text, in paragraphs; hints come only when asked for."""

    def press(self, press: Press) -> str:
        return escape(press.label)

    def term(self, term: Term, *, words: Html) -> str:
        del term
        return words

    def prediction(self, prediction: Prediction) -> str:
        options = [option.text for option in prediction.options if option.id != UNKNOWN]
        return _paragraphs(prediction.question, *options)

    def tasks(self, tasks: Sequence[Task]) -> str:
        return _paragraphs(*(task.text for task in tasks))

    def callout(self, callout: Callout, *, content: str) -> str:
        return _paragraphs(callout.title) + content

    def badge(self, badge: Badge, *, content: str) -> str:
        return _paragraphs(badge.title) + content

    def reviews(self, questions: Sequence[ReviewQuestion]) -> str:
        return "".join(
            _paragraphs(
                question.question, question.event, *(option.text for option in question.options)
            )
            for question in questions
        )

    def reflection(self, reflection: Reflection) -> str:
        return _paragraphs(reflection.question)

    def solution(self, *, content: str) -> str:
        return content

    def gallery(self, callers: Sequence[Caller]) -> str:
        return "".join(
            _paragraphs(one.name, one.says, one.known_by, *(field.says for field in one.fields))
            for one in callers
        )

    def errors(self) -> str:
        return ""


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)

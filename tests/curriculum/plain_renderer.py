"""A renderer as plain as can be: it shows that all prose and questions are in the HTML."""

from collections.abc import Sequence
from html import escape

from webapp.curriculum.caller import Caller
from webapp.curriculum.content import Badge, Callout, Html
from webapp.curriculum.model import Prediction, Reflection, ReviewQuestion, Task
from webapp.curriculum.press import Press
from webapp.curriculum.words import Term


class PlainRenderer:
    def press(self, press: Press) -> str:
        return f'<button name="press" value="{press.id}">{escape(press.label)}</button>'

    def term(self, term: Term, *, words: Html) -> str:
        return f'<dfn title="{term.id}">{words}</dfn>'

    def prediction(self, prediction: Prediction) -> str:
        options = "".join(f"<li>{option.text}</li>" for option in prediction.options)
        return f"<fieldset><legend>{prediction.question}</legend><ul>{options}</ul></fieldset>"

    def tasks(self, tasks: Sequence[Task]) -> str:
        return f"<ol>{''.join(self._task(task) for task in tasks)}</ol>"

    def _task(self, task: Task) -> str:
        hints = "".join(f"<div>{hint.content.render(self)}</div>" for hint in task.hints)
        return f"<li>{task.text}{hints}</li>"

    def callout(self, callout: Callout, *, content: str) -> str:
        return f"<aside><b>{callout.title}</b>{content}</aside>"

    def badge(self, badge: Badge, *, content: str) -> str:
        return f"<details><summary>{badge.title}</summary>{content}</details>"

    def reviews(self, questions: Sequence[ReviewQuestion]) -> str:
        return "".join(
            f"<fieldset><legend>{question.question}</legend>"
            + "".join(f"<p>{option.text}</p>" for option in question.options)
            + "</fieldset>"
            for question in questions
        )

    def reflection(self, reflection: Reflection) -> str:
        return f"<p>{reflection.question}</p><details>{reflection.answer}</details>"

    def gallery(self, callers: Sequence[Caller]) -> str:
        return "".join(
            f"<article><h3>{escape(one.name)}</h3>{one.says}</article>" for one in callers
        )

    def errors(self) -> str:
        return "<table></table>"

    def solution(self, *, content: str) -> str:
        return f"<details>{content}</details>"

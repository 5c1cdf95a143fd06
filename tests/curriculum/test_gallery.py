"""Callers of a lesson's gallery: what a card says, and what is refused."""

from pathlib import Path

import pytest

from tests.curriculum.small_course import HEAD, lesson_of, only_problem, problems_of
from webapp.curriculum.completeness import incomplete
from webapp.curriculum.content import GalleryPlace, Html
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Invoke
from webapp.curriculum.words import Term

PRESSES = """\
presses:
  publish:
    label: Publish
    publish: {body: hello}
  mail:
    label: Call as SES
    invoke: {event: hello, model: asynchronous, source: ses}
"""
TOPIC = "  topics:\n    small-news: {subscriptions: {small-greeter: {}}}\n"
SNS = """\
:::{caller} sns
A topic passes on what is published.
---
name: SNS
model: asynchronous
source: topic
presses: publish
known_by: "`Sns` is in the first record."
fields:
  Records[0].Sns.Message: "what was *published*"
lesson: later
:::
"""
SES = """\
:::{caller} ses
It receives mail.
---
name: SES
model: asynchronous
source: ses
presses: mail
stands_in: true
known_by: "`aws:ses`"
:::
"""
SQS = """\
:::{caller} sqs
A queue keeps messages.
---
name: SQS
model: polling
known_by: "`aws:sqs`"
:::
"""


def head(presses: str = PRESSES) -> str:
    return HEAD.replace("presses:\n", f"{TOPIC}{presses}", 1)


def lesson(folder: Path, *callers: str) -> Lesson:
    return lesson_of(folder, body="## One\n\n" + "\n".join(callers), head=head())


def problem(folder: Path, caller: str, presses: str = PRESSES) -> str:
    return only_problem(folder, body=f"## One\n\n{caller}", head=head(presses)).message


def test_a_caller_says_what_it_is_and_how_its_event_is_known(tmp_path: Path) -> None:
    (sns,) = lesson(tmp_path, SNS).callers
    assert (sns.id, sns.name, sns.model, sns.lesson) == ("sns", "SNS", "asynchronous", "later")
    assert sns.says == "A topic passes on what is published."
    assert sns.known_by == "<code>Sns</code> is in the first record."
    assert [press.id for press in sns.presses] == ["publish"]
    assert [(one.path, one.says) for one in sns.fields] == [
        ("Records[0].Sns.Message", "what was <em>published</em>")
    ]
    assert not sns.stands_in


def test_callers_that_follow_one_another_stand_in_one_gallery(tmp_path: Path) -> None:
    read = lesson(tmp_path, SNS, SES, "Then text.\n", SQS)
    galleries = [one for one in read.steps[0].content.nodes if isinstance(one, GalleryPlace)]
    assert [[one.id for one in gallery.callers] for gallery in galleries] == [
        ["sns", "ses"],
        ["sqs"],
    ]
    assert [one.id for one in read.callers] == ["sns", "ses", "sqs"]
    assert read.caller("sqs").model == "polling"


def test_a_caller_knows_its_events_by_how_their_source_begins(tmp_path: Path) -> None:
    (sns, sqs) = lesson(tmp_path, SNS, SQS).callers
    assert sns.sent("topic small-news")
    assert sns.sent("topic")
    assert not sns.sent("topics small-news")
    assert not sns.sent("page")
    assert not sqs.sent("")


def test_a_press_calls_as_a_service_that_does_not_run_here(tmp_path: Path) -> None:
    action = lesson(tmp_path, SES).presses["mail"].action
    assert isinstance(action, Invoke)
    assert action.source == "ses"


@pytest.mark.parametrize("source", ["page", "topic", "topic small-news", "subscription filter x"])
def test_nothing_stands_in_for_what_calls_by_itself(tmp_path: Path, source: str) -> None:
    presses = PRESSES.replace("source: ses", f"source: {source}")
    found = [one.message for one in problems_of(tmp_path, body="## One\n", head=head(presses))]
    assert found == [f"'{source}' calls by itself here: nothing stands in for it."]


@pytest.mark.parametrize(
    ("caller", "said"),
    [
        (SES.replace("stands_in: true\n", ""), "A caller stands in for its service where"),
        (SNS.replace("lesson: later", "stands_in: true"), "A caller stands in for its service"),
        (SNS.replace("presses: publish", "presses: send"), "'presses' holds 'send'."),
        (SNS.replace("source: topic\n", ""), "'source' is missing."),
        (SNS.replace("lesson: later", "lesson: never"), "'lesson' is 'never'."),
        (SQS.replace("polling", "fetching"), "'model' is 'fetching'."),
        (SQS.replace("name: SQS\n", ""), "'name' is missing."),
        (SQS.replace("---\n", "---\nsource: queue\n"), "'source' is not a key here."),
        (SQS.replace("A queue keeps", "A {press}`publish` keeps"), "A press cannot stand here"),
    ],
)
def test_what_is_wrong_with_a_caller_is_said(tmp_path: Path, caller: str, said: str) -> None:
    assert said in problem(tmp_path, caller)


def test_words_on_a_card_are_to_be_explained_like_any(tmp_path: Path) -> None:
    read = lesson(tmp_path, SNS)
    term = Term(id="publish", name="publish", says=Html("To tell many."))
    found = incomplete(read, spellings={"published": term})
    assert any("says 'published', which no step explains" in one.message for one in found)


def test_a_question_may_be_about_an_event(tmp_path: Path) -> None:
    body = (
        "## One\n\n:::{review} whose\nWhose is it?\n---\nevent: hello\noptions:\n"
        "  one: {text: Mine, feedback: So., right: true}\n  two: {text: His, feedback: No.}\n:::\n"
    )
    (question,) = lesson_of(tmp_path, body=body).reviews
    assert question.event.startswith('<pre class="code"')
    assert "Mina" in question.event
    told = only_problem(tmp_path, body=body.replace("event: hello", "event: bye"))
    assert "'event' is 'bye'" in told.message

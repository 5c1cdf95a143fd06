"""What a learner says and keeps: hints, answers, notes, the step; and who is told of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from webapp.classroom.drafting import Edits
from webapp.classroom.labs import Labs
from webapp.classroom.requests import LONGEST_NOTE
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import InvalidParameterValue
from webapp.settings import Settings
from webapp.wiring import start

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Labs]:
    running = start(Settings(data=tmp_path_factory.mktemp("learning")))
    yield running.services.labs
    running.stop()


@pytest.fixture
def lesson(labs: Labs) -> Lesson:
    return labs.course().lesson("cold-and-warm")


def told(labs: Labs, lesson: Lesson, deed: Any) -> str:
    """Do something and return the message that another page gets."""
    cursor, _ = labs.message("local", lesson, after="")
    deed()
    return labs.message("local", lesson, after=str(cursor))[1]


def test_a_note_is_kept_replaced_and_deleted(labs: Labs, lesson: Lesson) -> None:
    for text in ("first", "für Mina: „0“\n"):
        labs.learning.note("local", lesson, reflection="own-code", text=text)
    labs.learning.note("local", lesson, reflection="other", text="stays")
    assert labs.state("local", lesson).notes == {"own-code": "für Mina: „0“\n", "other": "stays"}
    labs.learning.note("local", lesson, reflection="own-code", text=" \n")
    assert labs.state("local", lesson).notes == {"other": "stays"}


@pytest.mark.parametrize("text", ["x" * (LONGEST_NOTE + 1), "a\0b", "\ud800"])
def test_what_is_no_note_is_refused_and_the_old_one_stays(
    labs: Labs, lesson: Lesson, text: str
) -> None:
    labs.learning.note("local", lesson, reflection="own-code", text="kept")
    with pytest.raises(InvalidParameterValue, match="at most 10,000 characters"):
        labs.learning.note("local", lesson, reflection="own-code", text=text)
    assert labs.state("local", lesson).notes["own-code"] == "kept"


def test_other_pages_hear_of_each_deed(labs: Labs, lesson: Lesson) -> None:
    learning, step, task = labs.learning, lesson.steps[1], lesson.tasks[0]
    deeds = {
        '"step":{"tab":"one","value":"frozen"}': lambda: learning.go_to(
            "local", lesson, step, tab="one"
        ),
        '"tasks":{"tab":"one"': lambda: learning.hint("local", lesson, task, tab="one"),
        '"question-q":{"tab":"one"': lambda: learning.answer(
            "local", lesson, question="q", option="a", tab="one"
        ),
        '"note-n":{"tab":"one"': lambda: learning.note(
            "local", lesson, reflection="n", text="a", tab="one"
        ),
        '"draft":{"tab":"one"': lambda: labs.bench.desk("local", lesson, tab="one").keep(
            Edits(files={"handler.py": "a = 1\n"})
        ),
    }
    for news, deed in deeds.items():
        assert news in told(labs, lesson, deed)


def test_when_a_step_was_first_shown_is_noted_once(labs: Labs, lesson: Lesson) -> None:
    def noted() -> int:
        return labs.live("local", lesson).log.last_sequence

    first, second = lesson.steps[2], lesson.steps[3]
    labs.learning.reach("local", lesson, first)
    labs.learning.go_to("local", lesson, second)
    then = noted()
    labs.learning.predict("local", lesson, lesson.predictions[0], option="everything")
    assert noted() > then
    labs.learning.reach("local", lesson, first)
    labs.learning.go_to("local", lesson, second)
    kept = labs.learning.reached("local", lesson)
    assert {first.id: then, second.id: then}.items() <= kept.items()

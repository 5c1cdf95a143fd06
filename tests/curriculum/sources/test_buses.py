"""Event buses of a lab: what a lesson may say, and what is refused."""

from pathlib import Path

import pytest

from tests.curriculum.small_course import lesson_of, only_problem
from tests.curriculum.sources.test_topics import BODY, with_topics
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import PutEvents
from webapp.curriculum.sources.bus import LabBus, LabRule

BUSES = """\
  queues:
    small-work: {}
    small-dead: {}
  buses:
    small-shop:
      rules:
        paid:
          pattern: {source: [shop], detail: {sum: [{numeric: [">", 9]}]}}
          to: [small-work, small-greeter, small-archive]
          dead_letter: small-dead
          retries: 3
    small-archive: {}
"""
PUT = """\
  put-2:
    label: Put 2
    put_event: {bus: small-shop, source: shop, detail_type: order, event: hello, count: 2}
"""


def lesson(folder: Path, buses: str = BUSES, **given: str) -> Lesson:
    return lesson_of(folder, body=BODY, head=with_topics(buses, **given))


def test_a_bus_says_which_events_go_where(tmp_path: Path) -> None:
    assert lesson(tmp_path).lab.buses == (
        LabBus(
            name="small-shop",
            rules=(
                LabRule(
                    name="paid",
                    pattern={"source": ["shop"], "detail": {"sum": [{"numeric": [">", 9]}]}},
                    to=("small-work", "small-greeter", "small-archive"),
                    retries=3,
                    dead_letter="small-dead",
                ),
            ),
        ),
        LabBus(name="small-archive"),
    )


def test_a_press_puts_events_with_the_detail_of_an_event_of_the_lab(tmp_path: Path) -> None:
    action = lesson(tmp_path, presses=PUT).presses["put-2"].action
    assert isinstance(action, PutEvents)
    assert (action.bus, action.source, action.detail_type) == ("small-shop", "shop", "order")
    assert action.count == 2
    assert action.detail.strip().startswith("{")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("small-archive]", "small-nobody]", "small-nobody"),
        ("[small-work, small-greeter, small-archive]", "[]", "1 to 5 targets"),
        ("dead_letter: small-dead", "dead_letter: small-greeter", "small-greeter"),
        ("retries: 3", "retries: 186", "from 0 to 185"),
        ("retries: 3", "tries: 3", "'tries' is not a key here"),
    ],
)
def test_a_bus_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in BUSES
    head = with_topics(BUSES.replace(old, new))
    assert words in only_problem(tmp_path, body=BODY, head=head).message

"""The buses of a lab: there, used, reset, brought back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.classroom.bus_course import write_routes
from tests.classroom.local import opened, press
from webapp.classroom.labs import Labs
from webapp.classroom.sources.lab_buses import buses_of
from webapp.classroom.sources.lab_queues import queues_of
from webapp.curriculum.model import Lesson
from webapp.curriculum.scope import lab_entries
from webapp.settings import Settings
from webapp.sources.errors import SourceError
from webapp.trace.events import EventPut, RuleMatched, RuleNotMatched
from webapp.wiring import Application, start

pytestmark = pytest.mark.slow


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    folder = write_routes(tmp_path / "lessons")
    running = start(Settings(data=tmp_path / "data", lessons=(folder,)))
    yield running
    running.stop()


@pytest.fixture
def lesson(labs: Labs) -> Lesson:
    return labs.course().lesson("routes")


def received(application: Application, name: str) -> str:
    """Receive one message, and wait for it."""
    live = queues_of(opened(application)).find(name)
    got = application.services.loop.call(live.receive(1, wait_seconds=20))
    assert got, f"nothing came to {name}"
    return got[0].message.body


def rules(application: Application, bus: str = "bus-shop") -> dict[str, list[str]]:
    """Return the names of targets by rule."""
    found = buses_of(opened(application)).rules.of_bus(bus)
    return {one.record.name: [each.identifier for each in one.record.targets] for one in found}


def test_the_buses_of_a_lab_are_there_when_its_page_is_opened(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    assert rules(application) == {
        "large": ["bus-large", "bus-archive"],
        "off": ["bus-dead"],
        "orders": ["bus-reader"],
    }
    [large] = buses_of(opened(application)).rules.of_bus("bus-shop", "large")
    target = large.record.targets[0]
    assert json.loads(large.record.pattern) == {"detail": {"total": [{"numeric": [">", 100]}]}}
    assert target.policy.most_retries == 2
    assert target.dead_letter_arn.endswith(":bus-dead")


def test_a_press_deploys_and_puts_and_each_rule_decides(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    run = press(labs, lesson, "put-small")
    record = json.loads(received(application, "bus-read"))
    assert record["responsePayload"] == 5
    entries = lab_entries(opened(application).log.since(0), lab=lesson.lab)
    [put] = [one for one in entries if isinstance(one.fact, EventPut)]
    assert put.run == run
    [matched] = [one.fact for one in entries if isinstance(one.fact, RuleMatched)]
    assert matched.rule == "orders"
    [missed] = [one.fact for one in entries if isinstance(one.fact, RuleNotMatched)]
    assert (missed.rule, missed.fields) == ("large", ("detail.total",))


def test_an_event_goes_over_a_second_bus_to_its_rules(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "put-large")
    assert json.loads(received(application, "bus-large"))["detail"] == {"total": 500}
    assert json.loads(received(application, "bus-audit"))["detail"] == {"total": 500}


def test_a_reset_puts_rules_back_and_an_undo_brings_the_learners_own(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    before = rules(application)
    buses = buses_of(opened(application))
    loop = application.services.loop
    loop.call(buses.rules.remove_targets("orders", ["bus-reader"], bus="bus-shop", run=""))
    loop.call(buses.rules.delete("orders", bus="bus-shop", run=""))
    made = labs.resets.reset("local", lesson, scope="lab")
    assert rules(application) == before
    labs.resets.undo("local", lesson, id=made.id)
    assert rules(application) == {name: one for name, one in before.items() if name != "orders"}


def test_a_bus_that_a_learner_deleted_comes_back_with_a_reset_alone(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    buses, loop = buses_of(opened(application)), application.services.loop
    for name, targets in rules(application).items():
        loop.call(buses.rules.remove_targets(name, targets, bus="bus-shop", run=""))
        loop.call(buses.rules.delete(name, bus="bus-shop", run=""))
    loop.call(buses.delete("bus-shop", run=""))
    with pytest.raises(SourceError, match="does not exist"):
        press(labs, lesson, "put-small")
    labs.resets.reset("local", lesson, scope="lab")
    press(labs, lesson, "put-large")
    assert json.loads(received(application, "bus-large"))["detail"] == {"total": 500}

"""The schedules of a lab: at rest until they can run, run by the lab clock, left, brought back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.aws.facts import until
from tests.classroom.bucket_course import write_photos
from tests.classroom.local import opened, press
from webapp.classroom.labs import Labs
from webapp.classroom.sources.lab_queues import queues_of
from webapp.classroom.sources.lab_schedules import is_at_rest, scheduler_of
from webapp.curriculum.model import Lesson
from webapp.curriculum.scope import lab_entries
from webapp.settings import Settings
from webapp.sources.schedules.records import ScheduleRecord
from webapp.trace.events import (
    Fact,
    InvocationFinished,
    ScheduleFired,
    TargetReached,
    TimeSkipped,
)
from webapp.wiring import Application, start

pytestmark = pytest.mark.slow


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    folder = write_photos(tmp_path / "lessons")
    running = start(Settings(data=tmp_path / "data", lessons=(folder,)))
    yield running
    running.stop()


@pytest.fixture
def lesson(labs: Labs) -> Lesson:
    return labs.course().lesson("photos")


def schedule(application: Application, name: str) -> ScheduleRecord:
    return scheduler_of(opened(application)).find(name, group="default")


def told(application: Application, lesson: Lesson, kind: type[Fact], *, count: int = 1) -> Any:
    """Return the facts of a kind about the lab, once there are so many."""

    def found() -> list[Fact]:
        entries = lab_entries(opened(application).log.since(0), lab=lesson.lab)
        return [entry.fact for entry in entries if isinstance(entry.fact, kind)]

    return until(application, found, count=count)


def received(application: Application, name: str) -> str:
    """Receive one message, and wait for it."""
    live = queues_of(opened(application)).find(name)
    got = application.services.loop.call(live.receive(1, wait_seconds=20))
    assert got, f"nothing came to {name}"
    application.services.loop.call(live.delete_message(got[0].handle))
    return got[0].message.body


def test_a_schedule_rests_until_its_function_is_deployed_and_no_other_does(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    assert is_at_rest(schedule(application, "photo-tick"))
    assert schedule(application, "photo-once").enabled
    off = schedule(application, "photo-off")
    assert not off.enabled
    assert not is_at_rest(off)
    press(labs, lesson, "put-picture")
    tick = schedule(application, "photo-tick")
    assert tick.enabled
    assert tick.description == "Lab photos"


def test_passing_lab_time_runs_a_schedule_at_each_of_its_moments(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "start-ticks")
    press(labs, lesson, "wait-3-minutes")
    reached = told(application, lesson, TargetReached, count=4)
    fired = told(application, lesson, ScheduleFired, count=4)
    assert sorted(one.name for one in fired) == ["photo-once", *["photo-tick"] * 3]
    assert {one.execution for one in fired} == {one.event_id for one in reached}
    told(application, lesson, InvocationFinished, count=3)
    assert json.loads(received(application, "photo-read"))["responsePayload"] == []
    assert json.loads(received(application, "photo-ticks")) == "once"


def test_a_disabled_schedule_runs_no_more(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "start-ticks")
    press(labs, lesson, "end-ticks")
    press(labs, lesson, "put-picture")  # what begins a lab's press wakes none that is disabled
    assert not schedule(application, "photo-tick").enabled
    press(labs, lesson, "wait-3-minutes")
    told(application, lesson, TimeSkipped, count=2)
    fired = told(application, lesson, ScheduleFired)
    assert [one.name for one in fired] == ["photo-once"]


def test_the_schedules_of_a_lab_rest_while_another_is_at_work(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "start-ticks")
    other = labs.course().lesson("other")
    labs.state("local", other)
    tick = schedule(application, "photo-tick")
    assert is_at_rest(tick)
    assert tick.description == "Lab photos, at rest"
    labs.state("local", lesson)
    assert schedule(application, "photo-tick").enabled


def test_what_a_learner_made_by_the_cli_rests_with_no_lab(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    scheduler, loop = scheduler_of(opened(application)), application.services.loop
    target = {"Arn": "arn:aws:sqs:us-east-1:000000000000:photo-ticks", "RoleArn": "r"}
    mine = ScheduleRecord(group="default", name="mine", expression="rate(1 day)", target=target)
    loop.call(scheduler.create(mine, run=""))
    labs.state("local", labs.course().lesson("other"))
    assert schedule(application, "mine").enabled


def test_a_reset_puts_schedules_back_and_an_undo_brings_the_learners_own(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "start-ticks")
    scheduler, loop = scheduler_of(opened(application)), application.services.loop
    loop.call(scheduler.delete("photo-off", group="default", run=""))
    made = labs.resets.reset("local", lesson, scope="lab")
    assert is_at_rest(schedule(application, "photo-tick"))
    assert schedule(application, "photo-off").expression == "rate(1 day)"
    labs.resets.undo("local", lesson, id=made.id)
    assert schedule(application, "photo-tick").enabled
    off = schedule(application, "photo-off")  # it was not there: the reset's is as good as any
    assert not off.enabled

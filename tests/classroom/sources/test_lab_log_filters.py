"""A lab's subscription filters and callers: there, calling, reset, brought back."""

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from tests.classroom.gallery_course import write_door
from tests.classroom.local import press
from webapp.classroom.labs import Labs
from webapp.classroom.model import ShownArrival
from webapp.classroom.sources.lab_log_filters import LabLogFilters
from webapp.curriculum.model import Lesson
from webapp.settings import Settings
from webapp.sources.logs.errors import LimitExceeded
from webapp.sources.logs.model import LogGroup, Scope
from webapp.sources.logs.service import CloudWatchLogs
from webapp.trace.events import InvocationFinished
from webapp.wiring import Application, start

pytestmark = pytest.mark.slow
GROUP = "/aws/lambda/door-till"
ERRORS = {
    "door-errors": {
        "filterPattern": "ERROR",
        "destinationArn": "arn:aws:lambda:us-east-1:000000000000:function:door-keeper",
    }
}
PATIENCE_SECONDS = 60.0


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    folder = write_door(tmp_path / "lessons")
    running = start(Settings(data=tmp_path / "data", lessons=(folder,)))
    yield running
    running.stop()


@pytest.fixture
def lesson(labs: Labs) -> Lesson:
    return labs.course().lesson("door")


class Filters:
    """What CloudWatch Logs keeps of the till's log group."""

    def __init__(self, application: Application) -> None:
        self._loop = application.services.loop
        self._logs = CloudWatchLogs(application.storage.logs)
        self._scope = Scope("local", "us-east-1")

    def now(self) -> dict[str, dict[str, str]]:
        found: LogGroup = self._loop.call(self._logs.group(self._scope, GROUP))
        return {
            name: {key: value for key, value in given.items() if key != "creationTime"}
            for name, given in found.subscriptions.items()
        }

    def put(self, name: str, pattern: str) -> None:
        given = {**ERRORS["door-errors"], "filterPattern": pattern}
        self._loop.call(self._logs.subscribe(self._scope, GROUP, name, given, now_ms=0))


@pytest.fixture
def filters(application: Application) -> Filters:
    return Filters(application)


def arrived(labs: Labs, lesson: Lesson, caller: str) -> ShownArrival:
    """Wait until an event of the caller was handled, and return what its card shows."""
    live, deadline = labs.live("local", lesson), monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        seen = live.log.last_sequence
        found = live.arrivals().get(caller)
        if found is not None and [one.state for one in found.tries] == ["ok"]:
            return found
        live.log.wait_beyond(seen, timeout=0.2)
    raise AssertionError(f"nothing came from {caller}: {live.arrivals()}")


def test_the_filters_of_a_lab_are_there_when_its_page_is_opened(
    labs: Labs, lesson: Lesson, filters: Filters
) -> None:
    labs.state("local", lesson)
    assert filters.now() == ERRORS


def test_a_line_that_matches_calls_the_function_and_the_card_shows_it(
    labs: Labs, lesson: Lesson
) -> None:
    run = press(labs, lesson, "print-lines")
    arrival = arrived(labs, lesson, "paper")
    packed = base64.b64decode(json.loads(arrival.payload)["awslogs"]["data"])
    told = json.loads(gzip.decompress(packed))
    assert [one["message"].strip() for one in told["logEvents"]] == ["ERROR no paper"]
    assert (told["logGroup"], told["subscriptionFilters"]) == (GROUP, ["door-errors"])
    (tried,) = arrival.tries
    assert tried.text.startswith("Attempt 1, at 0:0")
    assert tried.text.endswith('returned ["awslogs"].')
    assert tried.segment
    finished = [
        entry
        for entry in labs.live("local", lesson).log.since(0)
        if isinstance(entry.fact, InvocationFinished) and entry.fact.function == "door-keeper"
    ]
    assert [entry.run for entry in finished] == [run]


def test_a_topic_and_a_press_that_stands_in_each_fill_their_own_card(
    labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "ring")
    press(labs, lesson, "call-as-ses")
    bell, mail = arrived(labs, lesson, "bell"), arrived(labs, lesson, "mail")
    assert json.loads(bell.payload)["Records"][0]["Sns"]["Message"] == "hello"
    assert json.loads(mail.payload) == {"mail": "<img src=x onerror=alert(1)>"}
    assert labs.state("local", lesson).arrivals == {"bell": bell, "mail": mail}


def test_what_arrived_is_gone_after_a_reset_and_back_after_its_undo(
    labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "ring")
    bell = arrived(labs, lesson, "bell")
    reset = labs.resets.reset("local", lesson, scope="lab")
    assert labs.live("local", lesson).arrivals() == {}
    labs.resets.undo("local", lesson, id=reset.id)
    assert labs.live("local", lesson).arrivals() == {"bell": bell}


def test_a_workspace_that_is_full_of_log_groups_says_which_one_is_needed(
    application: Application, lesson: Lesson
) -> None:
    class Full(CloudWatchLogs):
        async def create_group(self, scope: Scope, group: LogGroup) -> None:
            raise LimitExceeded

    services = application.services
    opened = services.loop.call(services.platform.workspace("local"))
    filters = LabLogFilters(Full(application.storage.logs))
    with pytest.raises(LimitExceeded, match=f"This lab needs the log group {GROUP}"):
        services.loop.call(filters.ensure(opened, lesson.lab))


def test_a_reset_puts_the_filters_back_and_an_undo_brings_those_of_the_learner(
    labs: Labs, lesson: Lesson, filters: Filters
) -> None:
    labs.state("local", lesson)
    filters.put("door-errors", "WARN")
    filters.put("door-own", "")
    own = filters.now()
    reset = labs.resets.reset("local", lesson, scope="lab")
    assert filters.now() == ERRORS
    labs.resets.undo("local", lesson, id=reset.id)
    assert filters.now() == own
    assert set(own) == {"door-errors", "door-own"}

"""How a stream keeps pace: at once after quiet, in batches while much happens, and to its end."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.application import running
from webapp.api import events
from webapp.api.events import BATCH_SECONDS, BEATS, LONGEST_REST_SECONDS, rest_after
from webapp.classroom.cursor import Cursor
from webapp.curriculum.model import Lesson
from webapp.wiring import Application

STREAM = "/w/local/labs/cold-and-warm/events"
PRESSES = 150


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def never_beating(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a stream say nothing for an hour by itself: who is told at once is told without it."""
    monkeypatch.setattr(events, "BEAT_SECONDS", 3600.0)


def follow(application: Application) -> Iterator[bytes]:
    answer = application.app.test_client().get(STREAM)
    yield from answer.iter_encoded()
    answer.close()


def press(application: Application, times: int) -> None:
    labs = application.services.labs
    lesson = labs.course().lesson("cold-and-warm")
    for _ in range(times):
        labs.pressing.wait("local", lesson, seconds=1)


def test_a_busy_lab_is_told_in_batches_and_nothing_is_left_out(application: Application) -> None:
    parts = follow(application)
    next(parts)
    begun = time.monotonic()
    presser = threading.Thread(target=press, args=(application, PRESSES))
    presser.start()
    runs: set[str] = set()
    messages = 0
    while len(runs) < PRESSES:
        part = next(parts)
        if part.startswith(b"id: "):
            messages += 1
            runs |= {run["id"] for run in json.loads(part.partition(b"data: ")[2])["runs"]}
    passed = time.monotonic() - begun
    presser.join()
    parts.close()  # type: ignore[attr-defined]
    assert messages <= passed / BATCH_SECONDS + 2


@pytest.mark.parametrize(
    ("took", "rest"), [(0.0, BATCH_SECONDS), (0.1, 0.4), (60.0, LONGEST_REST_SECONDS)]
)
def test_the_longer_a_message_takes_the_longer_a_stream_rests_after_it(
    took: float, rest: float
) -> None:
    assert rest_after(took) == rest


@pytest.mark.usefixtures("never_beating")
def test_the_end_is_told_at_once_also_to_who_has_just_read(application: Application) -> None:
    parts = follow(application)
    press(application, 1)
    next(parts)
    application.announce_stop()
    assert next(parts).startswith(b"event: bye")


@pytest.mark.usefixtures("never_beating")
def test_a_reader_who_waits_is_told_the_end_at_once(application: Application) -> None:
    parts = follow(application)
    next(parts)
    told: list[bytes] = []
    reader = threading.Thread(target=lambda: told.append(next(parts)))
    reader.start()
    application.announce_stop()
    reader.join()
    assert told[0].startswith(b"event: bye")


def test_a_quiet_stream_only_writes_and_asks_for_its_lab_now_and_then(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "BEAT_SECONDS", 0.0)
    labs, asked = application.services.labs, []
    message = labs.message

    def counted(workspace: str, lesson: Lesson, *, after: str) -> tuple[Cursor, str]:
        asked.append(after)
        return message(workspace, lesson, after=after)

    monkeypatch.setattr(labs, "message", counted)
    parts = follow(application)
    assert next(parts).startswith(b"id: ")
    assert {next(parts) for _ in range(3 * BEATS)} == {b": nothing new\n\n"}
    assert len(asked) == 3
    press(application, 1)
    told = (next(parts) for _ in range(2 * BEATS))
    assert any(b"Wait 1 s" in part for part in told)


def test_a_platform_that_ended_under_a_stream_ends_it_with_a_word(
    application: Application,
) -> None:
    parts = follow(application)
    next(parts)
    press(application, 1)
    application.services.loop.call(application.services.platform.stop())
    application.services.loop.stop()
    assert next(parts).startswith(b"event: bye")

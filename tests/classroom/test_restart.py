"""What a lab is after the server ended: in order, or from one moment to the next."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from tests.app.application import running
from webapp.classroom import live
from webapp.classroom.cursor import Cursor
from webapp.classroom.drafting import Edits
from webapp.classroom.labs import Labs
from webapp.clock import real_now
from webapp.curriculum.model import Lesson
from webapp.runtime.model import Faults
from webapp.storage.store import SqlStore
from webapp.storage.tables.store import FoldSnapshotRow
from webapp.trace.events import Entry, InvocationFinished, ServerRestarted
from webapp.wiring import Application

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 120.0
DAY_SECONDS = 24 * 3600.0
ECHO = {"handler.py": "def handler(event, context):\n    return event\n", "build.txt": "1\n"}
CODE = Edits(files=ECHO)
TYPED = Edits(files=ECHO, event="{}")


def lesson_of(application: Application) -> Lesson:
    return application.services.labs.course().lesson("cold-and-warm")


def rows(application: Application, after: str = "") -> dict[str, Any]:
    message = application.services.labs.message("local", lesson_of(application), after=after)
    read: dict[str, Any] = json.loads(message[1])
    return read


def invoke(application: Application) -> None:
    """Call once, and wait until the answer is in the trace."""
    labs, lesson = application.services.labs, lesson_of(application)
    log, deadline = labs.live("local", lesson).log, real_now() + PATIENCE_SECONDS
    before = log.last_sequence
    labs.pressing.invoke("local", lesson, edits=TYPED, count=1)
    while not any(isinstance(entry.fact, InvocationFinished) for entry in log.since(before)):
        assert real_now() < deadline
        log.wait_beyond(log.last_sequence, timeout=0.2)
    labs.pressing.wait("local", lesson, seconds=1)  # its answer says that all before it is on disk


def killed(folder: Path, copy: Path, work: Callable[[Application], None]) -> Path:
    """Work, and return what is on disk at one moment, as ``kill -9`` leaves it."""
    with running(folder) as application:
        work(application)
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.lock", "*.pid", "tmp"))
    return copy


def test_a_crash_ends_every_lane_and_says_why(tmp_path: Path) -> None:
    left = killed(tmp_path / "first", tmp_path / "second", invoke)
    with running(left) as application:
        invoke(application)
        after = rows(application)
        log = application.services.labs.live("local", lesson_of(application)).log
        restarts = [one.fact for one in log.since(0) if isinstance(one.fact, ServerRestarted)]
        assert [fact.epoch for fact in restarts] == [2]
    lanes = sorted(after["lanes"], key=lambda lane: int(lane["order"]))
    ended = [lane["ended"] for lane in lanes if lane["kind"] == "environment"]
    assert ended == [True, False]
    assert [mark["kind"] for mark in after["marks"]].count("restart") == 1
    assert any("The server stopped" in sentence["text"] for sentence in after["story"])
    assert [call["status"] for call in after["invocations"]] == ["ok", "ok"]
    assert len({call["id"] for call in after["invocations"]}) == 2


def test_what_was_shown_before_is_shown_again(tmp_path: Path) -> None:
    shown: list[dict[str, Any]] = []

    def work(application: Application) -> None:
        invoke(application)
        invoke(application)
        shown.append(rows(application))

    left = killed(tmp_path / "first", tmp_path / "second", work)
    with running(left) as application:
        again = rows(application)
    for name in ("runs", "invocations", "logs"):
        assert again[name][: len(shown[0][name])] == shown[0][name]
    assert again["origin"] == shown[0]["origin"]


def snapshot(application: Application) -> FoldSnapshotRow:
    """Wait until a snapshot of the lab is on disk, and return it."""
    log, deadline = application.services.labs.live("local", lesson_of(application)).log, real_now()
    while real_now() < deadline + PATIENCE_SECONDS:
        with Session(application.storage.engine) as session:
            row = session.get(FoldSnapshotRow, ("local", "cold-and-warm"))
        if row is not None:
            return row
        log.wait_beyond(log.last_sequence, timeout=0.05)
    raise AssertionError("no snapshot was kept")


def test_after_a_crash_a_long_lab_shows_its_newest_facts_and_soon_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, Any]] = []

    def work(application: Application) -> None:
        for _ in range(6):
            invoke(application)
        shown.append(rows(application))

    left = killed(tmp_path / "first", tmp_path / "second", work)
    for name, number in (("MOST_AT_ONCE", 20), ("NEWEST", 12), ("SLICE", 5)):
        monkeypatch.setattr(live, name, number)
    with running(left) as application:
        first = rows(application)
        assert first["older"] > 0
        assert len(first["invocations"]) < 6
        whole = when_all_is_read(application)
    assert whole["reset"] is True
    for name in ("runs", "invocations", "logs"):
        assert whole[name][: len(shown[0][name])] == shown[0][name]


def when_all_is_read(application: Application) -> dict[str, Any]:
    """Wait as a stream does until no older fact is left, and return what it says then."""
    lab, deadline = application.services.labs.live("local", lesson_of(application)), real_now()
    message = rows(application)
    while message["older"]:
        assert real_now() < deadline + PATIENCE_SECONDS
        cursor = Cursor.parse(message["cursor"])
        assert cursor is not None
        lab.wait_beyond(cursor, timeout=1.0)
        message = rows(application, after=message["cursor"])
    return message


@pytest.mark.parametrize("damaged", [False, True], ids=["whole", "damaged"])
def test_a_start_goes_on_from_a_snapshot_and_from_the_facts_where_it_is_damaged(
    damaged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KEPT_EVERY", 10)
    with running(tmp_path) as application:
        invoke(application)
        before = rows(application)
        kept = snapshot(application)
        if damaged:
            application.storage.snapshots.keep(
                "local",
                lab=kept.lab,
                version=kept.version,
                sequence=kept.sequence,
                data=kept.data[:-9],
            )
    asked: list[int] = []
    entries = SqlStore.entries

    def noting(store: SqlStore, workspace: str, *, after: int, limit: int) -> list[Entry]:
        asked.append(after)
        return entries(store, workspace, after=after, limit=limit)

    monkeypatch.setattr(SqlStore, "entries", noting)
    with running(tmp_path) as application:
        invoke(application)
        again = rows(application)
    assert min(asked) == (0 if damaged else kept.sequence)
    for name in ("runs", "invocations", "logs"):
        assert again[name][: len(before[name])] == before[name]
    assert len(again["invocations"]) == 2


def test_a_cursor_from_before_gets_everything_and_counts_what_was_lost(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        invoke(application)
        before = rows(application)
    epoch, sequence, _ = before["cursor"].split("-")
    with running(tmp_path) as application:
        message = rows(application, after=before["cursor"])
        assert (message["reset"], message["missed"]) == (True, 0)
        assert message["cursor"].startswith(f"{int(epoch) + 1}-")
        lost = rows(application, after=f"{epoch}-{int(sequence) + 1000}")
        newest = int(lost["cursor"].split("-")[1])
        assert lost["missed"] == int(sequence) + 1000 - newest


def test_lab_time_goes_on_from_where_it_was(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        labs = application.services.labs
        labs.pressing.wait("local", lesson_of(application), seconds=DAY_SECONDS)
        application.app.test_client().post("/w/local/clock", data={"rate": "60"})
        application.app.test_client().post("/w/local/clock", data={"pause": "true"})
        before = labs.clock("local")
        ahead = before.now - real_now()
    with running(tmp_path) as application:
        after = application.services.labs.clock("local")
        assert (after.rate, after.paused) == ("60", True)
        assert after.now - real_now() == pytest.approx(ahead, abs=120)
        assert after.now >= before.now
        assert DAY_SECONDS - 10 < ahead < DAY_SECONDS + 6000


def test_the_function_serves_again_without_being_deployed(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        labs, lesson = application.services.labs, lesson_of(application)
        labs.adjusting.configure(
            "local",
            lesson,
            memory_mb=256,
            timeout=9,
            temporary_mb=1024,
            variables={"GREETING": "héllo"},
            edits=CODE,
        )
        labs.adjusting.set_faults("local", lesson, faults=Faults(init="slow-init"), edits=CODE)
        before = client_reads(application)
    with running(tmp_path) as application:
        assert client_reads(application) == before
        state = application.services.labs.state("local", lesson_of(application))
        assert (state.configuration.memory_mb, state.faults.init) == (256, "slow-init")
        client = application.app.test_client()
        client.put("/w/local/functions/other", json={"files": ECHO})
        function = "/w/local/functions/cold-and-warm-greeter/invocations"
        assert client.post(function, data=b'{"again": 1}').get_json() == {"again": 1}


def client_reads(application: Application) -> Any:
    return application.app.test_client().get("/w/local/functions").get_json()


def test_labs_of_others_are_kept_apart(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        labs: Labs = application.services.labs
        for name in ("ada", "bob"):
            files = {**ECHO, "name.txt": name}
            labs.bench.desk(name, lesson_of(application)).keep(Edits(files=files))
    with running(tmp_path) as application:
        labs = application.services.labs
        for name in ("ada", "bob"):
            assert labs.state(name, lesson_of(application)).files["name.txt"] == name

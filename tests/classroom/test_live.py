"""One lab's live view: what its readers get, wherever they begin and whoever looks first."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.classroom.stage import CLOCK, Stage, restarted, shown
from tests.curriculum.fake_lab import FakeLab
from webapp.classroom import live
from webapp.classroom.judgement import DECIDED_EARLIER, Judgement
from webapp.classroom.live import ClockView
from webapp.trace.events import Entry, LabReset, ResetUndone, TaskPassed

PATIENCE_SECONDS = 120.0


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.open()
    return stage


def after(stage: Stage) -> str:
    return str(stage.message()["cursor"])


def test_a_reader_who_goes_on_has_what_one_who_begins_has(stage: Stage) -> None:
    stage.lab.invoke()
    stage.happen()
    page, cursor = shown(first := stage.message()), first["cursor"]
    for deed in (stage.lab.invoke, stage.lab.update, lambda: stage.lab.wait(480)):
        deed()
        stage.happen()
        change = stage.message(cursor)
        assert (change["reset"], change["missed"]) == (False, 0)
        page.receive(change)
        cursor = change["cursor"]
    assert page.rows == shown(stage.message()).rows


def test_who_is_up_to_date_gets_no_rows(stage: Stage) -> None:
    stage.lab.invoke()
    stage.happen()
    nothing = stage.message(after(stage))
    assert nothing["reset"] is False
    assert [nothing[name] for name in ("runs", "lanes", "segments", "logs", "refresh")] == [[]] * 5


def test_readers_at_the_same_place_get_the_same_bytes(stage: Stage) -> None:
    cursor = after(stage)
    stage.lab.invoke(10)
    stage.happen()
    with ThreadPoolExecutor(8) as readers:
        asked = [readers.submit(stage.live.message, cursor, clock=CLOCK) for _ in range(40)]
        answers = {answer.result() for answer in asked}
    assert len(answers) == 1


def test_the_clock_in_a_message_is_the_readers_own_moment(stage: Stage) -> None:
    later = ClockView(now=2000.0, rate="max", paused=True, running=2)
    stage.live.message("3-0", clock=CLOCK)
    told = json.loads(stage.live.message("3-0", clock=later)[1])["clock"]
    assert told == {"now": 2000.0, "rate": "max", "paused": True, "running": 2}


@pytest.mark.parametrize("stored", [1, 12, 40])
def test_facts_that_left_memory_are_read_from_the_store(stored: int) -> None:
    whole, partly = Stage(), Stage(stored=stored)
    for stage in (whole, partly):
        stage.lab.invoke()
        stage.lab.invoke(10)
        stage.lab.wait(480)
        stage.open()
    assert shown(partly.message()).rows == shown(whole.message()).rows
    assert partly.live.states() == whole.live.states()
    assert partly.store.asked == [0]


def test_what_memory_forgot_is_waited_for_until_the_store_has_it() -> None:
    """Long texts leave memory soon; none may be missing from what a learner sees."""
    stage = Stage()
    stage.lab.invoke()
    live = stage.open()
    forgotten, rest = stage.log.since(0)[:5], stage.log.since(5)
    stage.log._entries, stage.log._oldest = rest, 6
    assert live.message("", clock=CLOCK)[0].sequence == 0
    stage.store.kept = forgotten
    assert live.message("", clock=CLOCK)[0].sequence == stage.log.last_sequence


def test_a_long_store_is_read_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.classroom.live._PAGE", 7)
    whole, partly = Stage(), Stage(stored=40)
    for stage in (whole, partly):
        stage.lab.one_by_one(12)
        stage.open()
    assert shown(partly.message()).rows == shown(whole.message()).rows
    assert partly.store.asked == [0, 7, 14, 21, 28, 35]


@pytest.mark.parametrize(
    ("cursor", "missed"),
    [("", 0), ("garbage", 0), ("2-3", 0), ("2-1000", None), ("3-1000", 0), ("4-1", 0)],
)
def test_a_cursor_that_means_nothing_here_gets_everything(
    stage: Stage, cursor: str, missed: int | None
) -> None:
    stage.lab.invoke()
    stage.happen()
    message = stage.message(cursor)
    assert message["reset"] is True
    assert message["missed"] == (1000 - len(stage.lab.entries) if missed is None else missed)
    assert message["segments"]


def test_a_task_is_told_once_and_the_page_asked_to_look(stage: Stage) -> None:
    cursor = after(stage)
    stage.lab.invoke()
    stage.happen()
    with ThreadPoolExecutor(8) as readers:
        list(readers.map(lambda _: stage.live.states(), range(50)))
    assert stage.told == [("first-cold-start", False)]
    assert "tasks" in stage.message(cursor)["refresh"]
    stage.lab.invoke()
    stage.happen()
    stage.message()
    assert [task for task, _ in stage.told] == ["first-cold-start", "warm-start"]


def test_a_task_that_a_fact_tells_of_is_not_recorded_again() -> None:
    stage = Stage()
    stage.lab.invoke()
    stage.lab.add(TaskPassed(lab="cold-and-warm", task="first-cold-start", deciding=(2,)))
    stage.lab.add(TaskPassed(lab="another", task="warm-start", deciding=(2,)))
    stage.lab.invoke()
    stage.open()
    stage.message()
    assert stage.told == [("first-cold-start", True), ("warm-start", False)]


def test_a_task_stays_passed_when_the_lab_is_reset(stage: Stage) -> None:
    stage.lab.invoke()
    stage.happen()
    stage.message()
    stage.lab.add(LabReset(lab="cold-and-warm", scope="lab"))
    stage.happen()
    assert stage.message()["segments"] == []
    assert stage.live.states()[1]["first-cold-start"].state == "passed"
    stage.lab.invoke()
    stage.happen()
    stage.message()
    assert [task for task, _ in stage.told].count("first-cold-start") == 1


def test_after_a_reset_a_passed_task_says_that_its_facts_are_gone(stage: Stage) -> None:
    stage.lab.invoke()
    stage.happen()
    cursor, decided = after(stage), stage.live.states()[1]["first-cold-start"]
    assert decided.segment in {row["id"] for row in stage.message()["segments"]}
    stage.lab.add(LabReset(lab="cold-and-warm", scope="lab"))
    stage.happen()
    assert "tasks" in stage.message(cursor)["refresh"]
    state = stage.live.states()[1]["first-cold-start"]
    assert (state.segment, state.message) == (None, DECIDED_EARLIER)


def test_after_a_restart_a_passed_task_leads_to_what_decided_it(stage: Stage) -> None:
    stage.lab.invoke()
    stage.happen()
    decided = stage.live.states()[1]["first-cold-start"]
    deciding = tuple(entry.sequence for entry in stage.lab.entries)
    again = Stage(lab=stage.lab, passed={"first-cold-start": deciding})
    state = again.open().states()[1]["first-cold-start"]
    assert (state.state, state.message) == ("passed", decided.message)
    assert state.segment in {row["id"] for row in again.message()["segments"]}
    assert again.told == []


def test_a_task_that_was_passed_before_needs_no_fact() -> None:
    stage = Stage(passed={"warm-start": ()})
    live = stage.open()
    assert live.states()[1]["warm-start"].state == "passed"
    assert stage.told == []


def test_a_prediction_is_committed_then_revealed_with_ghosts(stage: Stage) -> None:
    stage.lab.invoke()
    stage.lab.commit("second-call", "everything")
    stage.happen()
    state = stage.live.states()[0]["second-call"]
    assert (state.status, state.option, state.outcome) == ("committed", "everything", None)
    first = stage.message()
    assert first["ghosts"] == []
    stage.lab.invoke()
    stage.happen()
    change = stage.message(first["cursor"])
    assert "prediction-second-call" in change["refresh"]
    assert [ghost["right"] for ghost in change["ghosts"]] == [False]
    state = stage.live.states()[0]["second-call"]
    assert state.status == "revealed"
    assert state.segment in {segment["id"] for segment in stage.message()["segments"]}


def test_a_right_prediction_has_its_ghost_on_the_segment_that_came(stage: Stage) -> None:
    stage.lab.invoke()
    stage.lab.commit("second-call", "handler-only")
    stage.lab.invoke()
    stage.happen()
    message = stage.message()
    [ghost] = message["ghosts"]
    assert ghost["right"] is True
    assert ghost["segment"] == stage.live.states()[0]["second-call"].segment


def test_an_early_commitment_waits_and_says_for_what(stage: Stage) -> None:
    stage.lab.commit("second-call", "everything")
    stage.lab.invoke()
    stage.happen()
    state = stage.live.states()[0]["second-call"]
    assert state.status == "committed"
    assert "when an environment is warm" in str(state.waiting)


def test_facts_of_other_labs_move_the_cursor_and_nothing_else(stage: Stage) -> None:
    cursor = after(stage)
    other = FakeLab(lab="other", function="other")
    other.entries = list(stage.lab.entries)
    other.invoke()
    stage.lab.entries = other.entries
    stage.happen()
    message = stage.message(cursor)
    assert message["cursor"] != cursor
    assert [message[name] for name in ("runs", "lanes", "segments", "story")] == [[]] * 4


def test_only_facts_of_the_lab_are_judged_anew(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.lab.invoke()
    stage.happen()
    stage.message()
    judged: list[int] = []
    judge = Judgement.judge

    def note(judgement: Judgement, *arguments: Any, sequence: int, **named: Any) -> None:
        judged.append(sequence)
        judge(judgement, *arguments, sequence=sequence, **named)

    monkeypatch.setattr(Judgement, "judge", note)
    other = FakeLab(lab="other", function="other")
    other.entries = list(stage.lab.entries)
    other.invoke()
    stage.lab.entries = other.entries
    stage.happen()
    stage.message()
    assert judged == []
    stage.lab.invoke()
    stage.happen()
    stage.message()
    assert judged == [stage.lab.entries[-1].sequence]


def test_a_fact_is_judged_once_however_often_somebody_looks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[int] = []
    take = Judgement.take

    def note(judgement: Judgement, entry: Entry) -> None:
        judged.append(entry.sequence)
        take(judgement, entry)

    monkeypatch.setattr(Judgement, "take", note)
    for _ in range(3):
        stage.lab.invoke()
        stage.happen()
        stage.message()
        stage.live.states()
    assert judged == [entry.sequence for entry in stage.lab.entries]


# -- as much as a page begins with


def test_a_page_begins_with_the_newest_runs_and_gets_the_others_when_it_asks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SHOWN_SEGMENTS", 10)
    for _ in range(30):
        stage.lab.invoke()
    stage.happen()
    first = stage.message()
    assert first["hidden"] == 30 - len(first["runs"])
    assert 10 <= len(first["segments"]) < 16
    asked = json.loads(stage.live.whole_message(clock=CLOCK))
    assert (len(asked["runs"]), asked["hidden"], asked["reset"]) == (30, 0, True)
    assert asked["cursor"] == first["cursor"]


def test_who_was_away_for_long_begins_with_the_newest_runs_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SHOWN_SEGMENTS", 10)
    stage.lab.invoke()
    stage.happen()
    cursor = after(stage)
    stage.lab.invoke()
    stage.happen()
    assert stage.message(cursor)["reset"] is False
    for _ in range(30):
        stage.lab.invoke()
    stage.happen()
    again = stage.message(cursor)
    assert again["reset"] is True
    assert len(again["segments"]) < 16


# -- notices


def test_a_notice_is_told_once_to_who_waits(stage: Stage) -> None:
    cursor = after(stage)
    stage.live.tell("step", tab="one", value="frozen")
    stage.live.tell("draft", tab="two")
    news = stage.message(cursor)
    assert news["told"] == {
        "step": {"tab": "one", "value": "frozen"},
        "draft": {"tab": "two", "value": None},
    }
    assert stage.message(news["cursor"])["told"] == {}


def test_who_comes_later_is_told_of_nothing_and_begins_with_everything(stage: Stage) -> None:
    stage.live.tell("step", tab="one", value="frozen")
    first = stage.message()
    assert (first["reset"], first["told"]) == (True, {})
    assert stage.message(first["cursor"])["reset"] is False


def test_a_notice_wakes_who_waits_for_facts(stage: Stage) -> None:
    cursor, _ = stage.live.message("", clock=CLOCK)
    with ThreadPoolExecutor(1) as readers:
        waiting = readers.submit(stage.live.wait_beyond, cursor, timeout=PATIENCE_SECONDS)
        stage.live.tell("draft", tab="one")
        assert waiting.result(PATIENCE_SECONDS / 2)
    assert stage.live.wait_beyond(cursor, timeout=PATIENCE_SECONDS)


def test_who_waits_for_nothing_is_told_that_nothing_came(stage: Stage) -> None:
    cursor, _ = stage.live.message("", clock=CLOCK)
    assert not stage.live.wait_beyond(cursor, timeout=0.0)
    assert stage.live.wait_beyond(cursor, timeout=0.0, unless=lambda: True)
    stage.lab.invoke()
    stage.happen()
    assert stage.live.wait_beyond(cursor, timeout=0.0)


def test_changed_knobs_ask_the_page_to_look_whoever_changed_them(stage: Stage) -> None:
    stage.lab.invoke()
    stage.happen()
    cursor = after(stage)
    stage.lab.update()
    stage.happen()
    assert {"configuration", "faults"} <= set(stage.message(cursor)["refresh"])


# -- a reset that is undone


def reset(stage: Stage) -> int:
    stage.lab.add(LabReset(lab="cold-and-warm", scope="lab"))
    stage.happen()
    return stage.lab.entries[-1].sequence


def undo(stage: Stage, sequence: int, *, lab: str = "cold-and-warm") -> None:
    stage.lab.add(ResetUndone(lab=lab, reset=sequence))
    stage.happen()


def test_an_undone_reset_brings_the_timeline_and_the_predictions_back(stage: Stage) -> None:
    stage.lab.invoke()
    stage.lab.commit("second-call", "handler-only")
    stage.lab.invoke()
    stage.happen()
    before, said = stage.message(), stage.live.states()
    sequence = reset(stage)
    emptied = stage.message()
    assert (emptied["segments"], stage.live.states()[0]["second-call"].status) == ([], "open")
    undo(stage, sequence)
    page = shown(emptied, stage.message(emptied["cursor"]))
    assert page.rows["segments"] == shown(before).rows["segments"]
    assert stage.live.states()[0] == said[0]


def test_who_looks_after_an_undo_gets_everything_anew(stage: Stage) -> None:
    stage.lab.invoke()
    stage.happen()
    cursor = after(stage)
    undo(stage, reset(stage))
    news = stage.message(cursor)
    assert news["reset"] is True
    assert stage.message(news["cursor"])["reset"] is False


def test_a_restart_after_an_undo_shows_the_same(stage: Stage) -> None:
    stage.lab.invoke()
    stage.happen()
    undo(stage, reset(stage))
    stage.lab.invoke()
    stage.happen()
    again = Stage(lab=stage.lab, stored=len(stage.lab.entries))
    again.open()
    assert shown(again.message()).rows == shown(stage.message()).rows


def test_an_undo_of_another_lab_or_of_nothing_changes_nothing(stage: Stage) -> None:
    stage.lab.invoke()
    sequence = reset(stage)
    cursor = after(stage)
    undo(stage, sequence, lab="elsewhere")
    undo(stage, 10_000)
    message = stage.message(cursor)
    assert (message["reset"], stage.message()["segments"]) == (False, [])


def live_on(stage: Stage) -> None:
    """Look after each of many presses, with a prediction, a reset and its undo among them."""
    stage.lab.commit("second-call", "everything")
    for _ in range(5):
        stage.lab.invoke()
        stage.happen()
        stage.message()
    undo(stage, reset(stage))
    stage.lab.invoke(3)
    stage.happen()
    stage.message()
    stage.lab.invoke()


def test_a_restart_goes_on_from_a_snapshot_and_shows_the_same(
    monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    monkeypatch.setattr(live, "KEPT_EVERY", 10)
    live_on(stage)
    kept_at = stage.snapshots.sequence
    assert kept_at >= 10
    again, anew = restarted(stage), Stage(lab=stage.lab)
    anew.open()
    assert again.message() == {**anew.message(), "cursor": after(again)}
    assert min(again.store.asked) == kept_at, "facts were folded again"
    assert again.live.states() == anew.live.states()
    for one in (again, anew):
        one.lab = stage.lab
    stage.lab.invoke(2)
    undo(stage, reset(stage))
    again.happen()
    anew.happen()
    assert again.message()["segments"] == anew.message()["segments"]
    assert again.live.states() == anew.live.states()


def test_a_snapshot_of_facts_that_a_crash_lost_is_not_used(
    monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    monkeypatch.setattr(live, "KEPT_EVERY", 10)
    stage.lab.invoke(3)
    stage.happen()
    stage.message()
    stage.lab.entries = stage.lab.entries[: stage.snapshots.sequence - 1]
    again, anew = restarted(stage), Stage(lab=stage.lab)
    anew.open()
    assert again.message()["segments"] == anew.message()["segments"]
    assert again.store.asked[0] == 0

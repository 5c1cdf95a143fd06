import pytest

from tests.trace.lab_rows import rows_of, segments_of, story_of
from tests.trace.lab_script import FUNCTION, LAB, Script, environment_id
from webapp.trace.events import (
    Change,
    ClockChanged,
    FunctionChanged,
    FunctionState,
    LabReset,
    ServerRestarted,
    TimeSkipped,
    TraceTrimmed,
)

ONE, TWO = environment_id(0x7F3A), environment_id(0xB84C)


@pytest.fixture
def script() -> Script:
    script = Script()
    script.press("Invoke once")
    return script


def changed(change: Change, state: FunctionState, *, detail: str = "") -> FunctionChanged:
    return FunctionChanged(
        function=FUNCTION, change=change, state=state, revision_id="r", detail=detail
    )


def test_an_update_is_marked_once_when_it_is_in_effect(script: Script) -> None:
    script.add(changed("code", "InProgress"))
    assert rows_of(script, "marks") == []
    script.wait(0.5)
    script.add(changed("code", "Successful"))
    (mark,) = rows_of(script, "marks")
    assert (mark["kind"], mark["text"], mark["time"]) == ("update", "Code updated", script.now)


@pytest.mark.parametrize(
    ("change", "state", "mark", "said"),
    [
        ("configuration", "Successful", "Configuration updated", "The configuration of greeter"),
        ("faults", "Successful", "Faults updated", "The faults of greeter were changed."),
        ("deleted", "Deleted", "Function deleted", "greeter was deleted."),
        ("code", "Failed", "Code update failed", "could not be changed. The disk is full."),
    ],
)
def test_each_change_is_marked_and_told_in_its_own_words(
    script: Script, change: Change, state: FunctionState, mark: str, said: str
) -> None:
    script.add(changed(change, state, detail="The disk is full."))
    assert [row["text"] for row in rows_of(script, "marks")] == [mark]
    assert said in story_of(script)[-1]


def test_a_new_function_is_told_and_not_marked(script: Script) -> None:
    script.add(changed("created", "Pending"))
    script.add(changed("created", "Active"))
    assert story_of(script) == ["greeter was created."]
    assert rows_of(script, "marks") == []


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("none", "greeter runs on the concurrency that nobody has reserved."),
        ("0", "No concurrency is reserved for greeter: it may not run at all."),
        ("1", "1 call of greeter may run at once: so much is reserved, and no more."),
        ("no number", "The reserved concurrency of greeter changed."),
    ],
)
def test_a_reservation_says_how_many_may_run(script: Script, detail: str, said: str) -> None:
    script.add(changed("concurrency", "Successful", detail=detail))
    assert story_of(script)[-1] == said


@pytest.mark.parametrize("change", ["tags", "permissions", "url", "concurrency"])
def test_what_environments_do_not_notice_is_told_and_is_no_update(
    script: Script, change: Change
) -> None:
    script.cold_call(ONE)
    script.add(changed(change, "Successful"))
    assert story_of(script)[-1].endswith("of greeter changed.")
    assert rows_of(script, "marks") == []
    script.cold_call(TWO, why="concurrency")
    assert "update" not in story_of(script)[-1]


def test_skipped_time_is_told(script: Script) -> None:
    script.cold_call(ONE)
    script.add(TimeSkipped(seconds=420.0, reason="next"))
    assert story_of(script)[-1] == "7 min of quiet were skipped."


def test_jumps_that_follow_each_other_are_told_as_one(script: Script) -> None:
    script.cold_call(ONE)
    for seconds in (384.0, 36.0):
        script.add(TimeSkipped(seconds=seconds, reason="advance"))
    assert [text for text in story_of(script) if "skipped" in text] == [
        "7 min of quiet were skipped."
    ]
    script.warm_call(ONE)
    script.add(TimeSkipped(seconds=60.0, reason="advance"))
    assert story_of(script)[-1] == "1 min of quiet were skipped."


def test_a_wait_of_another_lab_is_told_in_the_newest_run_of_this_one(script: Script) -> None:
    script.cold_call(ONE)
    script.press("Wait 7 minutes", lab="other-lab")
    script.add(TimeSkipped(seconds=420.0, reason="advance"))
    assert rows_of(script, "story")[-1]["run"] == "run-1"
    assert len(rows_of(script, "runs")) == 1


def test_what_concerns_everybody_is_not_told_where_nothing_happened() -> None:
    script = Script(run="")
    script.add(ServerRestarted(epoch=2))
    script.add(TimeSkipped(seconds=420.0, reason="advance"))
    script.add(ClockChanged(rate="60", paused=False))
    script.add(TraceTrimmed(runs=1, facts=9))
    assert story_of(script) == []
    assert rows_of(script, "marks") == []


@pytest.mark.parametrize(
    ("rate", "paused", "said"),
    [
        ("60", False, "Quiet time runs at 60×."),
        ("max", False, "Waits are skipped."),
        ("1", True, "The clock was paused."),
    ],
)
def test_a_change_of_the_clock_is_told(script: Script, rate: str, paused: bool, said: str) -> None:
    script.cold_call(ONE)
    script.add(ClockChanged(rate=rate, paused=paused))
    assert story_of(script)[-1] == said


def test_a_restart_ends_what_lived_when_it_was_last_heard_of(script: Script) -> None:
    script.cold_call(ONE)
    script.begin(TWO, request=script.accept(), start="cold")
    last = script.now
    script.wait(3600)
    script.run = ""
    script.add(ServerRestarted(epoch=2))
    assert all(row["ended"] for row in rows_of(script, "lanes")[1:])
    ends = [segments_of(script, lane)[-1] for lane in (ONE, TWO)]
    assert [(row["kind"], row["start"]) for row in ends] == [("ended", last), ("ended", last)]
    assert segments_of(script, "caller")[-1]["end"] == last
    assert len({row["id"] for row in rows_of(script, "segments")}) == 10


def test_a_call_that_a_restart_cut_off_is_lost_and_told(script: Script) -> None:
    script.cold_call(ONE)
    script.begin(ONE, request=script.accept(), start="warm")
    script.add(ServerRestarted(epoch=2))
    assert rows_of(script, "invocations")[-1]["status"] == "lost"
    lost = segments_of(script, ONE)[-2]
    assert (lost["kind"], lost["story"]["badge"]) == ("stopped", "stopped")
    assert lost["story"]["what"] == "It was lost when the server stopped."
    assert segments_of(script, "caller")[-1]["failed"]
    said = "The server stopped and started again. 1 environment and 1 call in flight went with it."
    assert story_of(script)[-1].startswith(said)
    assert rows_of(script, "marks")[-1]["text"] == "Server restarted"
    assert rows_of(script, "runs")[0]["end"] is not None


def test_what_was_trimmed_is_told(script: Script) -> None:
    script.cold_call(ONE)
    script.add(TraceTrimmed(runs=3, facts=210))
    said = "The oldest 3 runs with 210 facts were dropped to keep within the limit."
    assert story_of(script)[-1] == said


def test_a_reset_of_a_part_is_told_and_drops_nothing(script: Script) -> None:
    script.cold_call(ONE)
    script.add(LabReset(lab=LAB, scope="code"))
    assert story_of(script)[-1] == "The code was reset to the lesson's."
    assert len(rows_of(script, "segments")) == 6

"""A lab with more facts than a page waits for: the newest at once, the older ones bit by bit."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.classroom.stage import CLOCK, LESSON, Stage, restarted, shown
from webapp.classroom import live
from webapp.classroom.judgement import Judgement
from webapp.classroom.lab_fold import LabFold
from webapp.trace import graph
from webapp.trace.events import Entry, LabReset, ResetUndone

MOST, NEWEST, SLICE = 100, 40, 25
Deed = Callable[[Stage], object]


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "MOST_AT_ONCE", MOST)
        patch.setattr(live, "NEWEST", NEWEST)
        patch.setattr(live, "SLICE", SLICE)
        patch.setattr(live, "KEPT_WHILE_READING", 3 * SLICE)
        patch.setattr(live, "TOLD_EVERY", 2 * SLICE)
        yield


def never_opened(calls: int = 60) -> Stage:
    """Return a lab that other clients called while no page of it was open, after a restart."""
    stage = Stage()
    stage.lab.commit("second-call", "everything")
    for _ in range(calls):
        stage.lab.invoke()
    return restarted(stage)


def folded_whole(stage: Stage) -> Stage:
    """Return the same lab as somebody has it who followed it from its first fact."""
    whole = Stage(lab=stage.lab, stored=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "MOST_AT_ONCE", len(stage.lab.entries))
        whole.open()
        whole.message()
    return whole


def read(stage: Stage) -> int:
    """Read all older facts; return in how many steps."""
    steps = 1
    while stage.live.read_older():
        steps += 1
    return steps


@pytest.mark.parametrize("calls", [60, 600])
def test_the_first_page_folds_so_many_facts_however_many_there_are(calls: int) -> None:
    stage = never_opened(calls)
    message = stage.message()
    assert stage.store.given == NEWEST
    assert message["older"] == len(stage.lab.entries)
    assert stage.behind == [stage.live], "somebody is to read the older ones"
    newest = folded_whole(stage).message()["invocations"][-1]
    assert message["invocations"][-1]["id"] == newest["id"]
    assert len(message["invocations"]) < NEWEST


def test_no_step_of_reading_takes_more_than_its_share() -> None:
    stage = never_opened()
    stage.message()
    while True:
        before = stage.store.given
        goes_on = stage.live.read_older()
        assert stage.store.given - before <= SLICE
        if not goes_on:
            break
    assert stage.store.asked[1:] == list(range(0, stage.store.asked[-1] + 1, SLICE))


def test_when_all_is_read_the_page_is_that_of_who_followed() -> None:
    stage = never_opened()
    first = stage.message()
    assert read(stage) > 10
    whole, then = folded_whole(stage), stage.message(first["cursor"])
    assert (then["reset"], then["older"], then["missed"]) == (True, 0, 0)
    assert shown(then).rows == shown(whole.message()).rows
    assert then["ghosts"] == whole.message()["ghosts"] != []
    assert stage.live.states() == whole.live.states()
    assert stage.told == whole.told != []


def test_nothing_is_judged_of_the_newest_facts_alone() -> None:
    stage = never_opened()
    first = stage.message()
    predictions, tasks = stage.live.states()
    assert (stage.told, predictions, first["ghosts"]) == ([], {}, [])
    assert not any(task.state == "passed" for task in tasks.values())


def test_what_happens_meanwhile_is_shown_at_once_and_once() -> None:
    stage = never_opened()
    cursor = stage.message()["cursor"]
    stage.live.read_older()
    stage.lab.invoke()
    stage.happen()
    change = stage.message(cursor)
    assert (change["reset"], len(change["invocations"])) == (False, 1)
    assert change["older"] == len(stage.lab.entries) - SLICE
    read(stage)
    assert shown(stage.message()).rows == shown(folded_whole(stage).message()).rows


def test_who_waits_is_told_how_much_is_left_and_when_all_is_read() -> None:
    stage = never_opened()
    cursor, _ = stage.live.message("", clock=CLOCK)
    heard = []
    while True:
        goes_on = stage.live.read_older()
        if stage.live.wait_beyond(cursor, timeout=0.0):
            cursor, _ = stage.live.message(str(cursor), clock=CLOCK)
            heard.append(stage.message(str(cursor))["older"])
        if not goes_on:
            break
    assert heard == sorted(heard, reverse=True)
    assert len(heard) > 3
    assert heard[-1] == 0


def test_a_page_that_was_away_for_long_gets_the_newest_instead_of_all_it_missed() -> None:
    stage = Stage()
    stage.open()
    stage.lab.invoke()
    stage.happen()
    cursor = stage.message()["cursor"]
    for _ in range(60):
        stage.lab.invoke()
    stage.happen()
    again = stage.message(cursor)
    assert (again["reset"], again["older"]) == (True, len(stage.lab.entries) - len(again_from(1)))
    assert len(again["invocations"]) < NEWEST
    read(stage)
    assert shown(stage.message(again["cursor"])).rows == shown(folded_whole(stage).message()).rows


def again_from(calls: int) -> list[Entry]:
    stage = Stage()
    for _ in range(calls):
        stage.lab.invoke()
    return stage.lab.entries


@pytest.mark.slow
def test_facts_that_come_faster_than_they_are_folded_do_not_pile_up() -> None:
    stage = never_opened()
    stage.message()
    for _ in range(60):
        stage.lab.invoke()
    stage.happen()
    given = stage.store.given
    message = stage.message()
    assert len(message["invocations"]) < NEWEST
    assert stage.store.given == given
    assert stage.behind == [stage.live], "it is asked for once"
    read(stage)
    assert shown(stage.message()).rows == shown(folded_whole(stage).message()).rows


def test_a_restart_while_older_facts_are_read_goes_on_where_a_snapshot_was_kept() -> None:
    stage = never_opened()
    stage.message()
    for _ in range(8):
        stage.live.read_older()
    kept_at = stage.snapshots.sequence
    assert kept_at == 6 * SLICE
    again = restarted(stage)
    assert again.message()["older"] == len(stage.lab.entries) - kept_at
    read(again)
    assert min(again.store.asked) == kept_at
    whole = folded_whole(stage)
    assert shown(again.message()).rows == shown(whole.message()).rows
    assert again.live.states() == whole.live.states()


def test_an_undone_reset_of_a_long_lab_shows_the_newest_until_all_is_folded_anew() -> None:
    stage = Stage()
    stage.open()
    for _ in range(60):
        stage.lab.invoke()
        stage.happen()
        stage.message()
    reset = stage.lab.add(LabReset(lab="cold-and-warm", scope="lab"))
    stage.happen()
    cursor = stage.message()["cursor"]
    stage.lab.add(ResetUndone(lab="cold-and-warm", reset=reset.sequence))
    stage.happen()
    message = stage.message(cursor)
    assert message["reset"] is True
    assert message["older"] == len(stage.lab.entries)
    read(stage)
    whole = folded_whole(stage)
    assert len(whole.message()["invocations"]) == 60
    assert shown(stage.message()).rows == shown(whole.message()).rows
    assert stage.live.states() == whole.live.states()


def test_who_asks_for_older_facts_of_a_lab_that_is_near_gets_none_read() -> None:
    stage = Stage()
    stage.lab.invoke()
    stage.open().message("", clock=CLOCK)
    assert stage.live.read_older() is False
    assert stage.store.asked == []


DEEDS: tuple[Deed, ...] = (
    lambda stage: stage.lab.invoke(),
    lambda stage: stage.lab.invoke(3),
    lambda stage: stage.lab.one_by_one(4),
    lambda stage: stage.lab.update(),
    lambda stage: stage.lab.wait(480),
    lambda stage: stage.lab.commit("second-call", "everything"),
    lambda stage: stage.lab.add(LabReset(lab="cold-and-warm", scope="lab")),
    lambda stage: stage.lab.add(ResetUndone(lab="cold-and-warm", reset=newest_reset(stage))),
)


def newest_reset(stage: Stage) -> int:
    resets = [one.sequence for one in stage.lab.entries if isinstance(one.fact, LabReset)]
    return resets[-1] if resets else 0


def fold(entries: list[Entry], *, cuts: list[int]) -> LabFold:
    """Fold entries, kept as bytes and read again at each cut."""
    judgement = Judgement(LESSON, passed={}, on_passed=lambda *_: None)
    one = LabFold(LESSON, judgement=judgement)
    for end in (*sorted(cuts), len(entries)):
        while one.take(entries[one.seen.sequence : end]):
            pass
        one.settle()
        kept = graph.read(graph.write(one.kept()))
        judgement = Judgement(LESSON, passed={}, on_passed=lambda *_: None)
        one = LabFold(LESSON, judgement=judgement)
        one.restore(kept)
    one.settle()
    return one


@pytest.mark.slow
@given(deeds=st.lists(st.sampled_from(DEEDS), min_size=1, max_size=12), data=st.data())
def test_snapshots_at_any_facts_and_the_facts_after_them_come_to_what_all_facts_do(
    deeds: list[Deed], data: st.DataObject
) -> None:
    stage = Stage()
    for deed in deeds:
        deed(stage)
    entries = stage.lab.entries
    cuts = data.draw(st.lists(st.integers(0, len(entries)), max_size=3))
    whole, parts = fold(entries, cuts=[]), fold(entries, cuts=cuts)
    assert parts.view.snapshot() == whole.view.snapshot()
    assert parts.seen == whole.seen
    assert parts.kept()["judgement"]["_folds"] == whole.kept()["judgement"]["_folds"]

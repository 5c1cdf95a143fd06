"""The same rows for everybody: whoever looks once and whoever follows see one picture."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trace.fact_streams import arbitrary_entries, lab_entries
from tests.trace.lab_script import FUNCTION, LAB, Script, environment_id
from tests.trace.page import LISTS, Page
from webapp.trace import graph
from webapp.trace.events import (
    BusFact,
    Entry,
    FunctionFact,
    LabReset,
    QueueFact,
    RunStarted,
    TopicFact,
)
from webapp.trace.projections import LabView
from webapp.trace.projections.newest_runs import MOST_LINES

ONE, TWO = environment_id(0x7F3A), environment_id(0xB84C)
STREAMS = st.one_of(lab_entries(), arbitrary_entries())
SMALL = {"kept_segments": 12, "kept_graves": 500}


def new_view(**limits: Any) -> LabView:
    queues = frozenset({"orders", "orders-dead"})
    buses = frozenset({"shop", "archive"})
    return LabView(
        functions=frozenset({FUNCTION}),
        queues=queues,
        buses=buses,
        topics=frozenset({"news"}),
        lab=LAB,
        **limits,
    )


def folded(entries: list[Entry], **limits: Any) -> LabView:
    view = new_view(**limits)
    for entry in entries:
        view.apply(entry)
    return view


def seen(view: LabView) -> dict[str, dict[Any, Any]]:
    page = Page()
    page.receive(view.snapshot())
    return page.rows


@pytest.mark.parametrize("limits", [{}, SMALL], ids=["all kept", "runs dropped"])
@given(entries=STREAMS, looks=st.lists(st.booleans()))
def test_a_page_that_follows_sees_what_a_page_that_opens_now_sees(
    limits: dict[str, int], entries: list[Entry], looks: list[bool]
) -> None:
    view, page, cursor = new_view(**limits), Page(), 0
    for number, entry in enumerate(entries):
        view.apply(entry)
        if number < len(looks) and looks[number]:
            page.receive(view.rows_since(cursor))
            cursor = entry.sequence
    page.receive(view.rows_since(cursor))
    assert page.rows == seen(view)
    assert page.origin == view.snapshot()["origin"]


@pytest.mark.slow
@pytest.mark.parametrize("limits", [{}, SMALL], ids=["all kept", "runs dropped"])
@given(entries=STREAMS)
def test_looking_at_every_fact_changes_nothing(
    limits: dict[str, int], entries: list[Entry]
) -> None:
    watched = new_view(**limits)
    for entry in entries:
        watched.apply(entry)
        watched.snapshot()
    assert watched.snapshot() == folded(entries, **limits).snapshot()


@pytest.mark.slow
@pytest.mark.parametrize("limits", [{}, SMALL], ids=["all kept", "runs dropped"])
@given(entries=STREAMS, part=st.floats(0, 1))
def test_a_view_that_goes_on_from_what_was_kept_is_the_same(
    entries: list[Entry], part: float, limits: dict[str, int]
) -> None:
    kept_at = int(len(entries) * part)
    whole = folded(entries[:kept_at], **limits)
    kept = graph.write(whole.kept())
    again = new_view(**limits)
    again.restore(graph.read(kept))
    for entry in entries[kept_at:]:
        whole.apply(entry)
        again.apply(entry)
        assert again.rows_since(entry.sequence - 1) == whole.rows_since(entry.sequence - 1)
    assert again.snapshot() == whole.snapshot()
    assert all(again.segment_of(one.sequence) == whole.segment_of(one.sequence) for one in entries)


@given(entries=STREAMS)
def test_a_row_that_was_given_out_never_changes(entries: list[Entry]) -> None:
    view, taken = new_view(), []
    for entry in entries:
        view.apply(entry)
        rows = view.rows_since(entry.sequence - 1)
        taken.append((rows, json.dumps(rows)))
    assert all(json.dumps(rows) == text for rows, text in taken)


@pytest.mark.slow
@given(entries=STREAMS)
def test_an_entry_that_comes_twice_has_no_effect(entries: list[Entry]) -> None:
    view = folded(entries)
    before = view.snapshot()
    for entry in entries:
        view.apply(entry)
    assert view.snapshot() == before


@pytest.mark.slow
@given(entries=STREAMS)
def test_facts_of_other_labs_leave_no_row(entries: list[Entry]) -> None:
    view = LabView(functions=frozenset({"nobody's"}), lab="a lab without facts")
    for entry in entries:
        view.apply(entry)
    assert not any(view.snapshot()[name] for name in LISTS)


@pytest.mark.slow
@given(entries=STREAMS)
def test_functions_of_the_same_name_in_another_region_leave_no_row(entries: list[Entry]) -> None:
    own = [entry for entry in entries if not isinstance(entry.fact, RunStarted | LabReset)]
    view = folded([replace(entry, region="eu-west-1") for entry in own])
    regional = BusFact | FunctionFact | QueueFact | TopicFact
    of_the_workspace = [entry for entry in own if not isinstance(entry.fact, regional)]
    assert view.snapshot() == folded(of_the_workspace).snapshot()


@pytest.mark.slow
@given(entries=STREAMS)
def test_every_segment_lies_on_a_lane_that_is_there(entries: list[Entry]) -> None:
    rows = seen(folded(entries))
    assert {row["lane"] for row in rows["segments"].values()} <= rows["lanes"].keys()


@pytest.mark.slow
@given(entries=lab_entries())
def test_what_points_to_a_segment_points_to_one_that_is_there(entries: list[Entry]) -> None:
    view = folded(entries, **SMALL)
    rows = seen(view)
    pointers = [row["segment"] for name in ("logs", "story") for row in rows[name].values()]
    pointers += [row["segment"] for row in rows["invocations"].values()]
    pointers += [row["story"]["next_segment"] for row in rows["segments"].values()]
    pointers += [view.segment_of(entry.sequence) for entry in entries]
    assert {pointer for pointer in pointers if pointer is not None} <= rows["segments"].keys()


@pytest.mark.slow
@given(entries=STREAMS)
def test_no_segment_ends_before_it_starts(entries: list[Entry]) -> None:
    for row in seen(folded(entries))["segments"].values():
        assert row["end"] is None or row["end"] >= row["start"]


@pytest.mark.slow
@given(entries=lab_entries())
def test_only_what_lasts_has_no_end_and_a_lane_has_one_of_it(entries: list[Entry]) -> None:
    rows = seen(folded(entries))
    lasting = [row["lane"] for row in rows["segments"].values() if row["end"] is None]
    environments = [lane for lane in lasting if lane != "caller"]
    assert len(environments) == len(set(environments))
    assert not any(rows["lanes"][lane]["ended"] for lane in environments)


@pytest.mark.slow
@given(entries=STREAMS, segments=st.integers(1, 12), more=st.integers(0, 20))
def test_who_got_the_newest_runs_has_rows_of_the_whole_and_every_place_of_a_segment(
    entries: list[Entry], segments: int, more: int
) -> None:
    begun = max(len(entries) - more, 0)
    view, page = folded(entries[:begun]), Page()
    first = view.newest_runs(segments=segments)
    page.receive(first)
    for entry in entries[begun:]:
        view.apply(entry)
        page.receive(view.rows_since(entry.sequence - 1))
    whole, runs = seen(view), view.snapshot()["runs"]
    for name in LISTS:
        assert page.rows[name].items() <= whole[name].items()
    shown = page.rows["segments"].values()
    assert {row["lane"] for row in shown} <= page.rows["lanes"].keys()
    assert first["hidden"] or page.rows == whole
    newest = [row["id"] for row in runs][-1:]
    assert more or not entries or {*newest} <= page.rows["runs"].keys()


def test_the_first_rows_are_as_many_whole_runs_as_have_so_many_segments() -> None:
    script = Script()
    for _ in range(5):
        script.press("Invoke once")
        script.cold_call(ONE) if script.runs == 1 else script.warm_call(ONE)
    view = folded(script.entries)
    first = view.newest_runs(segments=4)
    assert [row["id"] for row in first["runs"]] == ["run-4", "run-5"]
    assert (first["reset"], first["hidden"]) == (True, 3)
    for name in ("segments", "logs", "story", "invocations"):
        whole = [row for row in view.snapshot()[name] if row["run"] in ("run-4", "run-5")]
        assert first[name] == whole
    assert view.newest_runs(segments=1000) == view.snapshot() | {"hidden": 0}


def test_one_run_of_endless_output_begins_with_its_newest_lines() -> None:
    script = Script()
    script.press("Print much")
    script.cold_call(ONE)
    request = script.accept()
    script.begin(ONE, request=request, start="warm")
    for _ in range(MOST_LINES + 50):
        script.log("line", environment=ONE, request=request)
    script.finish(ONE, request=request)
    view = folded(script.entries)
    first, whole = view.newest_runs(segments=1), view.snapshot()
    assert len(first["logs"]) == MOST_LINES < len(whole["logs"])
    assert first["logs"] == whole["logs"][-MOST_LINES:]
    assert first["segments"] == whole["segments"]


def test_a_reset_of_the_lab_begins_the_timeline_anew() -> None:
    script = Script()
    script.press("Invoke once")
    script.cold_call(ONE)
    script.press("Reset the lab")
    cursor = script.add(LabReset(lab=LAB))
    view = folded(script.entries)
    assert not any(view.snapshot()[name] for name in LISTS)
    assert len(view.rows_since(cursor - 1)["removed"]) > 10


def test_what_comes_late_of_the_time_before_a_reset_is_no_part_of_the_new_timeline() -> None:
    script = Script()
    script.press("Invoke once")
    script.cold_call(ONE)
    late = script.accept()
    script.begin(ONE, request=late, start="warm")
    script.add(LabReset(lab=LAB))
    script.finish(ONE, request=late, status="stopped")
    script.retire(ONE, reason="deleted")
    assert not any(folded(script.entries).snapshot()[name] for name in LISTS)


def test_numbers_and_times_begin_anew_after_a_reset() -> None:
    script = Script()
    script.press("Invoke once")
    script.cold_call(ONE)
    script.add(LabReset(lab=LAB))
    script.wait(100)
    script.press("Invoke once more")
    script.cold_call(TWO)
    view = folded(script.entries)
    rows = view.snapshot()
    assert rows["runs"][0]["label"] == "Run 1 · Invoke once more"
    assert rows["invocations"][0]["number"] == 1
    assert rows["origin"] == rows["runs"][0]["start"]


def test_a_small_delta_holds_only_what_changed() -> None:
    script = Script()
    script.press("Invoke once")
    script.cold_call(ONE)
    view = folded(script.entries)
    cursor = script.entries[-1].sequence
    script.log("late line", environment=ONE)
    view.apply(script.entries[-1])
    rows = view.rows_since(cursor)
    assert [row["text"] for row in rows["logs"]] == ["late line"]
    assert not any(rows[name] for name in LISTS if name != "logs")


def test_a_cursor_older_than_what_is_remembered_gets_everything_anew() -> None:
    script = Script()
    for _ in range(20):
        script.press("Invoke once")
        script.cold_call(environment_id(script.runs), why="update")
        script.retire(environment_id(script.runs), reason="updated")
    view = folded(script.entries, kept_segments=12, kept_graves=8)
    rows = view.rows_since(3)
    assert rows["reset"]
    assert rows == view.snapshot()
    assert not view.rows_since(script.entries[-1].sequence)["reset"]


def test_a_fact_leads_to_the_segment_that_it_made_or_ended() -> None:
    script = Script()
    script.press("Invoke once")
    request = script.accept()
    accepted = len(script.entries)
    asked = script.request(ONE, request=request)
    fetched = script.fetch(ONE)
    initialised = script.init(ONE)
    started = script.begin(ONE, request=request, start="cold")
    line = script.log("hello", environment=ONE, request=request)
    finished = script.finish(ONE, request=request)
    view = folded(script.entries)
    kinds = {row["id"]: row["kind"] for row in view.snapshot()["segments"]}
    facts = [accepted, asked, fetched, initialised, started, line, finished]
    found = [view.segment_of(sequence) for sequence in facts]
    said = [kinds[segment] for segment in found if segment is not None]
    assert said == ["waits", "download", "download", "init", "handler", "handler", "handler"]
    assert view.segment_of(1) is None

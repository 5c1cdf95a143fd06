from tests.trace.lab_rows import Row
from tests.trace.lab_script import FUNCTION, LAB, Script, environment_id
from webapp.trace.projections import LabView

ONE, TWO = environment_id(0x7F3A), environment_id(0xB84C)


def small_view(script: Script, *, kept_segments: int) -> LabView:
    view = LabView(functions=frozenset({FUNCTION}), lab=LAB, kept_segments=kept_segments)
    for entry in script.entries:
        view.apply(entry)
    return view


def runs_of_warm_calls(count: int) -> Script:
    script = Script()
    script.press("Invoke once")
    script.cold_call(ONE)
    for _ in range(count - 1):
        script.press("Invoke again")
        script.warm_call(ONE)
    return script


def labels(view: LabView) -> list[str]:
    return [row["label"] for row in view.snapshot()["runs"]]


def owners(view: LabView) -> set[str]:
    rows: list[Row] = []
    for name in ("segments", "logs", "story", "invocations"):
        rows += view.snapshot()[name]
    return {row["run"] for row in rows}


def test_the_oldest_runs_go_whole_and_the_newest_stay() -> None:
    view = small_view(runs_of_warm_calls(10), kept_segments=10)
    assert labels(view) == [f"Run {number} · Invoke again" for number in (8, 9, 10)]
    assert owners(view) == {"run-8", "run-9", "run-10"}
    assert len(view.snapshot()["segments"]) == 9


def test_every_row_that_went_is_named_once() -> None:
    script = runs_of_warm_calls(10)
    before = small_view(Script(entries=script.entries[:30]), kept_segments=1000).snapshot()
    removed = small_view(script, kept_segments=10).rows_since(0)["removed"]
    segments = {row["id"] for row in before["segments"] if row["end"] is not None}
    assert segments | {row["id"] for row in before["logs"]} <= set(removed)
    assert len(removed) == len(set(removed))


def test_a_run_whose_caller_waits_is_never_dropped() -> None:
    script = Script()
    waiting = script.press("Invoke the slow one")
    request = script.accept()
    script.begin(TWO, request=request, start="cold")
    for _ in range(9):
        script.press("Invoke again")
        script.warm_call(ONE)
    view = small_view(script, kept_segments=10)
    assert waiting in owners(view)
    script.run = waiting
    script.finish(TWO, request=request)
    for _ in range(4):
        script.press("Invoke again")
        script.warm_call(ONE)
    assert waiting not in owners(small_view(script, kept_segments=10))


def test_what_still_lasts_stays_and_goes_over_to_the_newest_run() -> None:
    script = Script()
    script.press("Invoke two")
    script.cold_call(ONE)
    script.cold_call(TWO)
    for _ in range(9):
        script.press("Invoke again")
        script.warm_call(TWO)
    rows = small_view(script, kept_segments=10).snapshot()
    (frozen,) = [row for row in rows["segments"] if row["lane"] == f"env:{ONE}"]
    assert (frozen["kind"], frozen["end"], frozen["run"]) == ("frozen", None, "run-10")


def test_a_page_is_told_of_what_went_over_to_another_run() -> None:
    script = Script()
    script.press("Invoke two")
    script.cold_call(ONE)
    script.cold_call(TWO)
    cursor = script.entries[-1].sequence
    for _ in range(9):
        script.press("Invoke again")
        script.warm_call(TWO)
    lanes = [
        row["lane"] for row in small_view(script, kept_segments=10).rows_since(cursor)["segments"]
    ]
    assert f"env:{ONE}" in lanes


def test_a_mark_goes_with_its_run() -> None:
    script = Script()
    for _ in range(9):
        script.press("Update and invoke")
        script.change()
        script.cold_call(environment_id(script.runs), why="update")
        script.retire(environment_id(script.runs), reason="updated")
    rows = small_view(script, kept_segments=15).snapshot()
    assert len(rows["marks"]) == len(rows["runs"]) == 2


def test_an_ended_lane_goes_with_its_last_segment() -> None:
    script = Script()
    for number in range(1, 10):
        script.press("Invoke once")
        script.cold_call(environment_id(number), why="update")
        script.retire(environment_id(number), reason="updated")
    lanes = small_view(script, kept_segments=15).snapshot()["lanes"]
    assert [lane["title"] for lane in lanes] == ["Caller", "env 0008", "env 0009"]


def test_a_run_of_endless_output_counts_too() -> None:
    script = Script()
    for _ in range(5):
        script.press("Print much")
        request = script.accept()
        script.begin(ONE, request=request, start="warm")
        for _ in range(40):
            script.log("line", environment=ONE, request=request)
        script.finish(ONE, request=request)
    view = small_view(script, kept_segments=12)
    assert labels(view) == ["Run 4 · Print much", "Run 5 · Print much"]


def test_the_newest_run_is_kept_however_long() -> None:
    script = Script()
    script.press("Send many")
    for number in range(1, 20):
        script.cold_call(environment_id(number))
    assert labels(small_view(script, kept_segments=10)) == ["Run 1 · Send many"]

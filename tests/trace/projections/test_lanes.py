import pytest

from tests.trace.lab_rows import kinds_of, rows_of, segment_of, segments_of, view_of
from tests.trace.lab_script import FUNCTION, Script, environment_id
from webapp.trace.events import FunctionChanged, InitStarted

ONE, TWO = environment_id(0x7F3A), environment_id(0xB84C)


@pytest.fixture
def script() -> Script:
    script = Script()
    script.press("Invoke once")
    return script


def details(script: Script) -> list[str]:
    return [lane["detail"] for lane in rows_of(script, "lanes")]


def test_the_callers_lane_comes_first_and_environments_in_the_order_of_their_birth(
    script: Script,
) -> None:
    script.cold_call(TWO)
    script.cold_call(ONE)
    lanes = rows_of(script, "lanes")
    assert [lane["title"] for lane in lanes] == ["Caller", "env b84c", "env 7f3a"]
    assert [lane["order"] for lane in lanes] == [0, 1, 2]


def test_of_two_environments_that_begin_alike_the_later_has_a_longer_name(script: Script) -> None:
    script.cold_call("7f3a0" + "0" * 27)
    script.cold_call("7f3a1" + "0" * 27)
    assert [lane["title"] for lane in rows_of(script, "lanes")][1:] == ["env 7f3a", "env 7f3a1"]


def test_a_lane_says_what_its_environment_does(script: Script) -> None:
    request = script.accept()
    script.request(ONE, request=request)
    assert details(script)[1] == "128 MB · starting"
    script.fetch(ONE)
    script.add(InitStarted(function=FUNCTION, environment=ONE, phase="init"))
    assert details(script)[1] == "128 MB · init"
    script.begin(ONE, request=request, start="cold")
    assert details(script)[1] == "128 MB · running"
    script.finish(ONE, request=request)
    assert details(script)[1] == "128 MB · frozen"
    script.reset(ONE, reason="crash")
    assert details(script)[1] == "128 MB · reset"
    script.retire(ONE, reason="idle")
    assert details(script)[1] == "128 MB · ended"
    assert rows_of(script, "lanes")[1]["ended"]


def test_in_a_lab_of_several_functions_a_lane_names_its_own(script: Script) -> None:
    script.cold_call(ONE)
    view = view_of(script, functions=frozenset({FUNCTION, "second"}))
    lane = view.snapshot()["lanes"][1]
    assert (lane["title"], lane["detail"]) == ("greeter", "env 7f3a · frozen")


def test_a_cold_call_is_download_start_init_handler_and_then_frozen(script: Script) -> None:
    script.cold_call(ONE)
    assert kinds_of(script, ONE) == ["download", "start", "init", "handler", "frozen"]
    bounds = [(row["start"], row["end"]) for row in segments_of(script, ONE)]
    starts, ends = [start for start, _ in bounds[1:]], [end for _, end in bounds[:-1]]
    assert ends == pytest.approx(starts, abs=1e-5)
    assert bounds[-1][1] is None


def test_phases_are_as_long_as_they_were_measured(script: Script) -> None:
    script.cold_call(ONE)
    lengths = [row["end"] - row["start"] for row in segments_of(script, ONE)[:4]]
    assert lengths == pytest.approx([0.008, 0.04, 0.0412, 0.2], abs=1e-6)
    texts = [row["text"] for row in segments_of(script, ONE)[:4]]
    assert texts == ["", "", "41.2 ms", "200 ms"]


def test_a_frozen_environment_is_thawed_by_the_next_call(script: Script) -> None:
    script.cold_call(ONE)
    script.wait(59)
    script.warm_call(ONE)
    first, handler = segments_of(script, ONE)[4:6]
    assert first["text"] == "59 s"
    assert first["end"] == handler["start"]


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        ("ok", "handler", "200 ms"),
        ("error", "error", "200 ms"),
        ("timeout", "timeout", "200 ms"),
        ("memory", "memory", "128 MB"),
        ("crash", "error", "200 ms"),
        ("stopped", "stopped", "200 ms"),
        ("too large", "error", "200 ms"),
        ("init", "error", "200 ms"),
    ],
)
def test_a_call_ends_in_the_shape_of_its_status(
    script: Script, status: str, kind: str, text: str
) -> None:
    script.cold_call(ONE, status=status)  # type: ignore[arg-type]
    row = segments_of(script, ONE)[3]
    assert (row["kind"], row["text"]) == (kind, text)


def test_a_reset_lasts_until_the_next_process_starts(script: Script) -> None:
    script.cold_call(ONE, status="timeout")
    script.wait(10)
    script.call_after_reset(ONE)
    assert kinds_of(script, ONE)[3:] == ["timeout", "reset", "start", "init", "handler", "frozen"]
    reset, start = segments_of(script, ONE)[4:6]
    assert reset["end"] == pytest.approx(start["start"], abs=1e-5)
    assert reset["text"] == "reset"


def test_an_init_without_a_new_process_ends_a_reset_too(script: Script) -> None:
    script.cold_call(ONE, status="timeout")
    script.wait(10)
    script.add(InitStarted(function=FUNCTION, environment=ONE, phase="invoke"))
    reset, init = segments_of(script, ONE)[-2:]
    assert (reset["end"], init["kind"], init["end"]) == (init["start"], "init", None)


def test_an_environment_that_is_retired_while_code_runs_in_it_is_stopped(script: Script) -> None:
    script.begin(ONE, request=script.accept(), start="cold")
    script.wait(1)
    script.retire(ONE, reason="deleted")
    stopped, ended = segments_of(script, ONE)
    assert (stopped["kind"], stopped["end"]) == ("stopped", ended["start"])


def test_an_init_that_nobody_ended_is_over_when_the_next_begins(script: Script) -> None:
    for _ in range(2):
        script.add(InitStarted(function=FUNCTION, environment=ONE, phase="init"))
        script.wait(1)
    first, second = segments_of(script, ONE)
    assert (first["kind"], first["text"], first["end"]) == ("init-failed", "lost", second["start"])


def test_an_init_inside_an_invoke_belongs_to_the_call_that_it_was_for(script: Script) -> None:
    script.cold_call(ONE, status="crash")
    request = script.call_after_reset(ONE)
    assert segment_of(script, ONE, kind="init")["request"] == request


def test_a_failed_init_says_the_first_word_of_its_error(script: Script) -> None:
    request = script.accept()
    script.request(ONE, request=request)
    script.fetch(ONE)
    script.init(ONE, status="error", error_type="Runtime.ImportModuleError")
    row = segment_of(script, ONE, kind="init-failed")
    assert (row["text"], row["request"]) == ("ImportModuleError", request)


def test_an_ended_environment_has_a_stop_and_nothing_after_it(script: Script) -> None:
    script.cold_call(ONE)
    script.retire(ONE, reason="idle", idle=420.0)
    script.freeze(ONE)
    assert kinds_of(script, ONE)[-2:] == ["frozen", "ended"]
    assert all(row["end"] is not None for row in segments_of(script, ONE))


def test_the_end_of_an_environment_of_which_nothing_is_known_makes_no_lane(script: Script) -> None:
    script.retire(ONE, reason="idle")
    assert rows_of(script, "lanes") == []


def test_what_runs_has_no_end(script: Script) -> None:
    script.begin(ONE, request=script.accept(), start="cold")
    row = segments_of(script, ONE)[0]
    assert (row["kind"], row["end"], row["text"]) == ("running", None, "running")


def test_an_update_names_what_changed_when_the_next_environment_is_asked_for(
    script: Script,
) -> None:
    script.add(
        FunctionChanged(
            function=FUNCTION, change="configuration", state="Successful", revision_id="r"
        )
    )
    script.cold_call(ONE, why="update")
    why = segments_of(script, ONE)[0]["story"]["why"]
    assert why.startswith("The configuration changed, so the old environments were retired.")


def test_a_lane_names_the_interpreter_only_where_it_stands_in_for_another() -> None:
    script = Script()
    script.press("Invoke once")
    for environment, asked in ((ONE, "python3.14"), (TWO, "")):
        script.request(environment, request=script.accept())
        script.create(environment, interpreter="python3.11", stands_in_for=asked)
    details = [row["detail"] for row in rows_of(script, "lanes") if row["kind"] == "environment"]
    assert details == ["128 MB · python3.11 · starting", "128 MB · starting"]

import pytest

from tests.trace.lab_rows import kinds_of, rows_of, segment_of, segments_of, view_of
from tests.trace.lab_script import FUNCTION, Script, environment_id
from webapp.trace.events import EnvironmentThawed

ONE, TWO = environment_id(0x7F3A), environment_id(0xB84C)


@pytest.fixture
def script() -> Script:
    script = Script()
    script.press("Invoke once")
    return script


def test_the_caller_waits_from_acceptance_to_answer(script: Script) -> None:
    script.cold_call(ONE)
    (row,) = segments_of(script, "caller")
    assert (row["kind"], row["text"], row["failed"]) == ("waits", "waits 289 ms", False)
    assert row["end"] - row["start"] == pytest.approx(0.2892, abs=1e-5)


def test_a_caller_whose_call_failed_is_told_so(script: Script) -> None:
    script.cold_call(ONE, status="error")
    assert segments_of(script, "caller")[0]["failed"]


def test_a_caller_without_an_answer_still_waits(script: Script) -> None:
    script.accept()
    (row,) = segments_of(script, "caller")
    assert (row["end"], row["text"]) == (None, "waits")
    assert rows_of(script, "invocations")[0]["status"] == "running"


def test_a_throttled_call_is_a_point_on_the_callers_lane_and_on_no_other(script: Script) -> None:
    request = script.accept()
    script.wait(0.01)
    refused = script.throttle(request)
    (row,) = segments_of(script, "caller")
    assert (row["kind"], row["text"]) == ("throttled", "429")
    assert view_of(script).segment_of(refused) == row["id"]
    assert row["start"] == row["end"]
    assert len(rows_of(script, "lanes")) == 1
    call = rows_of(script, "invocations")[0]
    assert (call["status"], call["error_type"]) == ("throttled", "TooManyRequestsException")
    assert call["error_message"].startswith("Rate Exceeded. Reason: ")
    assert call["version"] is None


def test_a_throttled_call_that_was_never_accepted_is_drawn_too(script: Script) -> None:
    script.throttle("request-x")
    assert kinds_of(script, "caller") == ["throttled"]


def test_an_invocation_has_what_report_says_of_it(script: Script) -> None:
    request = script.cold_call(ONE, status="error", error_type="GatewayTimeout")
    (row,) = rows_of(script, "invocations")
    handler = segment_of(script, ONE, kind="error")
    assert row == {
        "id": request,
        "run": "run-1",
        "number": 1,
        "status": "error",
        "start": "cold",
        "version": "$LATEST",
        "alias": "",
        "time": script.entries[1].time,
        "duration": 0.2,
        "billed_ms": 242,
        "init_duration": 0.0412,
        "memory_mb": 128,
        "max_memory_mb": 39,
        "environment": "env 7f3a",
        "segment": handler["id"],
        "http_status": None,
        "response": '"hello"',
        "whole": True,
        "error_type": "GatewayTimeout",
        "error_message": None,
    }


def test_a_row_shows_the_beginning_of_a_long_answer_and_the_call_has_all_of_it(
    script: Script,
) -> None:
    request = script.cold_call(ONE, response="x" * 5_000)
    row = rows_of(script, "invocations")[0]
    assert (row["response"], row["whole"]) == ("x" * 2_000, False)
    call = view_of(script).call(request)
    assert call is not None
    assert call.finish is not None
    assert (call.finish.response, call.payload, call.function) == ("x" * 5_000, "{}", FUNCTION)
    assert view_of(script).call("unknown") is None


def test_calls_are_numbered_through_the_lab(script: Script) -> None:
    script.cold_call(ONE)
    script.press("Invoke again")
    script.warm_call(ONE)
    assert [row["number"] for row in rows_of(script, "invocations")] == [1, 2]
    assert segment_of(script, ONE, kind="handler")["story"]["title"] == "Call 2"


def test_a_finish_without_a_start_is_drawn_as_long_as_it_took(script: Script) -> None:
    script.finish(ONE, request="request-x", seconds=0.3)
    row = segments_of(script, ONE)[0]
    assert (row["kind"], row["text"]) == ("handler", "300 ms")
    assert row["end"] - row["start"] == pytest.approx(0.3, abs=1e-5)


def test_a_finish_without_a_start_ends_what_the_lane_was_in(script: Script) -> None:
    script.cold_call(ONE)
    script.finish(ONE, request="request-x", seconds=0.3)
    frozen, handler, _ = segments_of(script, ONE)[-3:]
    assert (frozen["kind"], frozen["end"], handler["kind"]) == ("frozen", script.now, "handler")


def test_a_call_whose_environment_could_not_start_gets_an_error(script: Script) -> None:
    request = script.accept()
    script.request(ONE, request=request)
    script.retire(ONE, reason="failed")
    assert rows_of(script, "invocations")[0]["status"] == "error"
    assert segments_of(script, "caller")[0]["failed"]
    assert rows_of(script, "runs")[0]["end"] is not None


def test_a_call_that_the_platform_could_not_run_ends_with_its_reason(script: Script) -> None:
    script.cold_call(ONE, status="timeout")
    request = script.accept()
    script.wait(0.2)
    fact = script.abandon(request, reason="No environment could be started: no memory.")
    call = rows_of(script, "invocations")[-1]
    assert (call["status"], call["error_type"]) == ("abandoned", "ServiceException")
    assert call["error_message"] == "No environment could be started: no memory."
    caller = segments_of(script, "caller")[-1]
    assert (caller["failed"], caller["end"]) == (True, script.now)
    assert caller["story"]["what"] == "The caller waited 200 ms and got ServiceException."
    assert view_of(script).segment_of(fact) == caller["id"]
    sentence = rows_of(script, "story")[-1]
    assert sentence["text"].startswith("Call 2 could not be run. No environment")
    assert sentence["segment"] == caller["id"]
    assert segments_of(script, ONE)[-1]["kind"] == "reset"


def test_log_lines_of_a_call_belong_to_its_segment(script: Script) -> None:
    script.cold_call(ONE)
    handler = segment_of(script, ONE, kind="handler")["id"]
    logs = rows_of(script, "logs")
    assert [row["segment"] for row in logs if row["request"]] == [handler, handler]
    assert logs[-1]["text"] == "END RequestId: request-1"
    assert logs[-1]["kind"] == "platform"


def test_log_lines_before_a_request_belong_to_the_init_that_follows_or_runs(
    script: Script,
) -> None:
    script.cold_call(ONE)
    line = rows_of(script, "logs")[0]
    assert line["text"].startswith("INIT_START")
    assert line["segment"] == segment_of(script, ONE, kind="init")["id"]


def test_the_lines_of_a_second_init_belong_to_the_second(script: Script) -> None:
    script.cold_call(ONE, status="timeout")
    script.call_after_reset(ONE)
    line = [row for row in rows_of(script, "logs") if row["text"].startswith("INIT_START")][-1]
    assert line["segment"] == segment_of(script, ONE, kind="init")["id"]


def test_a_line_that_came_before_its_call_began_finds_its_segment(script: Script) -> None:
    request = script.accept()
    script.request(ONE, request=request)
    line = script.log("START", environment=ONE, request=request)
    assert rows_of(script, "logs")[0]["segment"] is None
    script.begin(ONE, request=request, start="cold")
    assert rows_of(script, "logs")[0]["segment"] == segments_of(script, ONE)[-1]["id"]
    assert view_of(script).segment_of(line) == segments_of(script, ONE)[-1]["id"]


def test_a_thaw_leads_to_the_time_that_it_ended(script: Script) -> None:
    script.cold_call(ONE)
    script.warm_call(ONE)
    frozen = segments_of(script, ONE)[4]["id"]
    thawed = next(
        entry.sequence for entry in script.entries if isinstance(entry.fact, EnvironmentThawed)
    )
    assert view_of(script).segment_of(thawed) == frozen


def test_calls_of_a_function_of_another_lab_are_not_seen(script: Script) -> None:
    script.cold_call(ONE)
    script.function = "another"
    script.cold_call(TWO)
    view = view_of(script, functions=frozenset({FUNCTION}))
    assert len(view.snapshot()["invocations"]) == 1

"""Log lines, error payloads and billing, word for word (lambda-behaviour 2.5, 2.6, 4.2, 4.4)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.runtime.logs import report
from webapp.runtime.logs.report import Report
from webapp.runtime.ports import Exit

ID = "8f5e0a52-3c6b-4f0e-9d53-0a52b7a2c001"
seconds = st.floats(min_value=0, max_value=1000, allow_nan=False)


def line(**changes: float | str | None) -> str:
    figures = {"duration": 0.00301, "memory_mb": 128, "max_memory_mb": 36, **changes}
    return Report(request_id=ID, **figures).line()  # type: ignore[arg-type]


def test_a_warm_call_is_reported_with_tabs_and_a_tab_at_the_end() -> None:
    assert line() == (
        f"REPORT RequestId: {ID}\tDuration: 3.01 ms\tBilled Duration: 4 ms\t"
        "Memory Size: 128 MB\tMax Memory Used: 36 MB\t"
    )


def test_a_cold_call_says_how_long_init_took_and_bills_it() -> None:
    assert line(init_duration=0.1101) == (
        f"REPORT RequestId: {ID}\tDuration: 3.01 ms\tBilled Duration: 114 ms\t"
        "Memory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t"
    )


def test_a_failed_call_says_its_status_and_error_type() -> None:
    text = line(status="error", error_type="Runtime.OutOfMemory")
    assert text.endswith("Max Memory Used: 36 MB\tStatus: error\tError Type: Runtime.OutOfMemory\t")


def test_a_timeout_is_its_limit_exactly() -> None:
    text = line(duration=3.0, status="timeout")
    assert "\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\t" in text
    assert text.endswith("\tStatus: timeout\t")


@given(seconds, st.none() | seconds)
def test_billing_rounds_up_to_a_whole_millisecond(duration: float, init: float | None) -> None:
    figures = Report(
        request_id=ID, duration=duration, memory_mb=128, max_memory_mb=1, init_duration=init
    )
    exact = (duration + (init or 0.0)) * 1000
    assert exact - 1e-6 <= figures.billed_ms < exact + 1
    assert isinstance(figures.billed_ms, int)


@given(st.integers(0, 900_000))
def test_a_whole_millisecond_is_billed_as_itself(duration_ms: int) -> None:
    figures = Report(request_id=ID, duration=duration_ms / 1000, memory_mb=128, max_memory_mb=1)
    assert figures.billed_ms == duration_ms


@given(st.integers(0, 2**40))
def test_memory_is_rounded_up_to_whole_megabytes(size_bytes: int) -> None:
    assert report.whole_megabytes(size_bytes) == math.ceil(size_bytes / 1024 / 1024)


def test_the_lines_around_a_call() -> None:
    assert report.start_line(ID, version="$LATEST") == f"START RequestId: {ID} Version: $LATEST"
    assert report.end_line(ID) == f"END RequestId: {ID}"


def test_init_start_names_the_runtime_that_was_asked_for() -> None:
    text = report.init_start_line("python3.13", region="eu-west-1")
    start, _, arn = text.partition("\t")
    assert start.startswith("INIT_START Runtime Version: python:3.13.")
    prefix, _, digest = arn.rpartition(":")
    assert prefix == "Runtime Version ARN: arn:aws:lambda:eu-west-1::runtime"
    assert len(digest) == 64
    assert text == report.init_start_line("python3.13", region="eu-west-1")


@pytest.mark.parametrize(
    ("phase", "status", "error_type", "text"),
    [
        (
            "init",
            "error",
            "Runtime.ImportModuleError",
            (
                "INIT_REPORT Init Duration: 210.55 ms\tPhase: init\tStatus: error\t"
                "Error Type: Runtime.ImportModuleError"
            ),
        ),
        (
            "invoke",
            "timeout",
            None,
            "INIT_REPORT Init Duration: 210.55 ms\tPhase: invoke\tStatus: timeout",
        ),
    ],
)
def test_a_failed_init_is_reported(
    phase: str, status: str, error_type: str | None, text: str
) -> None:
    line = report.init_report_line(0.21055, phase=phase, status=status, error_type=error_type)
    assert line == text


def test_a_timeout_is_told_to_the_caller_and_in_the_log() -> None:
    assert report.timeout_payload(ID, seconds=1.0).decode() == (
        f'{{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: {ID} Error: '
        'Task timed out after 1.00 seconds"}'
    )
    assert report.timeout_line(ID, seconds=3.0, time=1_712_593_342.123) == (
        f"2024-04-08T16:22:22.123Z {ID} Task timed out after 3.00 seconds"
    )


@pytest.mark.parametrize(
    ("exit_", "text"),
    [
        (Exit(0, None, 0), "Runtime exited without providing a reason"),
        (Exit(1, None, 0), "Runtime exited with error: exit status 1"),
        (Exit(127, None, 0), "Runtime exited with error: exit status 127"),
        (Exit(None, 9, 0), "Runtime exited with error: signal: killed"),
        (Exit(None, 11, 0), "Runtime exited with error: signal: segmentation fault"),
        (Exit(None, 6, 0), "Runtime exited with error: signal: aborted"),
        (Exit(None, 42, 0), "Runtime exited with error: signal: real-time signal 8"),
    ],
)
def test_an_exit_is_worded_as_on_aws(exit_: Exit, text: str) -> None:
    assert report.exit_text(exit_) == text


def test_an_exit_is_told_to_the_caller_and_in_the_log() -> None:
    text = "Runtime exited with error: signal: killed"
    assert report.exit_payload(ID, text=text).decode() == (
        f'{{"errorType":"Runtime.ExitError","errorMessage":"RequestId: {ID} Error: {text}"}}'
    )
    assert report.exit_line(ID, text=text) == f"RequestId: {ID} Error: {text}\nRuntime.ExitError"


def test_an_oversized_response_is_told_with_its_limit() -> None:
    assert report.too_large_payload(6_291_556).decode() == (
        '{"errorMessage":"Response payload size exceeded maximum allowed payload size '
        '(6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}'
    )


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=3000), max_size=8))
def test_the_tail_is_the_last_four_kilobytes_of_the_lines(lines: list[str]) -> None:
    whole = "".join(f"{line}\n" for line in lines).encode()
    tail = report.tail(lines)
    assert len(tail) == min(len(whole), 4096)
    assert whole.endswith(tail)

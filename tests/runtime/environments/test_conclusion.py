"""From how a wait ended to what the caller gets: a row of lambda-behaviour 2.4 and 4.2 each."""

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.runtime.environments.conclusion import Conclusion, conclude, error_fields, error_type_of
from webapp.runtime.environments.session import Cause, Ended
from webapp.runtime.launcher.inside.exhaustion import OUT_OF_MEMORY
from webapp.runtime.ports import Exit
from webapp.trace.events import STATUSES

ID = "8f5e0a52-3c6b-4f0e-9d53-0a52b7a2c001"
ERROR = b'{"errorMessage":"Handler fails","errorType":"Exception","requestId":"x","stackTrace":[]}'


def concluded(ended: Ended, *, exit_: Exit | None = None, timeout: int = 3) -> Conclusion:
    return conclude(ended, exit_=exit_, request_id=ID, duration=0.5, timeout=timeout)


def test_an_answer_is_passed_on_as_it_is() -> None:
    conclusion = concluded(Ended("response", b'{"a": 1}'))
    assert conclusion == Conclusion(status="ok", payload=b'{"a": 1}', duration=0.5)


def test_a_streamed_answer_is_as_long_as_it_was_and_may_be_empty() -> None:
    conclusion = concluded(Ended("response", b"abc", size_bytes=9_000_000))
    assert (conclusion.status, conclusion.payload) == ("ok", b"abc")
    assert conclusion.size_bytes == 9_000_000
    assert concluded(Ended("response", b"", size_bytes=0)).payload == b""


def test_an_empty_answer_is_null() -> None:
    assert concluded(Ended("response", b"")).payload == b"null"


def test_a_raised_error_is_passed_on_and_the_report_says_nothing_of_it() -> None:
    conclusion = concluded(Ended("error", ERROR, "Exception"))
    assert (conclusion.status, conclusion.payload) == ("error", ERROR)
    assert (conclusion.error_type, conclusion.error_message) == ("Exception", "Handler fails")
    assert (conclusion.report_status, conclusion.report_error_type) == (None, None)


def test_a_failed_init_is_passed_on_with_its_type_in_the_report() -> None:
    conclusion = concluded(Ended("init error", ERROR, "Exception"))
    assert (conclusion.status, conclusion.payload) == ("init", ERROR)
    assert (conclusion.report_status, conclusion.report_error_type) == ("error", "Exception")
    assert conclusion.reset_reason == "init"


def test_a_timeout_lasts_exactly_as_long_as_it_may() -> None:
    conclusion = concluded(Ended("expired"), exit_=Exit(None, 9, 0), timeout=1)
    assert (conclusion.status, conclusion.duration) == ("timeout", 1.0)
    assert json.loads(conclusion.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {ID} Error: Task timed out after 1.00 seconds",
    }
    assert (conclusion.report_status, conclusion.report_error_type) == ("timeout", None)
    assert (conclusion.reset_reason, conclusion.exit_text) == ("timeout", None)


@pytest.mark.parametrize(
    ("exit_", "text"),
    [
        (Exit(0, None, 0), "Runtime exited without providing a reason"),
        (Exit(127, None, 0), "Runtime exited with error: exit status 127"),
        (Exit(None, 11, 0), "Runtime exited with error: signal: segmentation fault"),
        (None, "Runtime exited with error: signal: killed"),
    ],
)
def test_an_exit_is_a_crash_in_the_services_words(exit_: Exit | None, text: str) -> None:
    conclusion = concluded(Ended("exited"), exit_=exit_)
    assert conclusion.status == "crash"
    assert json.loads(conclusion.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {ID} Error: {text}",
    }
    assert (conclusion.report_status, conclusion.report_error_type) == (
        "error",
        "Runtime.ExitError",
    )
    assert (conclusion.exit_text, conclusion.reset_reason) == (text, "crash")


@pytest.mark.parametrize(
    ("ended", "exit_"),
    [
        (Ended("memory"), Exit(None, 9, 0)),
        (Ended("error", ERROR, OUT_OF_MEMORY), Exit(None, 9, 0)),
        (Ended("init error", ERROR, OUT_OF_MEMORY), Exit(1, None, 0)),
    ],
)
def test_out_of_memory_is_a_kill_that_the_report_names(ended: Ended, exit_: Exit) -> None:
    conclusion = concluded(ended, exit_=exit_)
    assert conclusion.status == "memory"
    assert json.loads(conclusion.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {ID} Error: Runtime exited with error: signal: killed",
    }
    assert conclusion.report_error_type == "Runtime.OutOfMemory"
    assert conclusion.reset_reason == "memory"


def test_an_oversized_answer_is_an_error_of_the_function() -> None:
    conclusion = concluded(Ended("too large", limit_bytes=6_291_556))
    assert conclusion.status == "too large"
    assert conclusion.error_type == conclusion.report_error_type == "Function.ResponseSizeTooLarge"


def test_a_stopped_call_says_who_stopped_it() -> None:
    conclusion = concluded(Ended("stopped"), exit_=Exit(None, 9, 0))
    assert conclusion.status == conclusion.reset_reason == "stopped"
    assert conclusion.error_type == "Coldstart.Stopped"


def test_an_error_without_a_body_is_an_empty_object() -> None:
    conclusion = concluded(Ended("error"))
    assert (conclusion.payload, conclusion.error_type) == (b"{}", None)


@pytest.mark.parametrize("cause", get_args(Cause))
@given(body=st.binary(max_size=50), error_type=st.text(max_size=20))
def test_every_cause_has_a_conclusion(cause: Cause, body: bytes, error_type: str) -> None:
    conclusion = concluded(Ended(cause, body, error_type))
    assert conclusion.status in STATUSES
    assert conclusion.payload


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"[]", b'"text"', b"null", b"\xff", b"[" * 100_000, b'{"errorType": ' * 100_000],
)
def test_what_is_no_error_object_has_no_fields(payload: bytes) -> None:
    assert error_fields(payload) == (None, None)


def test_an_error_object_over_a_megabyte_is_not_parsed_on_the_loop() -> None:
    assert error_fields(json.dumps({"errorType": "x" * 1024 * 1024}).encode()) == (None, None)


def test_fields_are_text_that_can_be_stored() -> None:
    assert error_fields(b'{"errorType": 5, "errorMessage": "a\\ud800b"}') == ("5", "a?b")
    assert error_fields(json.dumps({"errorMessage": "x" * 5000}).encode()) == (None, "x" * 1000)


@pytest.mark.parametrize(
    ("ended", "error_type"),
    [
        (Ended("init error", ERROR, "Exception"), "Exception"),
        (Ended("init error", b"no json", "Runtime.ImportModuleError"), "Runtime.ImportModuleError"),
        (Ended("init error", b""), "Runtime.Unknown"),
        (Ended("exited"), "Runtime.ExitError"),
        (Ended("memory"), "Runtime.OutOfMemory"),
        (Ended("expired"), None),
    ],
)
def test_a_failed_init_has_a_type_unless_it_timed_out(ended: Ended, error_type: str | None) -> None:
    assert error_type_of(ended) == error_type

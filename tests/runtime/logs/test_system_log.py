"""What the platform writes of each step, as text and as JSON by level (4.4, 4.5)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.runtime.logs.test_invocation_log import Written
from webapp.runtime.environments.conclusion import Conclusion
from webapp.runtime.logs.report import Report
from webapp.runtime.logs.system_log import SystemLog, system_log
from webapp.runtime.model import Configuration, FunctionRecord, Logging, SystemLogLevel

FUNCTION = FunctionRecord(
    name="greeter",
    region="eu-west-1",
    configuration=Configuration(memory_mb=256, runtime="python3.13", timeout=3),
    code_digest="d",
    code_size_bytes=1,
    code_sha256="s",
    last_modified=0.0,
    revision_id="r",
)
FIGURES = Report(
    request_id="id", duration=0.0030125, memory_mb=256, max_memory_mb=36, init_duration=0.1101
)
WELL = Conclusion(status="ok", payload=b'"hello"', duration=0.0030125)
RAISED = Conclusion(status="error", payload=b"{}", duration=0.1, error_type="KeyError")
LATE = Conclusion(status="timeout", payload=b"{}", duration=3.0, report_status="timeout")
CRASHED = Conclusion(
    status="crash",
    payload=b"{}",
    duration=0.1,
    report_status="error",
    report_error_type="Runtime.ExitError",
    exit_text="Runtime exited with error: exit status 1",
)


def logging_as(logging: Logging) -> tuple[SystemLog, Written]:
    written = Written()
    configuration = replace(FUNCTION.configuration, logging=logging)
    log = system_log(
        written.log,
        function=replace(FUNCTION, configuration=configuration),
        now=lambda: 1_760_000_000.1234,
        region="eu-west-1",
        stream="2025/10/09/[$LATEST]" + "e" * 32,
    )
    return log, written


def in_json(level: SystemLogLevel | None = "DEBUG") -> tuple[SystemLog, Written]:
    return logging_as(Logging(format="JSON", system_level=level))


def told(written: Written) -> list[dict[str, Any]]:
    return [json.loads(text) for _, text in written.kinds]


def finish(log: SystemLog, conclusion: Conclusion) -> None:
    figures = replace(
        FIGURES,
        duration=conclusion.duration,
        init_duration=None,
        status=conclusion.report_status,
        error_type=conclusion.report_error_type,
    )
    log.finished(figures, conclusion)


def test_text_says_what_it_always_said() -> None:
    log, written = logging_as(Logging())
    log.init_started("init")
    log.init_finished("init", status="success", seconds=0.1, error_type=None)
    log.started("id")
    log.finished(FIGURES, WELL)
    log.init_started("invoke")
    log.init_finished("invoke", status="error", seconds=0.1, error_type="KeyError")
    finish(log, LATE)
    finish(log, CRASHED)
    kinds = [kind for kind, _ in written.kinds]
    lines = [text.split("\t")[0] for _, text in written.kinds]
    assert lines == [
        "INIT_START Runtime Version: python:3.13.coldstart",
        "START RequestId: id Version: $LATEST",
        "END RequestId: id",
        "REPORT RequestId: id",
        "INIT_REPORT Init Duration: 100.00 ms",
        "END RequestId: id",
        "REPORT RequestId: id",
        "2025-10-09T08:53:20.123Z id Task timed out after 3.00 seconds",
        "END RequestId: id",
        "REPORT RequestId: id",
        "RequestId: id Error: Runtime exited with error: exit status 1\nRuntime.ExitError",
    ]
    assert [place for place, kind in enumerate(kinds) if kind == "error"] == [7, 10]


def test_json_tells_a_cold_call_in_records() -> None:
    log, written = in_json()
    log.init_started("init")
    log.init_finished("init", status="success", seconds=0.1101, error_type=None)
    log.started("id")
    log.finished(FIGURES, WELL)
    events = told(written)
    assert {event["time"] for event in events} == {"2025-10-09T08:53:20.123Z"}
    start = events[0]["record"]
    assert start.pop("runtimeVersionArn").startswith("arn:aws:lambda:eu-west-1::runtime:")
    init = {"initializationType": "on-demand", "phase": "init"}
    assert [(event["type"], event["record"]) for event in events] == [
        (
            "platform.initStart",
            {
                **init,
                "runtimeVersion": "python:3.13.coldstart",
                "functionName": "greeter",
                "functionVersion": "$LATEST",
                "instanceId": "2025/10/09/greeter[$LATEST]" + "e" * 32,
                "instanceMaxMemory": 256 * 1024 * 1024,
            },
        ),
        ("platform.initRuntimeDone", {**init, "status": "success"}),
        (
            "platform.initReport",
            {**init, "status": "success", "metrics": {"durationMs": 110.1}},
        ),
        ("platform.start", {"requestId": "id", "version": "$LATEST"}),
        (
            "platform.runtimeDone",
            {
                "requestId": "id",
                "status": "success",
                "metrics": {"durationMs": 3.013, "producedBytes": 7},
            },
        ),
        (
            "platform.report",
            {
                "requestId": "id",
                "metrics": {
                    "durationMs": 3.013,
                    "billedDurationMs": 114,
                    "memorySizeMB": 256,
                    "maxMemoryUsedMB": 36,
                    "initDurationMs": 110.1,
                },
                "status": "success",
            },
        ),
    ]


@pytest.mark.parametrize(
    ("step", "level"),
    [
        (lambda log: log.init_started("init"), ["INFO"]),
        (lambda log: log.init_started("invoke"), ["DEBUG"]),
        (
            lambda log: log.init_finished("init", status="success", seconds=1, error_type=None),
            ["DEBUG", "DEBUG"],
        ),
        (
            lambda log: log.init_finished("init", status="error", seconds=1, error_type="E"),
            ["WARN", "WARN"],
        ),
        (
            lambda log: log.init_finished("init", status="timeout", seconds=1, error_type=None),
            ["WARN", "WARN"],
        ),
        (lambda log: log.started("id"), ["INFO"]),
        (lambda log: finish(log, WELL), ["DEBUG", "INFO"]),
        (lambda log: finish(log, RAISED), ["DEBUG", "INFO"]),
        (lambda log: finish(log, LATE), ["WARN", "WARN"]),
        (lambda log: finish(log, CRASHED), ["WARN", "WARN"]),
    ],
)
def test_each_record_has_its_level(step: Any, level: list[str]) -> None:
    order = ["DEBUG", "INFO", "WARN"]
    for least in order:
        log, written = in_json(least)  # type: ignore[arg-type]
        step(log)
        kept = [one for one in level if order.index(one) >= order.index(least)]
        assert len(written.kinds) == len(kept)
        assert [kind for kind, _ in written.kinds] == [
            "error" if one == "WARN" else "platform" for one in kept
        ]


def test_json_is_at_info_unless_told() -> None:
    log, written = in_json(None)
    log.init_started("init")
    log.init_finished("init", status="success", seconds=1, error_type=None)
    log.started("id")
    finish(log, WELL)
    assert [event["type"] for event in told(written)] == [
        "platform.initStart",
        "platform.start",
        "platform.report",
    ]


def test_what_went_wrong_is_in_the_record_and_in_no_line_of_its_own() -> None:
    log, written = in_json("WARN")
    finish(log, LATE)
    finish(log, CRASHED)
    assert [event["record"].get("errorType") for event in told(written)] == [
        *(None, None, "Runtime.ExitError", "Runtime.ExitError"),
    ]
    assert {event["record"]["status"] for event in told(written)} == {"timeout", "error"}
    assert [event["record"]["metrics"]["durationMs"] for event in told(written)] == [
        *(3000.0, 3000.0, 100.0, 100.0),
    ]


def test_the_tail_has_what_the_call_wrote_and_nothing_of_init() -> None:
    log, written = in_json()
    log.init_started("init")
    log.init_finished("init", status="error", seconds=1, error_type="E")
    log.started("id")
    finish(log, WELL)
    types = [json.loads(line)["type"] for line in written.log.tail]
    assert types == ["platform.start", "platform.runtimeDone", "platform.report"]

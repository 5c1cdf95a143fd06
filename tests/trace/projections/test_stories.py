import pytest

from tests.trace.lab_rows import Row, segment_of, segments_of, story_of
from tests.trace.lab_script import Script, environment_id
from webapp.trace.events import RetireReason, Status, Why

ONE, TWO, THREE = (environment_id(number) for number in (0x7F3A, 0xB84C, 0x2E90))


@pytest.fixture
def script() -> Script:
    script = Script()
    script.press("Invoke once")
    return script


def story(row: Row) -> dict[str, str]:
    told: dict[str, str] = row["story"]
    return told


def test_an_init_tells_its_two_measured_parts(script: Script) -> None:
    script.cold_call(ONE)
    row = segment_of(script, ONE, kind="init")
    assert row["story"] == {
        "title": "Init",
        "badge": "cold",
        "what": "env 7f3a initialised in 41.2 ms: runtime 30.9 ms, your module code 10.3 ms.",
        "why": "No environment existed. The first call started one.",
        "rule": "Module code runs once per environment, before the first event, and is billed.",
        "section": "2.6",
        "next": "Call 1 at 0:00.089",
        "next_segment": segment_of(script, ONE, kind="handler")["id"],
    }
    assert row["tip"] == "Init · 0:00.048 · 41.2 ms"


def test_a_name_is_a_sentence_that_needs_no_picture(script: Script) -> None:
    script.cold_call(ONE)
    assert segment_of(script, ONE, kind="handler")["name"] == (
        "Call 1 on env 7f3a at 0:00.089, 200 ms. "
        "The handler ran 200.00 ms on env 7f3a and returned. Cold: init took 41.20 ms before it."
    )


def test_a_download_tells_whether_the_code_was_there_already(script: Script) -> None:
    script.request(ONE, request=script.accept())
    script.fetch(ONE, seconds=0.012)
    what = story(segment_of(script, ONE, kind="download"))["what"]
    assert what == "830 B of code were fetched and unpacked in 12.0 ms."
    script.fetch(ONE, seconds=0.0002, cached=True)
    what = story(segment_of(script, ONE, kind="download"))["what"]
    assert what == "The code (830 B) was already on this host; finding it took 0.20 ms."


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("first call", "No environment existed. The first call started one."),
        ("idle", "The last environment had been idle and was removed. A new one was started."),
        ("reset", "The last environment was lost after a failure. A new one was started."),
        (
            "update",
            "The code changed, so the old environments were retired. A new one was started.",
        ),
    ],
)
def test_a_cold_start_tells_why(script: Script, why: Why, said: str) -> None:
    script.cold_call(ONE, why=why)
    assert story_of(script)[0] == said
    assert {story(row)["why"] for row in segments_of(script, ONE)[:4]} == {said}


def test_the_story_of_a_failure_is_told_in_the_order_in_which_it_happened(script: Script) -> None:
    script.cold_call(ONE, status="timeout", seconds=3.0)
    assert story_of(script) == [
        "No environment existed. The first call started one.",
        "env 7f3a initialised in 41.2 ms: runtime 30.9 ms, your module code 10.3 ms.",
        (
            "Call 1 took 3000.00 ms on env 7f3a and was ended by the timeout. "
            "Cold: init took 41.20 ms before it."
        ),
        "Its last call ran into the timeout. env 7f3a was reset: globals are gone, /tmp is kept.",
    ]


def test_a_burst_tells_how_many_environments_were_busy(script: Script) -> None:
    for environment in (ONE, TWO, THREE):
        request = script.accept()
        script.request(environment, request=request, why="concurrency")
        script.begin(environment, request=request, start="cold")
    said = [text for text in story_of(script) if "No environment was free" in text]
    assert said == [
        "No environment was free. One more was started.",
        "No environment was free: the only one was busy. One more was started.",
        "No environment was free: all 2 were busy. One more was started.",
    ]


def test_a_warm_call_tells_how_long_its_environment_was_frozen(script: Script) -> None:
    script.cold_call(ONE)
    script.wait(59)
    script.warm_call(ONE)
    told = story(segment_of(script, ONE, kind="handler"))
    assert told["badge"] == "warm"
    assert told["what"] == "The handler ran 200.00 ms on env 7f3a and returned. Warm: no init."
    assert told["why"] == "env 7f3a was free. It had been frozen for 59 s."
    assert "Call 2: env 7f3a was free. It had been frozen for 59 s." in story_of(script)


def test_a_call_after_a_timeout_tells_that_init_ran_again(script: Script) -> None:
    script.cold_call(ONE, status="timeout", seconds=3.0)
    script.call_after_reset(ONE)
    init, handler = (story(segment_of(script, ONE, kind=kind)) for kind in ("init", "handler"))
    assert (init["badge"], init["section"]) == ("reset", "2.4")
    assert init["why"] == "Its last call ran into the timeout."
    assert handler["badge"] == "reset"
    assert "init ran again inside this call" in handler["what"]
    assert handler["why"].startswith("env 7f3a was free, but had been reset.")


@pytest.mark.parametrize(
    ("status", "badge", "what", "rule"),
    [
        ("error", "error", "and raised GatewayTimeout.", "keeps the environment"),
        ("timeout", "timeout", "and was ended by the timeout.", "A timeout resets"),
        ("memory", "memory", "it needed more than its 128 MB.", "When the process dies"),
        ("crash", "error", "its process ended (GatewayTimeout).", "When the process dies"),
        ("stopped", "stopped", "and was stopped.", "Stop kills the process"),
        ("too large", "error", "returned more than 6 MB.", "stays warm"),
        ("init", "error", "never ran on env 7f3a: init failed with GatewayTimeout.", "once more"),
    ],
)
def test_each_failure_tells_what_it_was_and_what_it_costs(
    script: Script, status: Status, badge: str, what: str, rule: str
) -> None:
    script.cold_call(ONE, status=status, error_type="GatewayTimeout")
    told = story(segments_of(script, ONE)[3])
    assert (told["badge"], told["section"]) == (badge, "2.4")
    assert what in told["what"]
    assert rule in told["rule"]


def test_a_duration_that_holds_an_init_is_told_beside_the_handlers_own(script: Script) -> None:
    script.cold_call(ONE, status="crash")
    request = script.accept()
    script.init(ONE, phase="invoke")
    script.begin(ONE, request=request, start="reset")
    script.finish(ONE, request=request, seconds=0.2, duration=0.2412)
    handler = segment_of(script, ONE, kind="handler")
    assert handler["text"] == "200 ms"
    assert story(handler)["what"] == (
        "The handler ran 200.00 ms on env 7f3a and returned. After a reset: init ran again inside "
        "this call. Duration counts that init too: 241.20 ms."
    )
    assert any("took 241.20 ms" in text for text in story_of(script))


def test_a_timeout_during_init_is_not_told_as_a_handler_that_ran(script: Script) -> None:
    script.cold_call(ONE, status="timeout")
    request = script.accept()
    script.init(ONE, phase="invoke", status="timeout", seconds=3.0)
    script.begin(ONE, request=request, start="reset")
    script.finish(ONE, request=request, status="timeout", seconds=0.0)
    said = "Call 2 failed on env 7f3a: init ran into the function's timeout."
    assert said in story_of(script)
    told = story(segment_of(script, ONE, kind="timeout"))
    assert told["what"].startswith("The handler never ran on env 7f3a")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("idle", "env 7f3a had been idle for 7 min and was removed."),
        ("updated", "env 7f3a was made for the function before the update and was retired."),
        ("deleted", "env 7f3a was removed with its function."),
        ("evicted", "env 7f3a was removed to make room."),
        ("stopped", "env 7f3a was stopped."),
        ("failed", "env 7f3a could not be started."),
        ("restart", "env 7f3a ended with the server."),
    ],
)
def test_the_end_of_an_environment_tells_its_reason(
    script: Script, reason: RetireReason, said: str
) -> None:
    script.cold_call(ONE)
    script.retire(ONE, reason=reason, idle=420.0)
    assert story_of(script)[-1] == said
    assert story(segment_of(script, ONE, kind="ended"))["why"] == said


def test_a_throttled_call_tells_the_limit_and_the_reason_of_aws(script: Script) -> None:
    script.throttle(script.accept(), limit=10)
    told = story(segment_of(script, "caller", kind="throttled"))
    assert told["badge"] == "throttled"
    assert told["why"] == (
        "10 calls at once is the limit, and all were in use (ConcurrentInvocationLimitExceeded)."
    )
    assert story_of(script)[-1].startswith("Call 1 got 429. 10 calls at once is the limit")


def test_each_segment_leads_to_the_next_on_its_lane_and_the_caller_to_its_handler(
    script: Script,
) -> None:
    script.cold_call(ONE)
    lane = segments_of(script, ONE)
    following = [row["story"]["next_segment"] for row in lane]
    assert following == [*(row["id"] for row in lane[1:]), None]
    assert segments_of(script, "caller")[0]["story"]["next_segment"] == lane[3]["id"]


def test_every_sentence_ends_with_a_full_stop(script: Script) -> None:
    script.cold_call(ONE, status="timeout")
    script.call_after_reset(ONE)
    script.throttle(script.accept())
    script.retire(ONE, reason="idle", idle=420.0)
    told = [story(row) for lane in (ONE, "caller") for row in segments_of(script, lane)]
    sentences = story_of(script) + [one[part] for one in told for part in ("what", "why", "rule")]
    assert [text for text in sentences if not text.endswith((".", ")"))] == []

"""Output and logs: what arrives, in which order, as how many events (lambda-behaviour 4.4)."""

import json
import re

import pytest

from tests.runtime.launcher.rig import Rig
from webapp.runtime.logs import log_frames


def test_a_cold_start_marks_its_points_before_any_learner_code(rig: Rig) -> None:
    frames = rig.tenant("print('hello')\ndef handler(event, context): pass\n").frames()
    types = [frame.type for frame in frames[:3]]
    assert types == [
        log_frames.RUNTIME_STARTED,
        log_frames.FUNCTION_INIT_STARTED,
        log_frames.TEXT,
    ]
    assert frames[0].time <= frames[1].time <= frames[2].time


def test_print_and_logging_keep_their_order(rig: Rig) -> None:
    code = """
import logging, sys
def handler(event, context):
    print("one")
    logging.warning("two")
    print("three", file=sys.stderr)
    logging.getLogger("deep.down").error("four\\nfive")
    sys.stdout.write("no newline")
"""
    tenant = rig.tenant(code)
    tenant.frames()
    tenant.invoke()
    text = "".join(tenant.texts())
    plain = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "<time>", text)
    assert plain == (
        "one\n[WARNING]\t<time>\trequest-1\ttwo\n"
        "three\n[ERROR]\t<time>\trequest-1\tfour\nfive\nno newline"
    )


def test_a_log_record_is_one_frame_with_its_level(rig: Rig) -> None:
    code = "import logging\ndef handler(event, context):\n    logging.error('a\\nb')\n"
    tenant = rig.tenant(code)
    tenant.frames()
    tenant.invoke()
    (frame,) = tenant.frames()
    assert frame.type == log_frames.TEXT | 20


def test_logging_is_at_warning_until_told_otherwise(rig: Rig) -> None:
    code = """
import logging
def handler(event, context):
    logging.info("not shown")
    logging.getLogger().setLevel(logging.INFO)
    logging.info("shown")
"""
    tenant = rig.tenant(code)
    tenant.frames()
    tenant.invoke()
    (text,) = tenant.texts()
    assert text.endswith("\trequest-1\tshown\n")


def test_an_uncaught_error_is_one_event_with_no_break_spaces(rig: Rig) -> None:
    tenant = rig.tenant('def handler(event, context):\n    raise ValueError("no")\n')
    tenant.frames()
    tenant.invoke()
    (text,) = tenant.texts()
    assert text == (
        "[ERROR] ValueError: no\nTraceback (most recent call last):\n"
        '\u00a0\u00a0File "/var/task/app.py", line 2, in handler\n'
        '\u00a0\u00a0\u00a0\u00a0raise ValueError("no")'
    )


def test_what_other_programs_write_comes_raw(rig: Rig) -> None:
    code = """
import os
def handler(event, context):
    os.write(1, b"out\\n")
    os.write(2, b"err")
"""
    tenant = rig.tenant(code)
    tenant.invoke()
    assert tenant.output() == b"out\nerr"


def test_context_log_writes_as_it_is(rig: Rig) -> None:
    tenant = rig.tenant("def handler(event, context):\n    context.log('as it is')\n")
    tenant.frames()
    tenant.invoke()
    assert tenant.texts() == ["as it is"]


def test_threads_do_not_tear_each_others_frames(rig: Rig) -> None:
    code = """
import threading
def handler(event, context):
    def work(letter):
        for _ in range(5):
            print(letter * 3000, end="")
    threads = [threading.Thread(target=work, args=(letter,)) for letter in "abcd"]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""
    tenant = rig.tenant(code)
    tenant.frames()
    tenant.send(b"{}")
    texts: list[str] = []

    def all_there() -> bool:
        texts.extend(tenant.texts())
        return len(texts) == 20

    rig.wait_until(all_there)
    tenant.finish()
    assert sorted(texts) == sorted(letter * 3000 for letter in "abcd" * 5)


def in_json(level: str) -> dict[str, str]:
    told = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": level}
    return {"_HANDLER": "app.handler", **told}


def test_logging_in_json_is_one_object_an_event(rig: Rig) -> None:
    code = """
import json, logging
def handler(event, context):
    print("plain")
    logging.getLogger("deep").info("two\\nlines %s", "ä", extra={"order": 7, "odd": {1}})
    logging.debug("below its level")
    try:
        {}["missing"]
    except KeyError:
        logging.exception("caught")
    raise ValueError("uncaught")
"""
    tenant = rig.tenant(code, variables=in_json("INFO"))
    tenant.frames()
    tenant.invoke()
    plain, newline, *framed = tenant.frames()
    assert plain.message + newline.message == b"plain\n"
    assert [frame.type - log_frames.TEXT for frame in framed] == [12, 20, 20]
    told, caught, uncaught = (json.loads(frame.message) for frame in framed)
    for one in (told, caught, uncaught):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one.pop("timestamp"))
    assert list(told.items()) == [
        ("level", "INFO"),
        ("message", "two\nlines ä"),
        ("logger", "deep"),
        ("requestId", "request-1"),
        ("order", 7),
        ("odd", "{1}"),
    ]
    assert caught.pop("stackTrace")[0].startswith('  File "/var/task/app.py", line 8')
    assert caught == {
        "level": "ERROR",
        "message": "caught",
        "logger": "root",
        "errorType": "KeyError",
        "errorMessage": "'missing'",
        "location": "/var/task/app.py:handler:10",
        "requestId": "request-1",
    }
    assert len(uncaught.pop("stackTrace")) == 1
    assert uncaught == {
        "log_level": "ERROR",
        "errorMessage": "uncaught",
        "errorType": "ValueError",
        "requestId": "request-1",
    }


@pytest.mark.parametrize(("level", "shown"), [("TRACE", 2), ("FATAL", 0), ("nonsense", 1)])
def test_the_level_in_json_is_the_root_loggers(rig: Rig, level: str, shown: int) -> None:
    code = """
import logging
def handler(event, context):
    logging.debug("a")
    logging.warning("b")
"""
    tenant = rig.tenant(code, variables=in_json(level))
    tenant.frames()
    tenant.invoke()
    assert len(tenant.frames()) == shown

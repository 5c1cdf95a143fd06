"""Which lines a LoggingConfig keeps, and as what (lambda-behaviour 4.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.runtime.logs.log_frames import TEXT
from webapp.runtime.logs.log_levels import JsonSorting, TextSorting, sorting
from webapp.runtime.model import Logging

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")


def test_text_keeps_every_line_whatever_it_says() -> None:
    text = sorting(Logging())
    assert isinstance(text, TextSorting)
    assert text.line('{"level": "TRACE"}') == "output"
    assert text.event("[DEBUG]\tx", TEXT | 8) == "output"
    assert text.event("[ERROR] KeyError: 'a'", TEXT | 20) == "error"


def test_json_keeps_info_and_above_unless_told() -> None:
    assert sorting(Logging(format="JSON")) == JsonSorting("INFO")
    assert sorting(Logging(format="JSON", application_level="TRACE")) == JsonSorting("TRACE")


@pytest.mark.parametrize("least", range(6))
@pytest.mark.parametrize("said", range(6))
def test_an_event_is_kept_from_its_level_on(least: int, said: int) -> None:
    filter_ = JsonSorting(LEVELS[least])  # type: ignore[arg-type]
    kind = None if said < least else ("error" if said >= 4 else "output")
    assert filter_.event("{}", TEXT | 4 * (said + 1)) == kind
    assert filter_.line(f'{{"level": "{LEVELS[said].lower()}"}}') == kind


@pytest.mark.parametrize(
    "line",
    [
        *("hello", "", '{"level": "LOUD"}', '{"level": 40}', '{"level": null}', '{"level"', "{}"),
        *('["level"]', '{"a": {"level": "ERROR"}}', '{"level":' * 20_000, '{"level": "ERROR"} x'),
    ],
)
def test_a_line_that_names_no_level_counts_as_info(line: str) -> None:
    assert JsonSorting("INFO").line(line) == "output"
    assert JsonSorting("WARN").line(line) is None


def test_a_frame_without_a_level_is_as_its_text_says() -> None:
    assert JsonSorting("WARN").event('{"level": "ERROR"}', 0xA55A0002) == "error"
    assert JsonSorting("WARN").event("text", 0xA55A0002) is None


@given(st.text(), st.integers(0, 2**32 - 1))
def test_no_line_breaks_the_filter(text: str, frame_type: int) -> None:
    for least in LEVELS:
        assert JsonSorting(least).line(text) in ("output", "error", None)  # type: ignore[arg-type]
        assert JsonSorting(least).event(text, frame_type) in ("output", "error", None)  # type: ignore[arg-type]

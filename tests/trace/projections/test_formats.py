import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.trace.projections import formats


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0.00 ms"),
        (0.00003, "0.03 ms"),
        (0.00096, "1.0 ms"),
        (0.0412, "41.2 ms"),
        (0.09994, "99.9 ms"),
        (0.09999, "100 ms"),
        (0.317, "317 ms"),
        (0.99949, "999 ms"),
        (0.9996, "1.00 s"),
        (3.0, "3.00 s"),
        (9.999, "10 s"),
        (59.0, "59 s"),
        (59.7, "1 min"),
        (60.0, "1 min"),
        (420.0, "7 min"),
        (65.0, "1 min 5 s"),
        (3600.0, "1 h"),
        (3900.0, "1 h 5 min"),
        (-1.0, "0.00 ms"),
    ],
)
def test_a_length_is_printed_with_the_unit_that_suits_it(seconds: float, text: str) -> None:
    assert formats.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0:00"),
        (0.523, "0:00.523"),
        (60.0, "1:00"),
        (60.525, "1:00.525"),
        (423.0, "7:03"),
        (3723.0, "1:02:03"),
        (-55.0, "-0:55"),
        (-0.0001, "0:00"),
        (59.9999, "1:00"),
    ],
)
def test_a_time_is_printed_as_on_the_labs_clock(seconds: float, text: str) -> None:
    assert formats.lab_time(seconds) == text


@given(st.floats(min_value=-1e7, max_value=1e7))
def test_a_printed_time_says_the_time_to_the_millisecond(seconds: float) -> None:
    text = formats.lab_time(seconds)
    parts = [float(part) for part in text.lstrip("-").split(":")]
    said = sum(part * 60**power for power, part in enumerate(reversed(parts)))
    assert said == pytest.approx(abs(seconds), abs=0.00051)


def test_a_reports_length_has_two_digits() -> None:
    assert formats.exact(0.30488) == "304.88 ms"


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(0, "0 B"), (830, "830 B"), (4300, "4.2 KB"), (12_582_912, "12 MB"), (2**40, "1,048,576 MB")],
)
def test_a_size_is_printed_in_units_of_1024(size_bytes: int, text: str) -> None:
    assert formats.size(size_bytes) == text


def test_one_is_singular_and_all_else_plural() -> None:
    assert [formats.count(number, "run") for number in (0, 1, 2)] == ["0 runs", "1 run", "2 runs"]

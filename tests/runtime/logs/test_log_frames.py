"""Frames and lines: the same events whatever the pieces they come in (lambda-behaviour 4.4)."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.runtime.logs.log_frames import (
    HEADER,
    LARGEST_EVENT_BYTES,
    LARGEST_FRAME_BYTES,
    RUNTIME_STARTED,
    TEXT,
    Frame,
    FrameReader,
    LineReader,
)

messages = st.lists(
    st.tuples(st.sampled_from([TEXT, TEXT | 20, RUNTIME_STARTED]), st.binary(max_size=60)),
    max_size=6,
)
places = st.lists(st.integers(0, 2000), max_size=20)


def framed(type_: int, message: bytes, *, stamp: int = 5_000_000) -> bytes:
    return HEADER.pack(type_, len(message), stamp) + message


def pieces(data: bytes, places: Sequence[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places})
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]


def read(parts: Sequence[bytes]) -> list[Frame]:
    reader = FrameReader()
    return [frame for part in parts for frame in reader.feed(part)]


def lines(parts: Sequence[bytes]) -> list[str]:
    reader = LineReader()
    return [line for part in parts for line in reader.feed(part)] + reader.finish()


@given(messages, places)
def test_frames_are_the_same_in_any_pieces(
    messages: list[tuple[int, bytes]], places: list[int]
) -> None:
    data = b"".join(framed(type_, message) for type_, message in messages)
    wanted = [Frame(type_, 5.0, message) for type_, message in messages]
    assert read(pieces(data, places)) == wanted


@pytest.mark.parametrize(
    "garbage",
    [b"written by the learner!!", HEADER.pack(TEXT, LARGEST_FRAME_BYTES + 1, 0), b"\xff" * 99],
)
def test_what_is_no_frame_is_text_and_hides_no_frame_before_it(garbage: bytes) -> None:
    frames = read([framed(TEXT, b"before\n") + garbage, framed(TEXT, b"after\n")])
    assert frames == [Frame(TEXT, 5.0, b"before\n"), Frame(TEXT, 0.0, garbage), frames[2]]
    assert frames[2].message == b"after\n"


@given(st.lists(st.binary(max_size=100), max_size=20))
def test_no_bytes_raise_or_pile_up(parts: list[bytes]) -> None:
    reader = FrameReader()
    given_out = sum(len(frame.message) for part in parts for frame in reader.feed(part))
    assert given_out + len(reader._rest) <= sum(map(len, parts))
    assert len(reader._rest) <= HEADER.size + LARGEST_FRAME_BYTES


@given(st.binary(max_size=200), places)
@example(b"a\r\nb\n\n", [1, 2])
def test_lines_are_the_same_in_any_pieces(data: bytes, places: list[int]) -> None:
    assert lines(pieces(data, places)) == lines([data])
    wanted = data.decode(errors="replace").split("\n")
    assert lines([data]) == (wanted[:-1] if wanted[-1] == "" else wanted)


@pytest.mark.parametrize("extra", [-1, 0, 1, LARGEST_EVENT_BYTES])
@pytest.mark.parametrize("end", [b"", b"\n", b"\nmore\n"])
@pytest.mark.parametrize("piece", [1000, LARGEST_EVENT_BYTES, 10**7])
def test_a_long_line_is_cut_the_same_way_in_any_pieces(extra: int, end: bytes, piece: int) -> None:
    line = "x" * (LARGEST_EVENT_BYTES + extra)
    data = line.encode() + end
    found = lines([data[at : at + piece] for at in range(0, len(data), piece)])
    rest = ["more"] if b"more" in end else []
    largest = LARGEST_EVENT_BYTES
    assert found == [line[at : at + largest] for at in range(0, len(line), largest)] + rest


def test_an_endless_line_does_not_pile_up() -> None:
    reader = LineReader()
    given_out = [len(line) for _ in range(100) for line in reader.feed(b"x" * 10_000)]
    assert given_out == [LARGEST_EVENT_BYTES] * 3
    assert len(reader._rest) <= LARGEST_EVENT_BYTES

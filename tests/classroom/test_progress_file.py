"""Progress as a file: what was written is read, and nothing else is."""

import json
from typing import Any

import pytest

from webapp.classroom.progress_file import (
    LARGEST_BYTES,
    LessonRecord,
    ProgressFileInvalid,
    read_progress,
    write_progress,
)

FULL = LessonRecord(
    step="frozen",
    tasks=("warm-start",),
    hints={"warm-start": 1},
    predictions={"second-call": "everything"},
    answers={"counter": "other"},
    notes={"own-code": "Für „Mina“ </script>\n"},
)


def written(**lesson: Any) -> bytes:
    document = {"format": "coldstart progress", "version": 1, "lessons": {"a-lesson": lesson}}
    return json.dumps(document).encode()


def test_what_was_written_reads_back() -> None:
    records = {"cold-and-warm": FULL, "other": LessonRecord()}
    assert read_progress(write_progress(records).encode()) == records


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        b'{"format": "coldstart progress", "version": 2, "lessons": {}}',
        b'{"format": "coldstart progress", "version": 1, "lessons": []}',
        b'{"format": "coldstart progress", "version": 1, "lessons": {}, "admin": true}',
        b'{"format": "coldstart progress", "version": 1, "lessons": {"../x": {}}}',
        b'{"format": "coldstart progress", "version": 1, "lessons": {"a": ' + b"9" * 5000 + b"}}",
        written(unknown=1),
        written(step="<b>"),
        written(step=["frozen"]),
        written(tasks="all"),
        written(tasks=[{"a": 1}]),
        written(tasks=["x" * 101]),
        written(tasks=["a"] * 501),
        written(hints={"a": -1}),
        written(hints={"a": True}),
        written(hints={"a": float("inf")}),
        written(answers={"a": {"b": "c"}}),
        written(answers={"__proto__": "c"}),
        written(notes={"a": "x" * 10_001}),
        written(notes={"a": "\0"}),
        written(notes={"a": "\ud800"}),
        written(notes={"a": 7}),
        written(notes={f"a{number}": "" for number in range(501)}),
        b" " * (LARGEST_BYTES + 1),
    ],
    ids=range(29),
)
def test_anything_else_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(ProgressFileInvalid) as refused:
        read_progress(data)
    assert 10 < len(str(refused.value)) < 300

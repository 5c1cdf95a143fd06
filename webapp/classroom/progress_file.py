"""Progress as a file that a learner carries elsewhere; read as what a stranger sends. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.classroom.requests import LONGEST_NOTE, check_note
from webapp.runtime.errors import InvalidParameterValue

FORMAT = "coldstart progress"
VERSION = 1
LARGEST_BYTES = 4 * 1024 * 1024
MOST_LESSONS = 500
MOST_ENTRIES = 500
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?")
_KEYS = frozenset({"step", "tasks", "hints", "predictions", "answers", "notes"})


class ProgressFileInvalid(Exception):
    """The file is no progress of Coldstart; the message says where and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRecord:
    """What a file tells of one lesson; names of tasks, questions and options as it has them."""

    step: str | None = None
    tasks: tuple[str, ...] = ()
    hints: Mapping[str, int] = field(default_factory=dict)
    predictions: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


def write_progress(lessons: Mapping[str, LessonRecord]) -> str:
    """Return the file's text."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "lessons": {
            slug: {
                "step": record.step,
                "tasks": list(record.tasks),
                "hints": dict(record.hints),
                "predictions": dict(record.predictions),
                "answers": dict(record.answers),
                "notes": dict(record.notes),
            }
            for slug, record in lessons.items()
        },
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def read_progress(data: bytes) -> dict[str, LessonRecord]:
    """Return what a file tells, by lesson. Raises ``ProgressFileInvalid``."""
    document = _object(_document(data), "The file")
    if document.get("format") != FORMAT:
        raise ProgressFileInvalid(
            "This is no file of progress. Choose one that Coldstart's export wrote."
        )
    if document.get("version") != VERSION:
        raise ProgressFileInvalid(
            f"The file is of version {str(document.get('version'))[:20]!r}, and this Coldstart "
            f"reads version {VERSION}. Export it again with the same version of Coldstart."
        )
    _only(document, frozenset({"format", "version", "lessons"}), "The file")
    lessons = _object(document.get("lessons"), "lessons")
    if len(lessons) > MOST_LESSONS:
        raise ProgressFileInvalid(f"The file tells of more than {MOST_LESSONS} lessons.")
    return {_name(slug, "lessons"): _record(slug, told) for slug, told in lessons.items()}


def _document(data: bytes) -> Any:
    if len(data) > LARGEST_BYTES:
        raise ProgressFileInvalid(
            f"The file is larger than {LARGEST_BYTES // 1024 // 1024} MB. Progress never is."
        )
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ProgressFileInvalid(
            "The file is not JSON. Choose the file that was exported."
        ) from None


def _record(slug: str, told: Any) -> LessonRecord:
    lesson = _object(told, slug)
    _only(lesson, _KEYS, slug)
    step = lesson.get("step")
    return LessonRecord(
        step=None if step is None else _name(step, f"{slug}, step"),
        tasks=tuple(_name(task, f"{slug}, tasks") for task in _list(lesson, "tasks", slug)),
        hints={name: _count(n, f"{slug}, hints") for name, n in _map(lesson, "hints", slug)},
        predictions=_choices(lesson, "predictions", slug),
        answers=_choices(lesson, "answers", slug),
        notes={name: _note(text, f"{slug}, notes") for name, text in _map(lesson, "notes", slug)},
    )


def _choices(lesson: Mapping[str, Any], key: str, slug: str) -> dict[str, str]:
    place = f"{slug}, {key}"
    return {name: _name(option, place) for name, option in _map(lesson, key, slug)}


def _map(lesson: Mapping[str, Any], key: str, slug: str) -> list[tuple[str, Any]]:
    place = f"{slug}, {key}"
    entries = _object(lesson.get(key, {}), place)
    if len(entries) > MOST_ENTRIES:
        raise ProgressFileInvalid(f"{place[:120]}: more than {MOST_ENTRIES} entries.")
    return [(_name(name, place), value) for name, value in entries.items()]


def _list(lesson: Mapping[str, Any], key: str, slug: str) -> list[Any]:
    value = lesson.get(key, [])
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        raise ProgressFileInvalid(
            f"{slug[:80]}, {key}: a list of at most {MOST_ENTRIES} is needed."
        )
    return value


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ProgressFileInvalid(f"{place[:120]}: an object is needed.")
    return value


def _only(value: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    unknown = sorted(set(value) - known)
    if unknown:
        raise ProgressFileInvalid(f"{place[:120]}: '{unknown[0][:40]}' is not known.")


def _name(value: Any, place: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ProgressFileInvalid(f"{place[:120]}: '{str(value)[:40]}' is no name.")
    return value


def _count(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_ENTRIES:
        raise ProgressFileInvalid(f"{place[:120]}: '{str(value)[:40]}' is no number of hints.")
    return value


def _note(value: Any, place: str) -> str:
    try:
        if not isinstance(value, str):
            raise InvalidParameterValue("")
        check_note(value)
    except InvalidParameterValue:
        raise ProgressFileInvalid(
            f"{place[:120]}: a note is text of at most {LONGEST_NOTE:,} characters."
        ) from None
    return value

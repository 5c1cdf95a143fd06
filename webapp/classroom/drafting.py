"""What becomes of a draft when a learner edits it: pure changes, and what is kept at each."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from webapp.classroom.file_names import check_name, check_together
from webapp.curriculum.lab import LabFunction
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound
from webapp.storage.drafts import Change, Draft, Rewrite

MOST_FILES = 200
LONGEST_TEXT_BYTES = 512 * 1024
"""A longer file is kept as it is, but not edited here."""
MOST_BYTES = 3 * 1024 * 1024
"""All files of a draft; the editor of AWS's console has the same limit."""
PAUSE_SECONDS = 300.0
"""What was typed before a pause of typing or deploying as long as this is kept as a version."""

ELSE = "Larger ones are deployed with: aws lambda update-function-code."

Why = str
"""Why a version is kept, in a word; ``draft_history`` tells it to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What was typed since the draft was ``revision``: whole texts by file.

    An event of ``None`` was not touched. The empty revision is the lesson's own start; of ``None``
    nothing is known, as of a page without script.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    event: str | None = None
    revision: str | None = None


def lesson_start(lesson: Lesson, function: LabFunction) -> Draft:
    """Return the draft that nobody has touched: what the lesson gives."""
    files = {name: text.encode() for name, text in function.start.items()}
    event = next(iter(lesson.lab.events.values()), "{}")
    digest = hashlib.sha256(event.encode())
    for name in sorted(files):
        digest.update(f"\0{name}\0{len(files[name])}\0".encode() + files[name])
    return Draft(
        files=files,
        event=event,
        lesson_version=lesson.version,
        start=digest.hexdigest()[:16],
        revision="",
    )


def text_of(data: bytes) -> str | None:
    """Return what an editor can show, ``None`` for bytes that are no text or are too many."""
    if len(data) > LONGEST_TEXT_BYTES or b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def typed(edits: Edits, *, start: Draft, now: float) -> Change:
    """Put what was typed over the draft. Nothing that another tab typed is lost."""

    def change(old: Draft | None, kept: float) -> Rewrite:
        base = old or start
        new = _with(base, {name: text.encode() for name, text in edits.files.items()})
        if edits.event is not None:
            new = replace(new, event=edits.event)
        keep = _first(old, start)
        if edits.revision is not None and edits.revision != base.revision:
            keep += (("elsewhere", base),)
        elif old is not None and now - max(kept, old.updated) > PAUSE_SECONDS:
            keep += (("typed", base),)
        return _rewrite(base, new, keep)

    return change


def added(name: str, *, start: Draft) -> Change:
    """Add an empty file. Raises ``InvalidParameterValue`` for a name that cannot be or is taken."""

    def change(old: Draft | None, _kept: float) -> Rewrite:
        base = old or start
        if name in base.files:
            raise InvalidParameterValue(f"There is a file '{name}' already. Use another name.")
        return _rewrite(base, _with(base, {name: b""}), _first(old, start))

    return change


def renamed(name: str, *, to: str, start: Draft) -> Change:
    """Give a file another name."""

    def change(old: Draft | None, _kept: float) -> Rewrite:
        base = old or start
        content = _found(base, name)
        if to in base.files:
            raise InvalidParameterValue(f"There is a file '{to}' already. Use another name.")
        others = {one: data for one, data in base.files.items() if one != name}
        new = _with(replace(base, files=others), {to: content})
        return _rewrite(base, new, _first(old, start))

    return change


def deleted(name: str, *, start: Draft) -> Change:
    """Delete a file; the draft before it is kept."""

    def change(old: Draft | None, _kept: float) -> Rewrite:
        base = old or start
        _found(base, name)
        if len(base.files) == 1:
            raise InvalidParameterValue("A function has at least one file. Add another one first.")
        others = {one: data for one, data in base.files.items() if one != name}
        keep = (*_first(old, start), ("deleted", base))
        return _rewrite(base, replace(base, files=others), keep)

    return change


def replaced(files: Mapping[str, bytes], *, why: Why, start: Draft) -> Change:
    """Put other files in place of all; the draft before them is kept."""

    def change(old: Draft | None, _kept: float) -> Rewrite:
        base = old or start
        new = _with(replace(base, files={}), files)
        return _rewrite(base, new, (*_first(old, start), (why, base)))

    return change


def restored(version: Draft, *, why: Why, start: Draft) -> Change:
    """Bring a version back, its event and its place in the lesson's history too."""

    def change(old: Draft | None, _kept: float) -> Rewrite:
        base = old or start
        return _rewrite(base, version, (*_first(old, start), (why, base)))

    return change


def taken(*, why: Why) -> Change:
    """Take the lesson's start; the draft before it is kept."""

    def change(old: Draft | None, _kept: float) -> Rewrite:
        return Rewrite(draft=None, keep=() if old is None else ((why, old),))

    return change


def confirmed(*, start: Draft) -> Change:
    """Stay with the draft although the lesson has changed; the lesson's new start is kept too."""

    def change(old: Draft | None, _kept: float) -> Rewrite:
        if old is None:
            return Rewrite(draft=None)
        new = replace(old, start=start.start, lesson_version=start.lesson_version)
        return Rewrite(draft=_anew(new), keep=(("start", start), ("lesson", old)))

    return change


def kept(*, why: Why) -> Change:
    """Keep a version of the draft as it is."""

    def change(old: Draft | None, _kept: float) -> Rewrite:
        return Rewrite(draft=old, keep=() if old is None else ((why, old),))

    return change


def check_text(name: str, text: str) -> None:
    """Raise ``InvalidParameterValue`` unless this can be kept as text that is edited here."""
    try:
        size_bytes = len(text.encode())
    except UnicodeEncodeError:
        size_bytes = -1
    if size_bytes < 0 or "\0" in text:
        raise InvalidParameterValue(f"The file '{name}' holds what is not text. Nothing was kept.")
    if size_bytes > LONGEST_TEXT_BYTES:
        raise InvalidParameterValue(
            f"The file '{name}' is over {LONGEST_TEXT_BYTES} bytes. Nothing was kept."
        )


def check_files(files: Mapping[str, bytes]) -> None:
    """Raise ``InvalidParameterValue`` unless these can be a function's files."""
    if not 1 <= len(files) <= MOST_FILES:
        raise InvalidParameterValue(
            f"{len(files)} files cannot be kept here. A draft has 1 to {MOST_FILES} files. {ELSE}"
        )
    for name in files:
        check_name(name)
    check_together(files.keys())
    size_bytes = sum(map(len, files.values()))
    if size_bytes > MOST_BYTES:
        raise InvalidParameterValue(
            f"The files hold {size_bytes} bytes together, and at most {MOST_BYTES} can be edited "
            f"here. {ELSE}"
        )


def _first(old: Draft | None, start: Draft) -> tuple[tuple[Why, Draft], ...]:
    """The first change keeps what the lesson gave: a later lesson may give something else."""
    return (("start", start),) if old is None else ()


def _found(draft: Draft, name: str) -> bytes:
    if name not in draft.files:
        raise ResourceNotFound(f"There is no file '{name[:80]}' any more. Another tab changed it.")
    return draft.files[name]


def _with(draft: Draft, files: Mapping[str, bytes]) -> Draft:
    return replace(draft, files={**draft.files, **files})


def _rewrite(base: Draft, new: Draft, keep: tuple[tuple[Why, Draft], ...]) -> Rewrite:
    """Take the new draft if it is another one."""
    same = (base.files, base.event, base.start) == (new.files, new.event, new.start)
    if same:
        return Rewrite(draft=base if base.revision else None)
    check_files(new.files)
    return Rewrite(draft=_anew(new), keep=keep)


def _anew(draft: Draft) -> Draft:
    return replace(draft, revision=secrets.token_hex(6))

"""Where a learner edits a function: files, event, and their history. Every method blocks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from webapp.classroom import drafting
from webapp.classroom.drafting import MOST_BYTES, Edits, check_text, lesson_start, text_of
from webapp.classroom.model import Finding
from webapp.curriculum.lab import LabFunction
from webapp.curriculum.model import Lesson
from webapp.runtime import archive
from webapp.runtime.code import pack
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.model import Limits
from webapp.storage.draft_versions import Kept
from webapp.storage.drafts import Change, Draft, Drafts
from webapp.storage.places import Place

EVENT_FILE = ":event.json"
"""What findings call the event; no file's name has a colon."""

Check = Callable[[Mapping[str, str]], tuple[Finding, ...]]
Tell = Callable[[str, Lesson, str], None]
"""Lets the other tabs of a lab know of a change: workspace, lesson, and the tab that made it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file as an editor has it; ``text`` is ``None`` for what is kept but not edited here."""

    name: str
    size_bytes: int
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """A function's draft as it is now, beside what its lesson gives."""

    function: LabFunction
    draft: Draft
    start: Draft

    @property
    def files(self) -> tuple[OpenFile, ...]:
        """The files by name, the handler's in front."""
        front = self.function.knobs.handler.rpartition(".")[0].replace(".", "/") + ".py"
        names = sorted(self.draft.files, key=lambda name: (name != front, name))
        return tuple(_open(name, self.draft.files[name]) for name in names)

    @property
    def texts(self) -> Mapping[str, str]:
        """The text of every file that can be edited."""
        return {file.name: file.text for file in self.files if file.text is not None}

    @property
    def edited(self) -> bool:
        """Whether the files are others than the lesson's."""
        return self.draft.files != self.start.files

    @property
    def is_older(self) -> bool:
        """Whether the lesson gives another start now than when the draft began."""
        return self.draft.start != self.start.start


class Workbench:
    """The drafts of every lab, and how a change of one is told."""

    def __init__(
        self,
        drafts: Drafts,
        *,
        check: Check,
        tell: Tell,
        limits: Limits,
        now: Callable[[], float],
    ) -> None:
        self.drafts = drafts
        self.check = check
        self.tell = tell
        self.limits = replace(limits, unzipped_bytes=MOST_BYTES)
        self.now = now

    def desk(self, workspace: str, lesson: Lesson, *, function: str = "", tab: str = "") -> "Desk":
        """Return where a function is edited, the lab's first if none is named.

        ``tab`` is the page that edits: it needs no telling. Raises ``ResourceNotFound``.
        """
        return Desk(self, workspace, lesson, function_of(lesson, function), tab)


@dataclass(frozen=True, slots=True)
class Desk:
    """One function's draft. Raises ``ServiceError``, ``StoreBusy`` and ``StoreFailed``."""

    bench: Workbench
    workspace: str
    lesson: Lesson
    function: LabFunction
    tab: str

    # -- looking

    def look(self) -> OpenDraft:
        """Return the draft as it is now."""
        draft = self.bench.drafts.read(self._place)
        return self._opened(draft or self._start)

    def zipped(self) -> bytes:
        """Return the files as a zip; the same files give the same bytes."""
        return pack(self.look().draft.files)

    def versions(self) -> list[Kept]:
        """Return what is kept of the history, the newest first."""
        return self.bench.drafts.versions(self._place)

    def version(self, number: int) -> OpenDraft:
        """Return a version as the draft that it was. Raises ``ResourceNotFound``."""
        try:
            return self._opened(self.bench.drafts.version(self._place, number))
        except KeyError:
            raise ResourceNotFound(
                f"Version {number} is not kept any more. Choose one of the list."
            ) from None

    # -- editing

    def save(self, edits: Edits) -> tuple[OpenDraft, tuple[Finding, ...]]:
        """Keep what was typed, and return what is wrong with it."""
        saved = self.keep(edits)
        event = {} if edits.event is None else {EVENT_FILE: edits.event}
        return saved, self.bench.check({**edits.files, **event})

    def keep(self, edits: Edits) -> OpenDraft:
        """Keep what was typed; nothing is written when it is what is kept."""
        for name, text in edits.files.items():
            check_text(name, text)
        if edits.event is not None:
            check_text("the event", edits.event)
        opened = self.look()
        if _holds(opened.draft, edits):
            return opened
        return self._change(drafting.typed(edits, start=self._start, now=self.bench.now()))

    def add(self, name: str) -> OpenDraft:
        """Add an empty file."""
        return self._change(drafting.added(name, start=self._start))

    def rename(self, name: str, *, to: str) -> OpenDraft:
        """Give a file another name."""
        return self._change(drafting.renamed(name, to=to, start=self._start))

    def delete(self, name: str) -> OpenDraft:
        """Delete a file; the history has the draft before it."""
        return self._change(drafting.deleted(name, start=self._start))

    def upload(self, data: bytes) -> OpenDraft:
        """Put a zip's files in place of all; the history has the draft before it."""
        files = archive.read(data, limits=self.bench.limits)
        return self._change(drafting.replaced(files, why="uploaded", start=self._start))

    # -- going back

    def restore(self, number: int, *, why: str = "restored") -> OpenDraft:
        """Bring a version back; the history has the draft before it."""
        version = self.version(number).draft
        return self._change(drafting.restored(version, why=why, start=self._start))

    def take_start(self, *, why: str) -> OpenDraft:
        """Go back to what the lesson gives; the history has the draft before it."""
        return self._change(drafting.taken(why=why, start=self._start))

    def stay(self) -> OpenDraft:
        """Stay with the draft although the lesson has changed; the history has both."""
        return self._change(drafting.confirmed(start=self._start))

    def mark(self, *, why: str) -> None:
        """Keep the draft as it is as a version."""
        self.bench.drafts.change(self._place, drafting.kept(why=why))

    # -- inside

    @property
    def _place(self) -> Place:
        return Place(self.workspace, self.lesson.slug, self.function.name)

    @property
    def _start(self) -> Draft:
        return lesson_start(self.lesson, self.function)

    def _opened(self, draft: Draft) -> OpenDraft:
        return OpenDraft(function=self.function, draft=draft, start=self._start)

    def _change(self, change: Change) -> OpenDraft:
        draft = self.bench.drafts.change(self._place, change)
        self.bench.tell(self.workspace, self.lesson, self.tab)
        return self._opened(draft or self._start)


def function_of(lesson: Lesson, name: str = "") -> LabFunction:
    """Return a function of a lab, its first without a name. Raises ``ResourceNotFound``."""
    functions = lesson.lab.functions
    found = next((one for one in functions if one.name == name or not name), None)
    if found is None:
        raise ResourceNotFound(f"This lab has no function '{name[:80]}'. Open the lesson again.")
    return found


def _open(name: str, data: bytes) -> OpenFile:
    return OpenFile(name=name, size_bytes=len(data), text=text_of(data))


def _holds(draft: Draft, edits: Edits) -> bool:
    """Whether a draft holds already what was typed."""
    if edits.event is not None and edits.event != draft.event:
        return False
    return all(draft.files.get(name) == text.encode() for name, text in edits.files.items())

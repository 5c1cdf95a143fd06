"""Where a learner edits a function: files, event, and their history. Every method blocks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from webapp.classroom import drafting
from webapp.classroom.drafting import MOST_BYTES, Edits, check_text, lesson_start
from webapp.classroom.model import Finding, OpenDraft
from webapp.curriculum.lab import LabFunction
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Press, Update
from webapp.runtime.code import archive
from webapp.runtime.code.code import pack
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
        self.typists: dict[Place, tuple[str, str]] = {}
        """Which tab made a revision: who types on is not told that somebody else did."""
        self.marked: dict[Place, str] = {}
        """The revision of a draft that was marked last, so that it is not marked at every call."""

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

    def zipped(self, press: Press | None = None) -> bytes:
        """Return the files as a zip, as a button of the lesson would deploy them.

        The same files give the same bytes.
        """
        draft = self.look()
        action = press.action if press else None
        counted = action.apply(draft.texts) if isinstance(action, Update) else {}
        return pack({**draft.draft.files, **counted})

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

    def findings(self) -> tuple[Finding, ...]:
        """Return what is wrong with the draft as it is."""
        opened = self.look()
        return self.bench.check({**opened.texts, EVENT_FILE: opened.draft.event})

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
        if self.bench.typists.get(self._place) == (opened.draft.revision, self.tab):
            edits = replace(edits, revision=None)
        kept = self._change(drafting.typed(edits, start=self._start, now=self.bench.now()))
        self.bench.typists[self._place] = (kept.draft.revision, self.tab)
        return kept

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

    def put(self, files: Mapping[str, str], *, why: str) -> OpenDraft:
        """Put texts over those of the draft; the history has the draft before it."""
        changed = {name: text.encode() for name, text in files.items()}
        whole = {**self.look().draft.files, **changed}
        return self._change(drafting.replaced(whole, why=why, start=self._start))

    # -- going back

    def restore(self, number: int, *, why: str = "restored") -> OpenDraft:
        """Bring a version back; the history has the draft before it."""
        version = self.version(number).draft
        return self._change(drafting.restored(version, why=why, start=self._start))

    def take_start(self, *, why: str) -> OpenDraft:
        """Go back to what the lesson gives; the history has the draft before it."""
        return self._change(drafting.taken(why=why))

    def stay(self) -> OpenDraft:
        """Stay with the draft although the lesson has changed; the history has both."""
        return self._change(drafting.confirmed(start=self._start))

    def mark(self, *, why: str) -> int:
        """Keep the draft as it is as a version; return its number, 0 for an untouched one."""
        changed = self.bench.drafts.change(self._place, drafting.kept(why=why))
        return changed.version if changed.draft else 0

    def mark_once(self, opened: OpenDraft, *, why: str) -> None:
        """Keep a draft as a version, unless this revision of it is kept or is the lesson's."""
        revision = opened.draft.revision
        if revision and self.bench.marked.get(self._place) != revision:
            self.mark(why=why)
            self.bench.marked[self._place] = revision

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
        changed = self.bench.drafts.change(self._place, change)
        self.bench.tell(self.workspace, self.lesson, self.tab)
        return self._opened(changed.draft or self._start)


def function_of(lesson: Lesson, name: str = "") -> LabFunction:
    """Return a function of a lab, its first without a name. Raises ``ResourceNotFound``."""
    functions = lesson.lab.functions
    found = next((one for one in functions if one.name == name or not name), None)
    if found is None:
        raise ResourceNotFound(f"This lab has no function '{name[:80]}'. Open the lesson again.")
    return found


def _holds(draft: Draft, edits: Edits) -> bool:
    """Whether a draft holds already what was typed."""
    if edits.event is not None and edits.event != draft.event:
        return False
    return all(draft.files.get(name) == text.encode() for name, text in edits.files.items())

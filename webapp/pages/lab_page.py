"""What the lab beside a lesson's text shows first, read once."""

from dataclasses import dataclass

from webapp.classroom.model import LabState, OpenFile
from webapp.curriculum.model import Lesson
from webapp.pages.access import labs
from webapp.pages.asynchronous import read_form
from webapp.pages.asynchronous_form import AsynchronousForm
from webapp.pages.boards.bucket_views import BucketView
from webapp.pages.boards.buckets import read_buckets
from webapp.pages.boards.bus_views import BusView
from webapp.pages.boards.buses import read_buses
from webapp.pages.boards.queue_views import BoardView
from webapp.pages.boards.queues import read_boards
from webapp.pages.boards.schedule_views import ScheduleView
from webapp.pages.boards.schedules import read_schedules
from webapp.pages.boards.topic_views import TopicView
from webapp.pages.boards.topics import read_topics
from webapp.pages.invoke_events import EventMenu, read_menu
from webapp.pages.knob_forms import ConfigurationForm, FaultsForm
from webapp.pages.published_form import PublishedForm, read_published_form
from webapp.pages.versions import OlderNotice

LANGUAGES = {"py": "python", "json": "json", "yaml": "yaml", "yml": "yaml"}
MOST_EDITORS = 8
MOST_BYTES = 256 * 1024
"""What is over either of these is fetched when somebody opens it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file in the editor. ``text`` is ``None`` for what is no text, or is fetched when opened."""

    name: str
    text: str | None
    size_bytes: int
    is_text: bool

    @property
    def language(self) -> str:
        """The language that the editor colours."""
        return LANGUAGES.get(self.name.rpartition(".")[2], "text")

    @property
    def rows(self) -> int:
        """How high a plain text field is."""
        return min(40, max(3, (self.text or "").count("\n") + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabPage:
    """One function of a lab. ``functions`` are all that the lab has, by name."""

    base: str
    function: str
    functions: tuple[str, ...]
    files: tuple[File, ...]
    revision: str
    edited: bool
    older: OlderNotice
    event: str
    event_name: str
    events: EventMenu
    configuration: ConfigurationForm
    faults: FaultsForm
    asynchronous: AsynchronousForm
    boards: tuple[BoardView, ...] = ()
    topics: tuple[TopicView, ...] = ()
    published: PublishedForm
    buses: tuple[BusView, ...] = ()
    buckets: tuple[BucketView, ...] = ()
    schedules: tuple[ScheduleView, ...] = ()


def read_lab_page(workspace: str, lesson: Lesson, state: LabState) -> LabPage:
    """Return the lab as its state is."""
    base = f"/w/{workspace}/labs/{lesson.slug}"
    draft, name = state.draft, state.draft.function.name
    return LabPage(
        base=base,
        function=name,
        functions=tuple(one.name for one in lesson.lab.functions),
        files=_files(draft.files),
        revision=draft.draft.revision,
        edited=draft.edited,
        older=OlderNotice(base=base, function=name, is_older=draft.is_older),
        event=state.event,
        event_name=labs().events.named(workspace, lesson, state.event, function=name),
        events=read_menu(workspace, lesson.slug, function=name),
        configuration=ConfigurationForm.of(base, state.knobs, function=name),
        faults=FaultsForm(base=base, function=name, faults=state.faults),
        asynchronous=read_form(workspace, lesson.slug, function=name),
        boards=read_boards(workspace, lesson.slug),
        topics=read_topics(workspace, lesson.slug),
        published=read_published_form(workspace, lesson, function=name),
        buses=read_buses(workspace, lesson.slug),
        buckets=read_buckets(workspace, lesson.slug),
        schedules=read_schedules(workspace, lesson.slug),
    )


def _files(files: tuple[OpenFile, ...]) -> tuple[File, ...]:
    """Return the files; those in front, as far as they are few and small, with their text."""
    found: list[File] = []
    size_bytes = 0
    for place, file in enumerate(files):
        size_bytes += file.size_bytes
        shown = place < MOST_EDITORS and size_bytes <= MOST_BYTES
        found.append(
            File(
                name=file.name,
                text=file.text if shown else None,
                size_bytes=file.size_bytes,
                is_text=file.text is not None,
            )
        )
    return tuple(found)

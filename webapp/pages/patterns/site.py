"""Patterns of the pages around the lessons: home, progress and status."""

from flask import render_template

from webapp.classroom.progress_file import LessonRecord
from webapp.classroom.status import HostLoad, HostStatus
from webapp.classroom.transfer import Arrival, Comparison
from webapp.curriculum.content import Html
from webapp.curriculum.model import Lesson
from webapp.pages.home import Figure, MapLesson, MapPart
from webapp.pages.patterns.pattern import Group, Pattern, drawn, own_ids
from webapp.pages.progress import ProgressPage
from webapp.pages.prose import Look, PageRenderer
from webapp.pages.status import StatusPage, read_status
from webapp.runtime.load import Load

_ROWS = '{"sequence":0,"runs":[],"lanes":[],"segments":[],"marks":[],"ghosts":[]}'
_LONG = "A lesson whose title goes on for longer than its column of the map is wide on any screen"


def site_patterns(look: Look) -> Group:
    """Return the parts of the pages around the lessons."""
    patterns = (*_parts(), _figure(look), *_comparisons(look), *_loads())
    return Group(title="Home, progress and status", patterns=patterns)


def _parts() -> tuple[Pattern, ...]:
    return (
        drawn("Course part: begun", "home/_part.html", part=_begun()),
        drawn("Course part: planned", "home/_part.html", part=_planned()),
    )


def _begun() -> MapPart:
    lessons = (
        MapLesson(title="Cold and warm", number="1.1", state="done", note="", address="/"),
        MapLesson(title="State", number="1.2", state="here", note="step 3 of 6", address="/"),
        MapLesson(title=_LONG, number="1.3", state="open", note="12 min", address="/"),
    )
    return MapPart(number=1, title="One function", lessons=lessons, done=1, ready=3)


def _planned() -> MapPart:
    lesson = MapLesson(
        title="Ordering", number="9.1", state="planned", note="planned", address=None
    )
    return MapPart(number=9, title="Streams", lessons=(lesson,), done=0, ready=0)


def _figure(look: Look) -> Pattern:
    presses = tuple(look.lesson.presses.values())[:2]
    figure = Figure(
        lesson=look.lesson.title,
        base=look.base,
        presses=tuple(Html(PageRenderer(look).press(press)) for press in presses),
        rows=_ROWS,
    )
    html = render_template("home/_figure.html", page={"figure": figure})
    name = "Figure of the home page, before its trace"
    return Pattern(name=name, html=own_ids(html, name))


def _comparisons(look: Look) -> tuple[Pattern, ...]:
    lesson = look.lesson
    states = (
        ("Progress file: brings something", Comparison((_new(lesson), _other(lesson)), ())),
        ("Progress file: of another course", Comparison((), ("orders-99", "a-" * 30))),
        ("Progress file: empty", Comparison((), ())),
    )
    return tuple(
        drawn(name, "progress/_comparison.html", page=_progress(look, comparison))
        for name, comparison in states
    )


def _progress(look: Look, comparison: Comparison) -> ProgressPage:
    base = f"/w/{look.workspace}/progress"
    return ProgressPage(base=base, touched=1, comparison=comparison, text="{}")


def _new(lesson: Lesson) -> Arrival:
    new = ("3 passed tasks", "2 predictions")
    return Arrival(lesson=lesson, record=LessonRecord(), new=new, differs=(), unknown=0)


def _other(lesson: Lesson) -> Arrival:
    differs = ("your notes", "your answers")
    return Arrival(lesson=lesson, record=LessonRecord(), new=(), differs=differs, unknown=4)


def _loads() -> tuple[Pattern, ...]:
    states = (
        ("Load: one's own on a shared host", _status(shared=True)),
        ("Load: the whole host", _status()),
        ("Load: nothing can be written", _status(trouble="The disk is full: 0 bytes are free.")),
    )
    return tuple(_load(name, page) for name, page in states)


def _load(name: str, page: StatusPage) -> Pattern:
    """Return a load that stays as it is: on ``/status`` it is asked for again and again."""
    html = render_template("status/_load.html", page=page)
    still = html.replace(' hx-trigger="every 10s"', "")
    return Pattern(name=name, html=own_ids(still, name), wide=True)


def _status(*, shared: bool = False, trouble: str | None = None) -> StatusPage:
    status = HostStatus(
        shared=shared,
        walls=(),
        leaks=(),
        limits=(),
        versions={},
        trouble=trouble,
        load=Load(environments=12, running=3, memory_bytes=480 * 1024 * 1024),
        most_environments=1000,
        most_running=100,
        host=None if shared else _HOST,
    )
    return read_status(status)


_HOST = HostLoad(
    workspaces=2,
    most_workspaces=200,
    streams=3,
    most_streams=400,
    waiting=0,
    most_waiting=10_000,
    server_memory_bytes=180 * 1024 * 1024,
    free_memory_bytes=2_100 * 1024 * 1024,
)

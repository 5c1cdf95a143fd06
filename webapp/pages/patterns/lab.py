"""Patterns of a lesson's page: its frame, its lab, and what the lab's menus and dialogs show."""

from dataclasses import replace

from flask import render_template

from webapp.classroom.comparison import ComparedFile, Line
from webapp.classroom.draft_history import ChangedFile, Version
from webapp.classroom.invoke_events import EventChoice
from webapp.classroom.knobs import Knobs
from webapp.classroom.live import ClockView
from webapp.classroom.model import Undo, UndoScope
from webapp.curriculum.content import Html
from webapp.curriculum.press import MODELS
from webapp.pages.commands.blocks import Block
from webapp.pages.commands.blocks import Group as Commands
from webapp.pages.invoke_events import EventMenu
from webapp.pages.knob_forms import ConfigurationForm, FaultsForm
from webapp.pages.lab_page import File, LabPage
from webapp.pages.lesson_page import RATES, LessonPage, Section
from webapp.pages.outline import Outline, OutlineStep, Way
from webapp.pages.patterns.asynchronous import asynchronous_form, asynchronous_patterns
from webapp.pages.patterns.pattern import Group, Pattern, drawn
from webapp.pages.patterns.published import nothing_published, published_patterns
from webapp.pages.prose import Look, PageRenderer
from webapp.pages.undo_notes import UndoNote
from webapp.pages.versions import OlderNotice, ShownVersion, VersionList
from webapp.runtime.model import Configuration, Faults

_LONG_NAME = "a-name-that-is-as-long-as-a-name-can-be/prices_of_everything_that_is_for_sale.py"
_LONG_LINE = "total = " + " + ".join(f"price_of_item_{number}" for number in range(12))
_FRAME = (
    ("Top bar", "lesson/_top_bar.html"),
    ("Lesson: its text, foot, words and outline", "lesson/_lesson.html"),
    ("Function: code, event, configuration and faults in tabs", "lesson/_code.html"),
    ("Invoke bar", "lesson/_invoke_bar.html"),
    ("Timeline: its bar, before a call", "lesson/_timeline.html"),
    ("Results: response, logs and story, before a call", "lesson/_results.html"),
    ("Dock of the phone", "lesson/_dock.html"),
)
_RESETS = (
    ("reset-code", "Reset code"),
    ("reset-configuration", "Reset configuration"),
    ("reset-lab", "Reset lab"),
)
_FILE_DIALOGS = (
    ("file-add", "New file"),
    ("file-rename", "Rename"),
    ("file-delete", "Delete"),
    ("file-upload", "Upload"),
    ("file-versions", "Versions"),
    ("commands", "Commands"),
    ("save-event", "Save event"),
)


def frame_patterns(look: Look) -> Group:
    """Return the parts that a lesson's page has once; they name one another, so ids stay."""
    page = _page(look)
    frame = (_once(name, template, page) for name, template in _FRAME)
    dialogs = (
        replace(_once("Reset dialogs", "lesson/_dialogs.html", page), opens=_RESETS),
        replace(
            _once("File and event dialogs", "lesson/_file_dialogs.html", page),
            opens=_FILE_DIALOGS,
        ),
    )
    return Group(title="Page of a lesson", patterns=(*frame, *dialogs), wide=True)


def lab_patterns(look: Look) -> Group:
    """Return the parts of the lab that have states of their own."""
    return Group(
        title="Lab",
        patterns=(
            *_knobs(look),
            *asynchronous_patterns(look),
            *_files(look),
            *_events(look),
            *_histories(look),
            *_versions(look),
            *published_patterns(look),
            *_notices(look),
            *_undos(look),
            *_outlines(look),
            *_commands(),
        ),
    )


def _once(name: str, template: str, page: LessonPage) -> Pattern:
    return Pattern(name=name, html=Html(render_template(template, page=page)))


# -- the page


def _page(look: Look) -> LessonPage:
    lesson = look.lesson
    return LessonPage(
        workspace=look.workspace,
        lesson=lesson,
        part="One function",
        step=lesson.steps[0],
        sections=_sections(look),
        outline=_outline(look),
        before=Way("1.0 The lesson before", look.base),
        after=Way("1.2 The lesson after", look.base),
        state=look.state,
        lab=_lab(look),
        rows="{}",
        clock=ClockView(now=0.0, rate="1", paused=False, running=0),
        rates=RATES,
        models=MODELS,
        states=("done", "here", "open"),
        done=1,
        base=look.base,
        clock_address=f"/w/{look.workspace}/clock",
        undo_note=UndoNote({}),
    )


def _sections(look: Look) -> tuple[Section, ...]:
    step, renderer = look.lesson.steps[0], PageRenderer(look)
    return (
        Section(
            step=step,
            prose=step.render(renderer),
            current=True,
            back=look.address(step),
            back_label="Back",
            onward=look.address(step),
            onward_label="Continue",
        ),
    )


def _lab(look: Look) -> LabPage:
    draft = look.state.draft
    name = draft.function.name
    return LabPage(
        base=look.base,
        function=name,
        functions=(name, "fraud-check"),
        files=tuple(_file(file.name, file.text) for file in draft.files),
        revision=draft.draft.revision,
        edited=False,
        older=OlderNotice(base=look.base, function=name, is_older=False),
        event=look.state.event,
        event_name="first-order",
        events=_menu(look, saved=("refund",)),
        configuration=ConfigurationForm.of(
            look.base, Knobs(configuration=Configuration()), function=name
        ),
        faults=FaultsForm(base=look.base, function=name, faults=Faults()),
        asynchronous=asynchronous_form(look, name),
        published=nothing_published(look.base, name),
    )


def _file(name: str, text: str | None) -> File:
    return File(name=name, text=text, size_bytes=len(text or ""), is_text=text is not None)


# -- states of the lab's parts


def _knobs(look: Look) -> tuple[Pattern, ...]:
    given = {"memory_mb": "128", "timeout": "1200", "temporary_mb": "512"}
    errors = {"timeout": "1 to 900 s. Set a number in between."}
    wrong = ConfigurationForm.typed(
        look.base, Configuration(), function="", given=given, errors=errors
    )
    right = ConfigurationForm.of(
        look.base, Knobs(configuration=Configuration()), function="", saved=True
    )
    busy = replace(right, saved=False, errors={"": "An update is in progress. Try again."})
    forms = (
        ("Configuration: saved", right),
        ("Configuration: a value is refused", wrong),
        ("Configuration: the whole is refused", busy),
    )
    faults = FaultsForm(base=look.base, function="", faults=Faults(invocation="raise"))
    refused = FaultsForm(
        base=look.base,
        function="",
        faults=Faults(failing_attempts=2, duplicate=True),
        typed={"throttled_attempts": "many"},
        errors={"throttled_attempts": "'throttled_attempts' is 'many'. Write digits only."},
    )
    return (
        *(drawn(name, "lesson/_configuration.html", form=form) for name, form in forms),
        drawn("Faults: one is on", "lesson/_faults.html", form=faults),
        drawn("Faults: of events, with a number refused", "lesson/_faults.html", form=refused),
        drawn("Faults: their count", "lesson/_fault_count.html", form=faults),
    )


def _files(look: Look) -> tuple[Pattern, ...]:
    many = (_file("handler.py", "import prices\n"), _file(_LONG_NAME, None), _file("a.bin", None))
    page = _page(look)
    shown = replace(page, lab=replace(page.lab, files=many, event_name=""))
    return (
        drawn("Files: a long name, one that is no text", "lesson/_files.html", page=shown),
        drawn("Event: one's own", "lesson/_event.html", page=shown),
    )


def _events(look: Look) -> tuple[Pattern, ...]:
    many = tuple(f"order-{number}-from-a-shop-abroad"[:25] for number in range(10))
    states = (("Events: none saved", ()), ("Events: as many as are kept", many))
    return tuple(
        drawn(name, "lesson/_event_menu.html", menu=_menu(look, saved=saved))
        for name, saved in states
    )


def _menu(look: Look, *, saved: tuple[str, ...]) -> EventMenu:
    choice = EventChoice(
        lesson=("first-order",),
        saved=saved,
        templates={"sqs": "SQS: a message", "s3": "S3: an object was put"},
    )
    return EventMenu(base=look.base, function=look.state.draft.function.name, choice=choice)


def _histories(look: Look) -> tuple[Pattern, ...]:
    kept = (
        Version(number=12, why="Deployed", saved=2.0, ago="2 minutes ago", files=2),
        Version(number=11, why="Before a zip took its place", saved=1.0, ago="3 days ago", files=1),
    )
    states = (("Versions: none yet", ()), ("Versions: some", kept))
    return tuple(
        drawn(
            name,
            "lesson/_versions.html",
            wide=True,
            list=VersionList(base=look.base, function="orders", versions=versions),
        )
        for name, versions in states
    )


def _versions(look: Look) -> tuple[Pattern, ...]:
    lines = (
        Line("same", "def handler(event, context):"),
        Line("removed", f"    {_LONG_LINE}"),
        Line("added", "    total = sum(prices)"),
        Line("skipped", "40 lines are the same"),
    )
    changed = (
        ChangedFile(name="handler.py", said="1 line more", text=ComparedFile("handler.py", lines)),
        ChangedFile(name=_LONG_NAME, said="goes", text=None),
    )
    return (
        drawn("Version: changes files", "lesson/_version.html", shown=_version(look, changed)),
        drawn("Version: the same", "lesson/_version.html", shown=_version(look, ())),
    )


def _version(look: Look, changes: tuple[ChangedFile, ...]) -> ShownVersion:
    return ShownVersion(
        base=look.base, function="orders", number=12, changes=changes, event=bool(changes)
    )


def _notices(look: Look) -> tuple[Pattern, ...]:
    return tuple(
        drawn(
            name,
            "lesson/_older.html",
            notice=OlderNotice(base=look.base, function="orders", is_older=older),
        )
        for name, older in (("Draft: as new as its lesson", False), ("Draft: older", True))
    )


def _undos(look: Look) -> tuple[Pattern, ...]:
    scopes: tuple[tuple[str, UndoScope], ...] = (
        ("Undo: of a reset", "configuration"),
        ("Undo: of the solution", "solution"),
    )
    found = ((name, Undo("pattern", scope)) for name, scope in scopes)
    lost = {"orders-dead": 502}
    most = "Undo: of more messages than are kept", Undo("pattern", "lab", lost)
    asked = drawn(
        "Reset: what its undo will not keep", "lesson/_undo_note.html", note=UndoNote(lost)
    )
    drawings = (
        drawn(
            name,
            "lesson/_undo.html",
            in_menu=True,
            base=look.base,
            undo=undo,
            note=UndoNote(undo.lost if undo else {}),
        )
        for name, undo in (("Undo: nothing to take back", None), *found, most)
    )
    return (*drawings, asked)


def _outlines(look: Look) -> tuple[Pattern, ...]:
    name = "Steps: done, begun, open"
    return (drawn(name, "lesson/_outline_steps.html", in_menu=True, outline=_outline(look)),)


def _outline(look: Look) -> Outline:
    first, *others = look.lesson.steps
    rest = tuple(_outline_step(look, place) for place in range(1, len(others) + 1))
    done = OutlineStep(step=first, address=look.address(first), done=2, all=2)
    return Outline(steps=(done, *rest))


def _outline_step(look: Look, place: int) -> OutlineStep:
    step = look.lesson.steps[place]
    return OutlineStep(step=step, address=look.address(step), done=int(place == 1), all=3)


def _commands() -> tuple[Pattern, ...]:
    long = f"aws lambda invoke --function-name orders --payload '{_LONG_LINE}' out.json"
    blocks = (
        Block(id="pattern-call", title="Run again", command=long),
        Block(
            id="pattern-stop",
            title="Stop",
            about="AWS has no command for it.",
            command="curl -X POST http://localhost:8000/stop",
        ),
        Block(id="pattern-invoke", title="Invoke", problem="The event is not JSON: line 2."),
    )
    groups = (Commands("orders", blocks),)
    return (
        drawn("Commands: long, told about, impossible", "lesson/_commands.html", groups=groups),
    )

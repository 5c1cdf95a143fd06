"""What ``/patterns`` shows: each partial with every state that it has, made up for it."""

from dataclasses import dataclass, replace

from webapp.classroom.drafting import lesson_start
from webapp.classroom.knobs import Knobs
from webapp.classroom.model import LabState, OpenDraft, PredictionState, TaskState
from webapp.curriculum.content import Html
from webapp.curriculum.model import UNKNOWN, Lesson, Prediction
from webapp.curriculum.predictions import PredictionOutcome
from webapp.pages.access import open_course
from webapp.pages.errors import ErrorPage
from webapp.pages.patterns.attempts import attempt_patterns
from webapp.pages.patterns.buckets import bucket_patterns, schedule_patterns
from webapp.pages.patterns.buses import bus_patterns
from webapp.pages.patterns.errors import error_patterns
from webapp.pages.patterns.gallery import gallery_patterns
from webapp.pages.patterns.lab import frame_patterns, lab_patterns
from webapp.pages.patterns.pattern import Group, Pattern, drawn, own_ids
from webapp.pages.patterns.queues import queue_patterns
from webapp.pages.patterns.site import site_patterns
from webapp.pages.patterns.topics import topic_patterns
from webapp.pages.patterns.trace import pattern_rows
from webapp.pages.prose import Look, PageRenderer
from webapp.runtime.model import Configuration

KINDS = (
    ("download", "Download", "Dots. Code comes to the host."),
    ("start", "Start", "Upright bars. The environment boots."),
    ("init", "Init", "Plain, mid blue. Your module code."),
    ("handler", "Handler", "Tinted, round ends. Returned."),
    ("running", "Running", "Dashed outline, grows to now."),
    ("error", "Error", "Solid, notched end, cross."),
    ("timeout", "Timeout", "Hatched, hits a wall on the right."),
    ("memory", "Out of memory", "Ruled, hits a ceiling on top."),
    ("init-failed", "Init failed", "Blue and red stripes, notch."),
    ("throttled", "Throttled", "Open diamond, nothing ran."),
    ("frozen", "Frozen", "Thin line. Kept, not billed."),
    ("reset", "Reset", "Dotted line: the process is gone."),
    ("stopped", "Stopped", "Square ends: a person ended it."),
    ("waits", "Caller waits", "A low bar: the caller holds the line."),
    ("waits-failed", "Caller waits, failed", "The cross behind it is the caller's."),
    ("ended", "Ended", "A stop: the environment is gone."),
    ("sends", "Caller sends", "A low bar: 202, then the caller is gone."),
    ("line", "In line", "Dots: an event that no attempt has yet."),
    ("attempt", "Attempt", "Tinted, on a queue: it returned."),
    ("attempt-failed", "Attempt failed", "Outline of the error, on a queue."),
    ("wait", "Wait", "Dashes with the length in a pill."),
    ("visibility", "Visibility timeout", "Capped span, square label."),
    ("batch-window", "Batch window", "Brackets round the messages."),
    ("record", "Record", "Folded page: delivered."),
    ("record-failed", "Record failed", "Folded page with a cross."),
)

COLOURS = (
    ("canvas", ""),
    ("sheet", ""),
    ("sunken", ""),
    ("raised", ""),
    ("hover", ""),
    ("line", ""),
    ("line-strong", ""),
    ("control", "sheet"),
    ("ink", "sheet"),
    ("ink-2", "sheet"),
    ("ink-3", "sheet"),
    ("you", "sheet"),
    ("you-solid", "on-you"),
    ("you-tint", "you"),
    ("cold", "sheet"),
    ("cold-tint", "cold-ink"),
    ("cold-mid", "cold-ink"),
    ("ok", "sheet"),
    ("ok-tint", "ok-ink"),
    ("error", "on-error"),
    ("error-tint", "error-ink"),
    ("timeout", "on-timeout"),
    ("timeout-tint", "timeout"),
    ("memory", "on-memory"),
    ("memory-tint", "memory"),
    ("throttle", "sheet"),
    ("throttle-tint", "throttle"),
    ("frozen", "sheet"),
)
"""Roles of colour, each with what it must be told from: its ground, or what is written on it."""

_WAITING = Html("The run decided nothing: no call came after 5 quiet minutes. Wait, then call.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternsPage:
    """``groups`` are drawn by the product's partials, the rest by the page's own templates.

    ``rows`` is a trace as a lab's stream sends it, as JSON.
    """

    kinds: tuple[tuple[str, str, str], ...]
    colours: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    presses: tuple[Html, ...]
    rows: str
    errors: tuple[ErrorPage, ...]


def read_patterns(workspace: str) -> PatternsPage:
    """Return the patterns, with the words of the course's first lesson."""
    lesson = next(iter(open_course().lessons.values()))
    look = Look(workspace=workspace, lesson=lesson, state=_state(lesson))
    return PatternsPage(
        kinds=KINDS,
        colours=COLOURS,
        groups=(
            _text(look),
            lab_patterns(look),
            queue_patterns(look.base),
            topic_patterns(look.base),
            bus_patterns(look.base),
            bucket_patterns(look.base),
            schedule_patterns(look.base),
            site_patterns(look),
            frame_patterns(look),
        ),
        presses=tuple(Html(PageRenderer(look).press(press)) for press in lesson.presses.values()),
        rows=pattern_rows(),
        errors=_errors(),
    )


def _text(look: Look) -> Group:
    asked = (
        *_predictions(look),
        *attempt_patterns(look),
        *error_patterns(look),
        *gallery_patterns(look),
        *_tasks(look),
        *_questions(look),
    )
    return Group(title="Text of a lesson", patterns=(*asked, *_keeping(look), *_remarks(look)))


def _remarks(look: Look) -> tuple[Pattern, ...]:
    """Return what stands in a lesson's text beside predictions, tasks and questions."""
    says = Html("<p>AWS waits about 1 and about 2 minutes, with a jitter.</p>")
    terms = look.lesson.terms[:1]
    return (
        drawn("Remark", "lesson/_callout.html", title="Warm is not one place", content=says),
        drawn("Simpler than AWS", "lesson/_badge.html", title="Exact", content=says, id="simpler"),
        *(drawn("Word", "lesson/_term.html", term=term, words=term.name) for term in terms),
    )


def _state(lesson: Lesson) -> LabState:
    function = lesson.lab.functions[0]
    start = lesson_start(lesson, function)
    return LabState(
        draft=OpenDraft(function=function, draft=start, start=start),
        files={"handler.py": ""},
        event="{}",
        knobs=Knobs(configuration=Configuration()),
    )


def _predictions(look: Look) -> tuple[Pattern, ...]:
    prediction = look.lesson.predictions[0]
    first, second = prediction.options[0].id, prediction.options[1].id
    states = (
        ("Prediction: open", PredictionState()),
        ("Prediction: committed", PredictionState(status="committed", option=first)),
        (
            "Prediction: the run decided nothing",
            PredictionState(status="committed", option=first, waiting=_WAITING),
        ),
        ("Prediction: right", _revealed(prediction, chosen=first, held=first)),
        ("Prediction: not what ran", _revealed(prediction, chosen=second, held=first)),
        ("Prediction: I don't know", _revealed(prediction, chosen=UNKNOWN, held=first)),
    )
    return tuple(_prediction(look, prediction, name, state) for name, state in states)


def _prediction(look: Look, prediction: Prediction, name: str, state: PredictionState) -> Pattern:
    shown = replace(look.state, predictions={prediction.id: state})
    html = PageRenderer(replace(look, state=shown)).prediction(prediction)
    return Pattern(name=name, html=own_ids(html, name))


def _revealed(prediction: Prediction, *, chosen: str, held: str) -> PredictionState:
    outcome = PredictionOutcome(
        run="pattern",
        chosen=chosen,
        held=(held,),
        right=None if chosen == UNKNOWN else chosen == held,
        explained=prediction.option(held if chosen == UNKNOWN else chosen).feedback,
        ghosts=(),
        deciding=(),
    )
    return PredictionState(status="revealed", option=chosen, outcome=outcome, segment="s1")


def _tasks(look: Look) -> tuple[Pattern, ...]:
    tasks = look.lesson.tasks[:3]
    states = {
        tasks[0].id: TaskState(state="passed", message="Call 1 started env 7f3a.", segment="s1"),
        tasks[1].id: TaskState(
            state="failed", message="4 minutes later the call was cold.", segment="s2"
        ),
    }
    shown = replace(look.state, tasks=states, hints_shown={tasks[1].id: 1})
    html = PageRenderer(replace(look, state=shown)).tasks(tasks)
    name = "Tasks: passed, failed, open; a hint"
    return (Pattern(name=name, html=own_ids(html, name)),)


def _questions(look: Look) -> tuple[Pattern, ...]:
    question = look.lesson.reviews[0]
    wrong = next(option.id for option in question.options if not option.right)
    right = next(option.id for option in question.options if option.right)
    cases: tuple[tuple[str, dict[str, str]], ...] = (
        ("Question: open", {}),
        ("Question: right", {question.id: right}),
        ("Question: not so", {question.id: wrong}),
    )
    return tuple(_question(look, name, answers) for name, answers in cases)


def _question(look: Look, name: str, answers: dict[str, str]) -> Pattern:
    shown = replace(look.state, answers=answers)
    html = PageRenderer(replace(look, state=shown)).review(look.lesson.reviews[0])
    return Pattern(name=name, html=own_ids(html, name))


def _keeping(look: Look) -> tuple[Pattern, ...]:
    """Return what a learner writes, and the solution beside their code."""
    renderer, patterns = PageRenderer(look), []
    for reflection in look.lesson.reflections[:1]:
        kept = replace(
            look.state, notes={reflection.id: "In its environment, as long as it lives."}
        )
        patterns = [
            ("In one's own words: open", renderer.reflection(reflection)),
            (
                "In one's own words: kept",
                PageRenderer(replace(look, state=kept)).reflection(reflection),
            ),
        ]
    solution = ("Solution beside your code", renderer.solution(content=""))
    return tuple(
        Pattern(name=name, html=own_ids(html, name)) for name, html in [*patterns, solution]
    )


def _errors() -> tuple[ErrorPage, ...]:
    return (
        ErrorPage(
            status=400,
            title="",
            code="InvalidRequestContentException",
            message="Could not parse request body into json: line 2 holds no value.",
            advice="",
        ),
        ErrorPage(
            status=503,
            title="",
            message="The platform is stopping; nothing was done.",
            advice="What you did just now may not be saved. Try again in a moment.",
        ),
    )

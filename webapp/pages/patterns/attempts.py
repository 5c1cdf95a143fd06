"""Predictions of an event's attempts on ``/patterns``: asked, committed, right, not what ran."""

from dataclasses import replace

from webapp.classroom.model import PredictionState
from webapp.curriculum.attempt_times import AttemptTimes, Cell
from webapp.curriculum.content import Html
from webapp.curriculum.model import UNKNOWN, Prediction
from webapp.curriculum.predictions import PredictionOutcome
from webapp.pages.patterns.pattern import Pattern, own_ids
from webapp.pages.prose import Look, PageRenderer

WAITS = Html("The waits grow: one minute before the first retry, <strong>two</strong> before it.")
TIMES = AttemptTimes(most=4, times=(0, 60, 120, 180, 240), right=WAITS, wrong=WAITS)
RAN = ("0:00", "1:00", "3:00", "none")
RIGHT, WRONG = "0-60-180-never", "0-60-120-never"


def attempt_patterns(look: Look) -> tuple[Pattern, ...]:
    """Return the card in every state."""
    first = look.lesson.predictions[0]
    asked = replace(first, attempts=TIMES, options=first.options[-1:])
    lesson = replace(look.lesson, predictions=(asked,))
    states = (
        ("Attempts: open", PredictionState()),
        ("Attempts: committed", PredictionState(status="committed", option=WRONG)),
        ("Attempts: right", _revealed(RIGHT)),
        ("Attempts: not what ran", _revealed(WRONG)),
        ("Attempts: I don't know", _revealed(UNKNOWN)),
    )
    return tuple(_pattern(replace(look, lesson=lesson), asked, name, one) for name, one in states)


def _pattern(look: Look, asked: Prediction, name: str, state: PredictionState) -> Pattern:
    shown = replace(look.state, predictions={asked.id: state})
    return Pattern(
        name=name, html=own_ids(PageRenderer(replace(look, state=shown)).prediction(asked), name)
    )


def _revealed(answer: str) -> PredictionState:
    said = TIMES.shown(answer) if answer != UNKNOWN else ("",) * TIMES.most
    cells = tuple(
        Cell(number=number, said=one, ran=ran, right=one == ran if one else None)
        for number, (one, ran) in enumerate(zip(said, RAN, strict=True), start=1)
    )
    outcome = PredictionOutcome(
        run="pattern",
        chosen=answer,
        held=(RIGHT,),
        right=None if answer == UNKNOWN else answer == RIGHT,
        explained=WAITS,
        ghosts=(),
        deciding=(),
        cells=cells,
    )
    return PredictionState(status="revealed", option=answer, outcome=outcome, segment="s1")

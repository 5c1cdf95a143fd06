"""What came of a prediction: which options hold, and what was expected and did or did not come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webapp.curriculum.attempt_times import AttemptTimes, Cell, came, compared
from webapp.curriculum.checks.states import warm_at_end
from webapp.curriculum.content import Html
from webapp.curriculum.model import UNKNOWN, ExpectedFact, Prediction, PredictionOption
from webapp.curriculum.press import Invoke, Request
from webapp.curriculum.queued_events import QueuedEvent, clock_time, queued_events
from webapp.curriculum.underway import is_underway
from webapp.trace.events import (
    DeliveryFailed,
    Entry,
    EnvironmentRequested,
    EventDropped,
    EventFinished,
    Fact,
    FunctionFact,
    HttpAnswered,
    InvocationAbandoned,
    InvocationAccepted,
    InvocationFinished,
    InvocationThrottled,
    PredictionMade,
    RecordDelivered,
    RunStarted,
)

NOTHING_HELD = Html(
    "The run did something that no answer names. Follow its facts on the timeline, then reset the "
    "lab and try again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GhostMark:
    """One expected fact of the committed option beside what came.

    ``matched``: sequences of facts that came as expected; ``surplus``: more of them than
    expected; ``missing``: how many did not come. A missing one belongs at lab time ``time``, on
    the lane of ``environment``, on that of the event queue of ``queue_of``, or on the caller's.
    ``text`` is what was said, where that is more than that it would come.
    """

    matched: tuple[int, ...]
    surplus: tuple[int, ...]
    missing: int
    time: float
    environment: str | None = None
    queue_of: str | None = None
    text: str = ""

    @property
    def right(self) -> bool:
        """Whether exactly what was expected came."""
        return not self.missing and not self.surplus


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionOutcome:
    """``held``: ids of the options that came true. ``right`` is ``None`` for "I don't know".

    ``explained``: the sentence that says why. ``deciding``: sequences of the facts that decided.
    ``cells`` are the attempts one by one, where their times were asked for.
    """

    run: str
    chosen: str
    held: tuple[str, ...]
    right: bool | None
    explained: Html
    ghosts: tuple[GhostMark, ...]
    deciding: tuple[int, ...]
    cells: tuple[Cell, ...] = ()


def committed(prediction: Prediction, entries: Sequence[Entry]) -> str | None:
    """Return the id of the option that the learner last committed to, before the run decided."""
    return _chosen(prediction, entries[: _deciding_start(prediction, entries)])


def decide(prediction: Prediction, entries: Sequence[Entry]) -> PredictionOutcome | None:
    """Return what came of it, or ``None`` while no run has decided it.

    ``entries`` are the lab's, in order. The first run of the deciding press after the first
    commitment in which ``given`` holds decides, once all its calls are answered.
    """
    start = _deciding_start(prediction, entries)
    before = entries[:start]
    chosen = _chosen(prediction, before)
    if start is None or chosen is None:
        return None
    run = [entry for entry in entries[start:] if entry.run == entries[start].run]
    if not _finished(prediction, run):
        return None
    return _outcome(prediction, chosen=chosen, before=before, run=run)


def not_decided(prediction: Prediction, entries: Sequence[Entry]) -> Html | None:
    """Return what a deciding run needs, if runs of the press were all without it."""
    tried = next(_tries(prediction, entries), None) is not None
    if tried and _deciding_start(prediction, entries) is None:
        return prediction.given_text
    return None


def _chosen(prediction: Prediction, entries: Sequence[Entry]) -> str | None:
    for entry in reversed(entries):
        if isinstance(entry.fact, PredictionMade) and entry.fact.prediction == prediction.id:
            return entry.fact.option
    return None


def _deciding_start(prediction: Prediction, entries: Sequence[Entry]) -> int | None:
    """Return the position of the fact with which the deciding run began."""
    tries = _tries(prediction, entries)
    return next((at for at in tries if _given(prediction, entries[: at + 1])), None)


def _tries(prediction: Prediction, entries: Sequence[Entry]) -> Iterator[int]:
    """Yield the positions at which runs of the deciding press began, after a commitment."""
    made = False
    for position, entry in enumerate(entries):
        fact = entry.fact
        if isinstance(fact, PredictionMade):
            made = made or fact.prediction == prediction.id
        elif made and isinstance(fact, RunStarted) and fact.press == prediction.press.id:
            yield position


def _given(prediction: Prediction, entries: Sequence[Entry]) -> bool:
    return all(check.verdict(entries).state == "passed" for check in prediction.given)


def _finished(prediction: Prediction, run: Sequence[Entry]) -> bool:
    """Tell whether every call of the run has its answer, and every event its end.

    Calls that the function made to others, and events that it put, do not count; but none of them
    still runs, or is on its way.
    """
    action = prediction.press.action
    if not isinstance(action, Invoke | Request):
        return True
    if is_underway(entry.fact for entry in run):
        return False
    own = [one.fact for one in run if _concerns(one.fact, function=action.function)]
    if action.events:
        return _events_ended(own, count=action.events)
    answers = (InvocationFinished, InvocationThrottled, InvocationAbandoned)
    ends = HttpAnswered if isinstance(action, Request) else answers
    return sum(isinstance(fact, ends) for fact in own) >= action.calls


def _events_ended(facts: Sequence[Fact], *, count: int) -> bool:
    """Tell whether so many events have ended, and whatever they leave behind is delivered."""
    ended = [fact for fact in facts if isinstance(fact, EventFinished)]
    dropped = sum(isinstance(fact, EventDropped) for fact in facts)
    brought = sum(isinstance(fact, RecordDelivered | DeliveryFailed) for fact in facts)
    return len(ended) + dropped >= count and brought >= sum(one.deliveries for one in ended)


def _concerns(fact: Fact, *, function: str) -> bool:
    return isinstance(fact, FunctionFact) and fact.function == function


def _outcome(
    prediction: Prediction, *, chosen: str, before: Sequence[Entry], run: Sequence[Entry]
) -> PredictionOutcome | None:
    if prediction.attempts:
        event = next(iter(queued_events(run)), None)
        return _by_attempts(prediction.attempts, chosen, event, run) if event else None
    return _by_option(prediction, chosen=chosen, before=before, run=run)


def _by_option(
    prediction: Prediction, *, chosen: str, before: Sequence[Entry], run: Sequence[Entry]
) -> PredictionOutcome:
    held = tuple(option.id for option in prediction.options if _holds(option, run))
    answer = held[0] if held else chosen
    deciding = {
        entry.sequence
        for expected in prediction.option(answer).expected
        for entry in run
        if expected.matches(entry.fact)
    }
    return PredictionOutcome(
        run=run[0].run,
        chosen=chosen,
        held=held,
        right=None if chosen == UNKNOWN else chosen in held,
        explained=_explained(prediction, chosen=chosen, held=held),
        ghosts=_ghosts(prediction.option(chosen), before=before, run=run),
        deciding=tuple(sorted(deciding)),
    )


def _by_attempts(
    times: AttemptTimes, chosen: str, event: QueuedEvent, run: Sequence[Entry]
) -> PredictionOutcome:
    said = None if chosen == UNKNOWN else chosen
    cells = compared(times, said, event)
    right = all(cell.right for cell in cells) if said else None
    held = came(times, event)
    explained = times.explained(said or held or "", right=right is not False)
    return PredictionOutcome(
        run=run[0].run,
        chosen=chosen,
        held=(held,) if held else (),
        right=right,
        explained=explained if held else NOTHING_HELD,
        ghosts=tuple(_ghost_of(cell, event) for cell in cells if cell.due is not None),
        deciding=tuple(cell.sequence for cell in cells if cell.sequence is not None),
        cells=cells,
    )


def _ghost_of(cell: Cell, event: QueuedEvent) -> GhostMark:
    came = cell.right and cell.sequence is not None
    due = cell.due or 0
    return GhostMark(
        matched=(cell.sequence,) if came and cell.sequence is not None else (),
        surplus=(),
        missing=0 if came else 1,
        time=event.queued.time + due,
        queue_of=event.fact.function,
        text=clock_time(due),
    )


def _explained(prediction: Prediction, *, chosen: str, held: Sequence[str]) -> Html:
    if not held:
        return NOTHING_HELD
    return prediction.option(held[0] if chosen == UNKNOWN else chosen).feedback


def _holds(option: PredictionOption, run: Sequence[Entry]) -> bool:
    return bool(option.expected) and all(_came(expected, run) for expected in option.expected)


def _came(expected: ExpectedFact, run: Sequence[Entry]) -> bool:
    count = sum(expected.matches(entry.fact) for entry in run)
    return expected.at_least <= count and (expected.at_most is None or count <= expected.at_most)


# -- ghost marks


def _ghosts(
    option: PredictionOption, *, before: Sequence[Entry], run: Sequence[Entry]
) -> tuple[GhostMark, ...]:
    time = next((e.time for e in run if isinstance(e.fact, InvocationAccepted)), run[0].time)
    warm = next(iter(warm_at_end(before)), None)
    return tuple(_ghost(one, run=run, time=time, warm=warm) for one in option.expected)


def _ghost(
    expected: ExpectedFact, *, run: Sequence[Entry], time: float, warm: str | None
) -> GhostMark:
    came = [entry.sequence for entry in run if expected.matches(entry.fact)]
    most = len(came) if expected.at_most is None else expected.at_most
    return GhostMark(
        matched=tuple(came[:most]),
        surplus=tuple(came[most:]),
        missing=max(0, expected.at_least - len(came)),
        time=time,
        environment=None if _needs_new(expected) else warm,
    )


def _needs_new(expected: ExpectedFact) -> bool:
    return expected.fact is EnvironmentRequested or expected.where.get("start") == ("cold",)

"""What came of a prediction: which options hold, and what was expected and did or did not come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from webapp.curriculum.attempt_times import AttemptTimes, Cell, came, compared
from webapp.curriculum.checks.states import Warm, note_warm
from webapp.curriculum.checks.verdict import Judged
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
    the lane of ``environment``, on that of the event queue of ``queue_of``, of the ``queue`` or the
    ``bus`` of that name, or on the caller's.
    ``text`` is what was said, where that is more than that it would come.
    """

    matched: tuple[int, ...]
    surplus: tuple[int, ...]
    missing: int
    time: float
    environment: str | None = None
    queue_of: str | None = None
    queue: str | None = None
    bus: str | None = None
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


LONGEST_RUN = 20_000
"""Facts of a deciding run that are looked at."""


@dataclass(slots=True)
class Predicted:
    """What facts say of a prediction so far.

    The first run of the deciding press after the first commitment in which ``given`` holds
    decides, once all its calls are answered: ``run`` are its facts from its start on. ``warm`` are
    environments that were warm before it.
    """

    chosen: str | None = None
    was_tried: bool = False
    given: list[Judged] = field(default_factory=list)
    warm: Warm = field(default_factory=dict)
    run: list[Entry] = field(default_factory=list)

    def take(self, prediction: Prediction, entry: Entry) -> bool:
        """Take one more fact of the lab; return whether the prediction may stand otherwise now."""
        if self.run:
            return self._goes_on(entry)
        self._judge_given(prediction, entry)
        note_warm(self.warm, entry)
        fact = entry.fact
        if isinstance(fact, PredictionMade) and fact.prediction == prediction.id:
            self.chosen = fact.option
            return True
        if self.chosen is None or not _presses(fact, prediction):
            return False
        self.was_tried = True
        if all(judged.verdict.state == "passed" for judged in self.given):
            self.run = [entry]
        return True

    def outcome(self, prediction: Prediction) -> PredictionOutcome | None:
        """Return what came of it, or ``None`` while no run has decided it."""
        if not self.run or self.chosen is None or not _finished(prediction, self.run):
            return None
        return _outcome(prediction, chosen=self.chosen, warm=self.warm, run=self.run)

    def lacks(self, prediction: Prediction) -> Html | None:
        """Return what a deciding run needs, if runs of the press were all without it."""
        return prediction.given_text if self.was_tried and not self.run else None

    def _goes_on(self, entry: Entry) -> bool:
        if entry.run != self.run[0].run or len(self.run) >= LONGEST_RUN:
            return False
        self.run.append(entry)
        return True

    def _judge_given(self, prediction: Prediction, entry: Entry) -> None:
        if not self.given:
            self.given = [Judged.begin(check) for check in prediction.given]
        for check, judged in zip(prediction.given, self.given, strict=True):
            judged.take(check, entry)


def committed(prediction: Prediction, entries: Iterable[Entry]) -> str | None:
    """Return the id of the option that the learner last committed to, before the run decided."""
    return _predicted(prediction, entries).chosen


def decide(prediction: Prediction, entries: Iterable[Entry]) -> PredictionOutcome | None:
    """Return what came of it by all these facts of the lab."""
    return _predicted(prediction, entries).outcome(prediction)


def not_decided(prediction: Prediction, entries: Iterable[Entry]) -> Html | None:
    """Return what a deciding run needs; see ``Predicted``."""
    return _predicted(prediction, entries).lacks(prediction)


def _predicted(prediction: Prediction, entries: Iterable[Entry]) -> Predicted:
    predicted = Predicted()
    for entry in entries:
        predicted.take(prediction, entry)
    return predicted


def _presses(fact: Fact, prediction: Prediction) -> bool:
    return isinstance(fact, RunStarted) and fact.press == prediction.press.id


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
    prediction: Prediction, *, chosen: str, warm: Warm, run: Sequence[Entry]
) -> PredictionOutcome | None:
    if prediction.attempts:
        event = next(iter(queued_events(run)), None)
        return _by_attempts(prediction.attempts, chosen, event, run) if event else None
    return _by_option(prediction, chosen=chosen, warm=warm, run=run)


def _by_option(
    prediction: Prediction, *, chosen: str, warm: Warm, run: Sequence[Entry]
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
        ghosts=_ghosts(prediction, chosen, warm=warm, run=run),
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
    prediction: Prediction, chosen: str, *, warm: Warm, run: Sequence[Entry]
) -> tuple[GhostMark, ...]:
    time = next((e.time for e in run if isinstance(e.fact, InvocationAccepted)), run[0].time)
    called = getattr(prediction.press.action, "function", "")
    expected = prediction.option(chosen).expected
    return tuple(_ghost(one, run=run, time=time, warm=_warm(one, called, warm)) for one in expected)


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
        environment=warm,
        queue=_named(expected, "queue"),
        bus=_named(expected, "bus"),
    )


def _warm(expected: ExpectedFact, called: str, warm: Warm) -> str | None:
    """Return the environment that would have had the fact, if one was there already."""
    if _needs_new(expected) or "environment" not in expected.fact.__dataclass_fields__:
        return None
    function = _named(expected, "function") or called
    return next((name for name, last in warm.items() if _is_of(last.fact, function)), None)


def _is_of(fact: Fact, function: str) -> bool:
    return not function or _concerns(fact, function=function)


def _named(expected: ExpectedFact, field_name: str) -> str | None:
    """Return the one value that a field of the fact must have, if there is one."""
    values = expected.where.get(field_name, ())
    return str(values[0]) if len(values) == 1 else None


def _needs_new(expected: ExpectedFact) -> bool:
    return expected.fact is EnvironmentRequested or expected.where.get("start") == ("cold",)

"""The checks that a lesson can name: folds over the facts of its lab.

Each is a frozen dataclass with its parameters; ``read`` takes and validates them from the
lesson's file. Each takes the facts one by one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from webapp.curriculum.checks.answers import (
    AnswerChanges,
    AnswerHolds,
    AnswerKnows,
    Answers,
    AnswersTellStart,
)
from webapp.curriculum.checks.bus_checks import (
    ConsumerFailsApart,
    EventHandled,
    RuleAdded,
    RuleSorts,
)
from webapp.curriculum.checks.caller_checks import CallersNamed
from webapp.curriculum.checks.callers import (
    CallerRetries,
    CallThrottled,
    HttpAnswers,
    ThrottlingOutlasted,
)
from webapp.curriculum.checks.copies import AnswersAgree, AnswersCount, CopiesRepeat
from webapp.curriculum.checks.effects import DoneOnce
from webapp.curriculum.checks.endings import CallAnswers, CallFails, Logged
from webapp.curriculum.checks.event_checks import EventAttempts, EventComesTwice, RecordReaches
from webapp.curriculum.checks.starts import ColdStart, WarmRun, WarmStart
from webapp.curriculum.checks.states import (
    ConcurrencyReserved,
    Configured,
    EnvironmentsAtOnce,
    FaultsSet,
    QuietFor,
    Updated,
    WarmEnvironments,
)
from webapp.curriculum.checks.verdict import Check, Events, Verdict
from webapp.curriculum.fields import Fields
from webapp.curriculum.model import Task
from webapp.trace.events import Entry


class CheckKind(Protocol):
    """A kind of check: reads its parameters and makes the check."""

    def read(self, fields: Fields, events: Events) -> Check[Any]: ...


CHECKS: Mapping[str, CheckKind] = {
    "answer_changes": AnswerChanges,
    "answer_holds": AnswerHolds,
    "answer_knows": AnswerKnows,
    "answers": Answers,
    "answers_agree": AnswersAgree,
    "answers_count": AnswersCount,
    "answers_tell_start": AnswersTellStart,
    "call_answers": CallAnswers,
    "call_fails": CallFails,
    "call_throttled": CallThrottled,
    "caller_retries": CallerRetries,
    "callers_named": CallersNamed,
    "cold_start": ColdStart,
    "concurrency_reserved": ConcurrencyReserved,
    "configured": Configured,
    "consumer_fails_apart": ConsumerFailsApart,
    "copies_repeat": CopiesRepeat,
    "done_once": DoneOnce,
    "environments_at_once": EnvironmentsAtOnce,
    "event_attempts": EventAttempts,
    "event_comes_twice": EventComesTwice,
    "event_handled": EventHandled,
    "faults_set": FaultsSet,
    "http_answers": HttpAnswers,
    "logged": Logged,
    "quiet_for": QuietFor,
    "record_reaches": RecordReaches,
    "rule_added": RuleAdded,
    "rule_sorts": RuleSorts,
    "throttling_outlasted": ThrottlingOutlasted,
    "updated": Updated,
    "warm_environments": WarmEnvironments,
    "warm_run": WarmRun,
    "warm_start": WarmStart,
}
"""Every check by the name that lessons use. A new one is added here and in the docs."""


def read_check(fields: Fields, *, events: Events) -> Check[Any] | None:
    """Read ``check: name`` and its parameters; ``None`` after a problem was reported."""
    kind = CHECKS.get(fields.choice("check", among=CHECKS))
    return kind.read(fields, events) if kind else None


def judge(task: Task, entries: Iterable[Entry]) -> Verdict:
    """Return the verdict on a task by all these facts."""
    return worded(task, task.check.verdict(entries))


def worded(task: Task, verdict: Verdict) -> Verdict:
    """Return a verdict on a task; a failure says the fact, then what the lesson adds to it."""
    if verdict.state != "failed":
        return verdict
    return replace(verdict, message=f"{verdict.message} {task.failed}".strip())

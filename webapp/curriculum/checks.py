"""The checks that a lesson can name: pure predicates over the facts of its lab.

Each is a frozen dataclass with its parameters; ``read`` takes and validates them from the
lesson's file. All look at the whole list in one pass.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from webapp.curriculum.answers import AnswersTellStart
from webapp.curriculum.fields import Fields
from webapp.curriculum.model import Task
from webapp.curriculum.starts import ColdStart, WarmRun, WarmStart
from webapp.curriculum.states import EnvironmentsAtOnce, QuietFor, Updated, WarmEnvironments
from webapp.curriculum.verdict import Check, Verdict
from webapp.trace.events import Entry


class CheckKind(Protocol):
    """A kind of check: reads its parameters and makes the check."""

    def read(self, fields: Fields) -> Check: ...


CHECKS: Mapping[str, CheckKind] = {
    "answers_tell_start": AnswersTellStart,
    "cold_start": ColdStart,
    "environments_at_once": EnvironmentsAtOnce,
    "quiet_for": QuietFor,
    "updated": Updated,
    "warm_environments": WarmEnvironments,
    "warm_run": WarmRun,
    "warm_start": WarmStart,
}
"""Every check by the name that lessons use. A new one is added here and in the docs."""


def read_check(fields: Fields) -> Check | None:
    """Read ``check: name`` and its parameters; ``None`` after a problem was reported."""
    kind = CHECKS.get(fields.choice("check", among=CHECKS))
    return kind.read(fields) if kind else None


def judge(task: Task, entries: Sequence[Entry]) -> Verdict:
    """Return the verdict on a task; a failure says the fact, then what the lesson adds to it."""
    verdict = task.check.verdict(entries)
    if verdict.state != "failed":
        return verdict
    return replace(verdict, message=f"{verdict.message} {task.failed}".strip())

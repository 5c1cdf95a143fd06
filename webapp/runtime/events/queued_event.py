"""An asynchronous event on its way, as it is stored."""

import json
from dataclasses import dataclass, replace

from webapp.runtime.chronicle import KEPT_BYTES
from webapp.runtime.events.retries import Condition, History
from webapp.runtime.model import LATEST, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an event ended, kept until its records are delivered.

    ``payload`` is the function's last response as JSON text, ``None`` if it never ran.
    """

    condition: Condition
    payload: str | None = None
    function_error: str | None = None
    executed_version: str = LATEST
    error_message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedEvent:
    """One event with what it has behind it.

    ``runs`` counts attempts in which the function ran, ``refusals`` those in a row that never
    reached it. ``accepted`` and ``due`` are lab time. ``trace`` is the header of its chain (see
    ``lineage``). ``repeated``: it succeeded and was delivered again. ``last`` is the function's
    last answer. ``payload`` is ``None`` while only the disk holds it.
    """

    request_id: str
    region: str
    function: str
    qualifier: str | None
    payload: bytes | None
    accepted: float
    run: str
    source: str
    due: float
    trace: str = ""
    runs: int = 0
    refusals: int = 0
    repeated: bool = False
    last: Ending | None = None
    ending: Ending | None = None

    @property
    def untouched(self) -> bool:
        """Whether nothing has become of it since it was accepted."""
        return not (self.runs or self.refusals or self.ending)

    @property
    def attempt(self) -> int:
        """Return the number of the attempt that comes next, or runs."""
        return self.runs + 1

    @property
    def history(self) -> History:
        """Return what decides whether it is tried again; a second delivery begins anew."""
        runs = self.runs - self.repeated
        return History(accepted=self.accepted, runs=runs, refusals=self.refusals)

    def waiting(self) -> "QueuedEvent":
        """Return the event as it waits in memory: a large payload is on disk alone (rule 4)."""
        large = self.payload is not None and len(self.payload) > KEPT_BYTES
        return replace(self, payload=None) if large else self

    def ran(self, outcome: Outcome) -> "QueuedEvent":
        """Return the event after the function ran."""
        return replace(self, runs=self.runs + 1, refusals=0, last=_seen(outcome))

    def refused(self, why: str = "") -> "QueuedEvent":
        """Return the event after an attempt that did not reach the function."""
        last = self.last or (Ending(condition="RecursiveLoop", error_message=why) if why else None)
        return replace(self, refusals=self.refusals + 1, last=last)

    def ended(self, condition: Condition) -> "QueuedEvent":
        """Return the event with its end, which carries what the function said last."""
        last = self.last or Ending(condition=condition)
        return replace(self, ending=replace(last, condition=condition))


def _seen(outcome: Outcome) -> Ending:
    return Ending(
        condition="Success",
        payload=outcome.payload.decode(errors="replace"),
        function_error=outcome.function_error,
        executed_version=outcome.executed_version,
        error_message=_error_message(outcome),
    )


def _error_message(outcome: Outcome) -> str:
    if outcome.function_error is None:
        return ""
    try:
        return str(json.loads(outcome.payload)["errorMessage"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""

"""What the lab's fault knobs do to a call. Pure: everything is in the knobs and the call."""

from dataclasses import dataclass
from typing import get_args

from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.model import Faults, InitFault, Invocation, InvocationFault

LONGEST_SLOW_MS = 900_000
"""The longest timeout that a function can have."""
MOST_ATTEMPTS = 100
"""A hundred back-offs outlast the six hours that an event may wait (lambda-behaviour 5.1)."""


@dataclass(frozen=True, slots=True)
class Injection:
    """What goes wrong in the handler's place, after it has been held up for so long."""

    fault: InvocationFault | None = None
    slow_ms: int = 0

    def __str__(self) -> str:
        """Return it in words, for whoever looks at the call."""
        slow = [f"slow by {self.slow_ms} ms"] if self.slow_ms else []
        return ", ".join([*slow, *([self.fault] if self.fault else [])])


NOTHING = Injection()


def check_faults(faults: Faults) -> None:
    """Raise ``InvalidParameterValue`` for an unknown fault, or a number that a knob cannot take."""
    for fault, known in (
        (faults.init, get_args(InitFault)),
        (faults.invocation, get_args(InvocationFault)),
    ):
        if fault is not None and fault not in known:
            raise InvalidParameterValue(f"There is no fault '{fault}'. Use {', '.join(known)}.")
    for name, number, most, unit in (
        ("slow_ms", faults.slow_ms, LONGEST_SLOW_MS, " ms"),
        ("throttled_attempts", faults.throttled_attempts, MOST_ATTEMPTS, " attempts"),
        ("failing_attempts", faults.failing_attempts, MOST_ATTEMPTS, " attempts"),
    ):
        if not 0 <= number <= most:
            raise InvalidParameterValue(
                f"The fault '{name}' is {number}{unit}. Set 0 (off) to {most:,}."
            )


def throttled(faults: Faults, invocation: Invocation) -> bool:
    """Whether an event's attempt is refused before it reaches the function."""
    first = invocation.model == "asynchronous" and invocation.attempt == 1
    return first and invocation.refusals < faults.throttled_attempts


def injection(faults: Faults, invocation: Invocation) -> Injection:
    """Return what the knobs do to a call that reaches the function."""
    failing = invocation.model == "asynchronous" and invocation.attempt <= faults.failing_attempts
    return Injection(faults.invocation or ("raise" if failing else None), faults.slow_ms)


def described(faults: Faults) -> str:
    """Return the knobs that are on, as a learner reads them; empty if none is."""
    on: list[str] = [name for name in (faults.init, faults.invocation) if name]
    on += [f"slow by {faults.slow_ms} ms"] if faults.slow_ms else []
    for count, what in (
        (faults.throttled_attempts, "throttled"),
        (faults.failing_attempts, "failing"),
    ):
        on += [f"first {count} {'attempt' if count == 1 else 'attempts'} {what}"] if count else []
    on += ["delivered twice"] if faults.duplicate else []
    return ", ".join(on)

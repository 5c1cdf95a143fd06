"""How many invocations may run at once (lambda-behaviour 8.1)."""

from collections import Counter
from collections.abc import Callable, Mapping

from webapp.runtime.errors import InvalidParameterValue, TooManyRequests

ACCOUNT_FLOOR = 100
"""So many of an account's 1,000 stay for functions that reserve nothing; here a tenth of fewer."""


class Concurrency:
    """The account pool of one region, within that of its whole workspace. Loop thread only.

    ``reservations`` gives what functions have reserved, by name: guarantee and cap of each.
    """

    def __init__(
        self,
        *,
        limit: int,
        within: "Concurrency | None" = None,
        reservations: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        self.limit = limit
        self.running = 0
        self._within = within
        self._reservations = reservations
        self._of: Counter[str] = Counter()

    def lease(self, function: str) -> "Lease":
        """Hold one unit during an invocation. Entering raises ``TooManyRequests``: none is left."""
        return Lease(self, function)

    @property
    def exhausted(self) -> bool:
        """Whether no unit is left, here or around."""
        full = self.running >= self.limit
        return full or (self._within is not None and self._within.exhausted)

    @property
    def unreserved(self) -> int:
        """How many may run at once of all functions that reserve nothing."""
        return self.limit - sum(self._reservations().values())

    def limit_of(self, function: str) -> int:
        """Return how many may run at once where a call of this function is counted."""
        return self._reservations().get(function, self.unreserved)

    def check_reservation(self, function: str, wanted: int) -> None:
        """Raise ``InvalidParameterValue`` if too little would be left for the other functions."""
        floor = min(ACCOUNT_FLOOR, self.limit // 10)
        others = sum(n for name, n in self._reservations().items() if name != function)
        if wanted and self.limit - others - wanted < floor:
            raise InvalidParameterValue(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{floor}]."
            )

    def check(self, function: str) -> None:
        """Raise ``TooManyRequests`` if no unit is left for this function."""
        reserved = self._reservations()
        if function in reserved:
            if self._of[function] >= reserved[function]:
                raise TooManyRequests("ReservedFunctionConcurrentInvocationLimitExceeded")
        elif self._running_unreserved(reserved) >= self.limit - sum(reserved.values()):
            raise TooManyRequests("ConcurrentInvocationLimitExceeded")
        if self.exhausted:
            raise TooManyRequests("ConcurrentInvocationLimitExceeded")

    def _running_unreserved(self, reserved: Mapping[str, int]) -> int:
        return self.running - sum(self._of[name] for name in reserved)

    def count(self, function: str, change: int) -> None:
        """Add to what runs, here and around."""
        self.running += change
        self._of[function] += change
        if not self._of[function]:
            del self._of[function]
        if self._within is not None:
            self._within.count(function, change)


class Lease:
    """One unit that is held as long as a ``with`` block lasts."""

    def __init__(self, concurrency: Concurrency, function: str) -> None:
        self._concurrency = concurrency
        self._function = function

    def __enter__(self) -> None:
        self._concurrency.check(self._function)
        self._concurrency.count(self._function, 1)

    def __exit__(self, *_error: object) -> None:
        self._concurrency.count(self._function, -1)

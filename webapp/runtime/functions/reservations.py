"""What functions reserve of their region's concurrency (lambda-behaviour 8.1)."""

from webapp.runtime.concurrency import Concurrency
from webapp.runtime.functions.registry import Registry


class Reservations:
    """Reserves, which is guarantee and cap, and lets go. Loop thread only."""

    def __init__(self, registry: Registry, *, concurrency: Concurrency) -> None:
        self._registry = registry
        self._concurrency = concurrency

    def check(self, function: str, wanted: int | None) -> None:
        """Raise ``InvalidParameterValue`` if too little would be left for the other functions."""
        if wanted is not None:
            self._concurrency.check_reservation(function, wanted)

    async def reserve(self, function: str, wanted: int | None, *, run: str) -> None:
        """Reserve so many; 0 stops the function, ``None`` lets it run on what nobody has reserved.

        Raises a ``ServiceError`` in AWS's words.
        """
        async with self._registry.alone(function):
            self._registry.get(function)
            self.check(function, wanted)
            await self._registry.annotate(
                function, "concurrency", run=run, reserved_concurrency=wanted
            )

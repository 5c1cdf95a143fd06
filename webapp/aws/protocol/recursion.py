"""Compiling shapes that may hold themselves."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


class Compiled(Generic[F]):
    """What was compiled, by the shape's name. Not thread-safe: compile under a lock."""

    def __init__(self) -> None:
        self._made: dict[str, F] = {}

    def get(self, name: str, make: Callable[[], F]) -> F:
        """Return what ``make`` compiled; while it is at work, what will lead there."""
        if name not in self._made:

            def later(*arguments: Any) -> Any:
                return self._made[name](*arguments)

            self._made[name] = cast(F, later)
            self._made[name] = make()
        return self._made[name]

"""Conditions joined by ``&&`` and ``||``, with parentheses, however deep.

An expression is kept and evaluated in postfix order, so its depth costs no recursion.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from webapp.sources.logs.scanner import Scanner

C = TypeVar("C")

_AND, _OR, _OPEN = "&&", "||", "("
_BINDS = {_OPEN: 0, _OR: 1, _AND: 2}


@dataclass(frozen=True, slots=True)
class Expression(Generic[C]):
    """Conditions and the operators that join the two results before them."""

    steps: tuple[C | str, ...]

    @property
    def conditions(self) -> Iterator[C]:
        return (step for step in self.steps if not isinstance(step, str))

    def holds(self, of: Callable[[C], bool]) -> bool:
        """Tell whether the whole holds, where ``of`` tells it of one condition."""
        results: list[bool] = []
        for step in self.steps:
            if not isinstance(step, str):
                results.append(of(step))
                continue
            second, first = results.pop(), results.pop()
            results.append(first and second if step == _AND else first or second)
        return results.pop()


def read(scanner: Scanner, condition: Callable[[Scanner], C]) -> Expression[C]:
    """Read conditions until no operator follows. Raises ``InvalidFilterPattern``."""
    steps: list[C | str] = []
    waiting: list[str] = []
    while True:
        scanner.skip_spaces()
        if scanner.take(_OPEN):
            waiting.append(_OPEN)
            continue
        steps.append(condition(scanner))
        _close(scanner, steps, waiting)
        operator = next((sign for sign in (_AND, _OR) if scanner.take(sign)), None)
        if operator is None:
            break
        while waiting and _BINDS[waiting[-1]] >= _BINDS[operator]:
            steps.append(waiting.pop())
        waiting.append(operator)
    while waiting:
        if waiting[-1] == _OPEN:
            raise scanner.unexpected()
        steps.append(waiting.pop())
    return Expression(tuple(steps))


def _close(scanner: Scanner, steps: list[C | str], waiting: list[str]) -> None:
    """Move past closing parentheses; one that was never opened is left to who reads on."""
    scanner.skip_spaces()
    while _OPEN in waiting and scanner.take(")"):
        while waiting[-1] != _OPEN:
            steps.append(waiting.pop())
        waiting.pop()
        scanner.skip_spaces()

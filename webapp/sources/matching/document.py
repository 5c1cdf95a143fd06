"""An object that patterns are compared with: what is found out of it once, and what that costs."""

from collections.abc import Iterator

from webapp.sources.matching.conditions import Condition
from webapp.sources.matching.values import MISSING, Json, elements, is_leaf

MOST_WORK = 300_000
"""Comparisons of one object with one pattern; a thousand characters of text count as one more."""
MOST_WORK_TOGETHER = 6_000_000
"""Comparisons of one object with all patterns that look at it."""
_CHARACTERS_OF_A_COMPARISON = 1_000


class TooMuchWork(Exception):
    """The object and the pattern together ask for more comparisons than there may be."""


class Document:
    """An object as ``values.loads`` reads it. Its names are put in order once, for all patterns."""

    def __init__(self, value: Json) -> None:
        self.value = value
        self._steps: dict[int, dict[str, Json]] = {}
        self._left_together = MOST_WORK_TOGETHER
        self._left = 0

    def begin(self) -> None:
        """Begin the comparison with another pattern."""
        self._left = min(MOST_WORK, self._left_together)

    def spend(self, comparisons: int) -> None:
        """Count comparisons that are to be made. Raises ``TooMuchWork``."""
        self._left -= comparisons
        self._left_together -= comparisons
        if self._left < 0:
            raise TooMuchWork

    def any_holds(self, conditions: tuple[Condition, ...], value: Json) -> bool:
        """Tell whether a leaf is as one of the conditions wants it."""
        if not is_leaf(value):
            return False
        length = len(value) if isinstance(value, str) else 0
        self.spend(
            sum(one.weight for one in conditions) * (1 + length // _CHARACTERS_OF_A_COMPARISON)
        )
        return any(one.holds(value) for one in conditions)

    def elements(self, value: Json) -> Iterator[Json]:
        """Yield what ``values.elements`` does; each counts."""
        for one in elements(value):
            self.spend(1)
            yield one

    def below(self, value: Json, name: str) -> Json:
        """Return what a name leads to: dots in the names of an object count as steps, too."""
        if not isinstance(value, dict):
            return MISSING
        steps = self._steps.get(id(value))
        if steps is None:
            self._left_together -= len(value)
            steps = self._steps[id(value)] = _by_step(value)
        return steps.get(name, MISSING)

    def leaves(self, path: tuple[str, ...]) -> Iterator[tuple[Json]]:
        """Yield every value that a path leads to, each in a tuple: null is a value."""
        yield from self._leaves(self.value, path)

    def _leaves(self, value: Json, path: tuple[str, ...]) -> Iterator[tuple[Json]]:
        if not path:
            for one in self.elements(value):
                if is_leaf(one):
                    yield (one,)
            return
        for one in self.elements(value):
            found = self.below(one, path[0])
            if found is not MISSING:
                yield from self._leaves(found, path[1:])


def _by_step(value: dict[str, Json]) -> dict[str, Json]:
    """Return what each first step leads to: a member, or what is below a name with dots."""
    plain: dict[str, Json] = {}
    dotted: dict[str, dict[str, Json]] = {}
    for key, one in value.items():
        first, dot, rest = key.partition(".")
        if dot:
            dotted.setdefault(first, {})[rest] = one
        else:
            plain[key] = one
    both = {name: [plain[name], below] for name, below in dotted.items() if name in plain}
    return {**plain, **dotted, **both}

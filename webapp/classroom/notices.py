"""News of a lab that no fact tells: a draft, a step, an answer, a note. Kept in memory only."""

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """``tab`` is the page that caused it and needs no telling; ``value`` is what is so now."""

    number: int
    tab: str
    value: str | None


class Notices:
    """The newest notice of each name, such as ``step`` or ``draft``. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: dict[str, Notice] = {}
        self._count = 0

    @property
    def count(self) -> int:
        """The number of the last notice."""
        return self._count

    def tell(self, name: str, *, tab: str, value: str | None = None) -> None:
        """Replace what was told under this name."""
        with self._lock:
            self._newest[name] = Notice(self._count + 1, tab, value)
            self._count += 1

    def since(self, number: int) -> dict[str, dict[str, str | None]]:
        """Return what was told after a notice: ``{name: {tab, value}}``, as pages read it."""
        with self._lock:
            news = {name: one for name, one in self._newest.items() if one.number > number}
        return {name: {"tab": one.tab, "value": one.value} for name, one in news.items()}

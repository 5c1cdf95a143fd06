"""Facts folded as they come, one after the other, in one run."""

from typing import Any

from webapp.trace.events import Entry, Fact
from webapp.trace.projections import LabView

Row = dict[str, Any]


class Folded:
    """A lab's view and the facts that it was told; ``time`` is the lab time of the newest."""

    def __init__(self, view: LabView) -> None:
        self.view = view
        self.sequence = 0
        self.time = 1000.0

    def tell(
        self, fact: Fact, *, after: float = 1.0, region: str = "", cause: int | None = None
    ) -> int:
        """Let a fact happen ``after`` so many seconds; return its sequence."""
        self.sequence += 1
        self.time += after
        self.view.apply(Entry(self.sequence, self.time, "run-1", cause, fact, region))
        return self.sequence

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table as a page gets them."""
        return list(self.view.snapshot()[table])

    @property
    def story(self) -> list[str]:
        return [row["text"] for row in self.rows("story")]

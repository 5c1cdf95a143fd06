"""A change on its way to the disk."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from webapp.storage.ownership import Claim
from webapp.trace.events import Entry


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """Rows and facts that are committed together (rule 3), or facts alone.

    ``write`` may run more than once (a failed group is tried again one by one), so it must do
    nothing but write. Who waits for the change waits on ``future``.
    """

    claim: Claim
    write: Callable[[Connection], Any] | None = None
    facts: Sequence[Entry] = ()
    future: Future[Any] | None = None
    weight: int = 1

    def succeed(self, result: Any) -> None:
        if self.future and not self.future.done():
            self.future.set_result(result)

    def fail(self, error: Exception) -> None:
        if self.future and not self.future.done():
            self.future.set_exception(error)

"""A change on its way to the disk."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from webapp.runtime.inbox import Reply
from webapp.storage.driver import Prepared, Row
from webapp.storage.ownership import Claim
from webapp.trace.events import Entry

Insert = tuple[Prepared, Row]
"""A new row. Those of a whole group go in with one statement for each table."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """Rows and facts that are committed together (rule 3), or facts alone.

    ``inserts`` come first, then ``write``, which may run more than once (a failed group is tried
    again one by one), so it must do nothing but write. Who waits for the change waits on
    ``waiter``: a thread on a future, the loop on a reply.
    """

    claim: Claim
    write: Callable[[Connection], Any] | None = None
    inserts: Sequence[Insert] = ()
    facts: Sequence[Entry] = ()
    waiter: Future[Any] | Reply[Any] | None = None
    weight: int = 1

    def succeed(self, result: Any) -> None:
        if self.waiter and not self.waiter.done():
            self.waiter.set_result(result)

    def fail(self, error: Exception) -> None:
        if self.waiter and not self.waiter.done():
            self.waiter.set_exception(error)

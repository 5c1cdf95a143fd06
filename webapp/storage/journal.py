"""The one writer: a thread that commits what waits, in groups, and tells who waits for it."""

import asyncio
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine

from webapp.runtime.inbox import Inbox, Reply
from webapp.runtime.ports import StoreBusy, StoreFailed
from webapp.storage import batches
from webapp.storage.changes import Change, Insert
from webapp.storage.driver import Prepared, Row
from webapp.storage.engine import KeptConnection
from webapp.storage.kept import KEPT_FACTS, KeptFacts
from webapp.storage.logs.lines import FunctionLines
from webapp.storage.ownership import Claim, Elsewhere, Ownership
from webapp.storage.trouble import Trouble, judge
from webapp.trace.events import Entry

T = TypeVar("T")

QUEUE_BOUND = 10_000
GROUP_SIZE = 1_000
WAIT_SECONDS = 30.0
RETRY_SECONDS = 1.0
"""How long the writer waits before it tries kept facts again when nothing else comes."""
GATHERING_SECONDS = 0.02
"""How long facts that nobody waits for let others join their commit."""
IDLE_SECONDS = 1.0
"""How long the writer keeps its connection while nothing comes."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What did not make it to the disk before the journal stopped."""

    changes: int = 0
    facts: int = 0


class Journal:
    """Commits at once what somebody waits for; what arrives meanwhile makes the next group.

    Facts that nobody waits for go along with that, or by themselves a moment later.
    ``submit``, ``append`` and ``busy`` may be used from any thread and never block on the disk.
    """

    def __init__(
        self,
        engine: Engine,
        ownership: Ownership,
        *,
        bound: int = QUEUE_BOUND,
        kept_facts: int = KEPT_FACTS,
        retry_seconds: float = RETRY_SECONDS,
        gathering_seconds: float = GATHERING_SECONDS,
        lines: FunctionLines | None = None,
    ) -> None:
        self._connection = KeptConnection(engine)
        self._ownership = ownership
        self._lines = lines or FunctionLines()
        self._bound = bound
        self._retry_seconds = retry_seconds
        self._gathering_seconds = gathering_seconds
        self._observers: list[Callable[[Counter[str]], None]] = []
        self._kept = KeptFacts(bound=kept_facts)
        self._queue: deque[Change] = deque()
        self._waiting = 0
        self._awaited = 0
        """How many changes of the queue somebody waits for."""
        self._inbox: Inbox | None = None
        self._stopping = False
        self._trouble: str | None = None
        self._arrived = threading.Condition()
        self._in_hand: set[Change] = set()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    @property
    def busy(self) -> bool:
        """Whether more waits than the bound allows."""
        return self._waiting >= self._bound

    @property
    def waiting(self) -> int:
        """How much waits to be written; ``bound`` is when that is too much."""
        return self._waiting

    @property
    def bound(self) -> int:
        """How much may wait before changes are refused."""
        return self._bound

    @property
    def trouble(self) -> str | None:
        """What keeps the store from writing right now, as a sentence; ``None`` when it can."""
        return self._trouble

    def observe(self, on_written: Callable[[Counter[str]], None]) -> None:
        """Have it told, on the writer thread, what the facts of each workspace weigh."""
        self._observers.append(on_written)

    def start(self) -> None:
        self._thread.start()

    def write(self, workspace: str, write: Callable[[Connection], T]) -> T:
        """Make a change and block until it is on disk. Raises as ``submit`` and its future do."""
        try:
            return self.submit(workspace, write).result(WAIT_SECONDS)
        except TimeoutError:
            raise StoreFailed(
                f"The disk did not answer within {WAIT_SECONDS:.0f} s. The change may still be "
                "made: look before you make it again."
            ) from None

    def submit(
        self,
        workspace: str,
        write: Callable[[Connection], T],
        *,
        facts: Sequence[Entry] = (),
        weight: int = 1,
    ) -> Future[T]:
        """Queue a change; the future completes after its commit, with what ``write`` returned.

        ``write`` may run more than once, see ``Change``. A queued change can't be cancelled.
        Raises ``StoreBusy``, and ``StoreFailed`` after ``stop`` and for a workspace that another
        node owns; the future raises ``StoreFailed``, or what ``write`` raised.
        """
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        claim = self._own(workspace)
        self._take_in(Change(claim=claim, write=write, facts=facts, waiter=future, weight=weight))
        self._wake()
        return future

    def save(
        self,
        workspace: str,
        write: Callable[[Connection], T] | None = None,
        *,
        inserts: Sequence[Insert] = (),
        facts: Sequence[Entry] = (),
        weight: int = 1,
    ) -> "asyncio.Future[T]":
        """Queue a change from a running loop; the rest is as with ``submit``.

        The writer is woken once for all that a turn of the loop queues. Woken by the first change,
        it would take that alone, and keep the loop waiting for the interpreter's lock.
        """
        inbox = self._inbox_of(asyncio.get_running_loop())
        reply: Reply[T] = Reply(inbox)
        change = Change(
            claim=self._own(workspace),
            write=write,
            inserts=inserts,
            facts=facts,
            waiter=reply,
            weight=weight,
        )
        self._take_in(change)
        inbox.after_turn(self._wake)
        return reply.future

    def append(self, workspace: str, facts: Sequence[Entry]) -> None:
        """Queue facts that nobody waits for, even beyond the bound: what they tell already runs.

        Never fails: what can't be written is kept for later, or counted and logged.
        """
        try:
            change = Change(claim=self._own(workspace), facts=facts)
            with self._arrived:
                self._refuse_when_stopping()
                self._put(change)
                if len(self._queue) in (1, GROUP_SIZE):
                    self._arrived.notify()
        except StoreFailed as error:
            _log.error("facts_dropped", why=str(error), workspace=workspace, facts=len(facts))

    def newest_unwritten(self, workspace: str) -> int:
        """Return the newest sequence that failed to reach the disk. For use inside ``write``."""
        return self._kept.newest_sequence(workspace)

    def stop(self, *, timeout: float) -> Unwritten:
        """Write what waits, within ``timeout`` seconds; tell what was not written; idempotent."""
        with self._arrived:
            self._stopping = True
            self._arrived.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return self._abandon()

    def _own(self, workspace: str) -> Claim:
        claim = self._ownership.own(workspace)
        if isinstance(claim, Elsewhere):
            raise StoreFailed(f"Workspace {workspace} is served by {claim.node}. Go there.")
        return claim

    def _refuse_when_stopping(self) -> None:
        if self._stopping:
            raise StoreFailed("Coldstart is stopping. Try again when it is back.")

    def _inbox_of(self, loop: asyncio.AbstractEventLoop) -> Inbox:
        """Return where the answers for a loop go; there is hardly ever more than one."""
        if self._inbox is None or self._inbox.loop is not loop:
            self._inbox = Inbox(loop)
        return self._inbox

    def _take_in(self, change: Change) -> None:
        """Queue a change that somebody waits for; the writer has to be woken for it."""
        with self._arrived:
            self._refuse_when_stopping()
            if self.busy:
                raise StoreBusy("Too many changes wait to be written. Try again in a moment.")
            self._put(change)

    def _abandon(self) -> Unwritten:
        with self._arrived:
            left = self._take(len(self._queue))
        for change in left:
            change.fail(StoreFailed("Coldstart stopped before this was written."))
        left += list(self._in_hand)
        awaited = sum(change.waiter is not None for change in left)
        facts = sum(len(change.facts) for change in left) + self._kept.facts
        if awaited or facts:
            _log.error("stopped_before_all_was_written", changes=awaited, facts=facts)
        return Unwritten(changes=awaited, facts=facts)

    def _put(self, change: Change) -> None:
        self._queue.append(change)
        self._waiting += change.weight
        self._awaited += change.waiter is not None

    def _wake(self) -> None:
        with self._arrived:
            self._arrived.notify()

    def _take(self, most: int) -> list[Change]:
        group = [self._queue.popleft() for _ in range(min(most, len(self._queue)))]
        self._waiting -= sum(change.weight for change in group)
        self._awaited -= sum(change.waiter is not None for change in group)
        return group

    # -- the writer thread

    def _run(self) -> None:
        while group := self._next_group():
            self._write(group)
            if self._kept and not self._trouble:
                self._write(self._kept.take())
        self._write(self._kept.take())
        self._connection.give_back()

    def _next_group(self) -> list[Change]:
        """Wait for work; nothing when it is time to stop."""
        with self._arrived:
            while not self._due():
                if self._arrived.wait(self._patience()):
                    continue
                if self._queue or self._kept:
                    break
                self._connection.give_back()
            return self._take(GROUP_SIZE) or ([] if self._stopping else self._kept.take())

    def _due(self) -> bool:
        """Whether somebody waits, or there is no room for more."""
        return bool(self._awaited) or self._stopping or len(self._queue) >= GROUP_SIZE

    def _patience(self) -> float | None:
        """Return for how long to wait for more."""
        if self._queue:
            return self._gathering_seconds
        if self._kept:
            return self._retry_seconds
        return IDLE_SECONDS if self._connection.open else None

    def _write(self, group: list[Change]) -> None:
        """Commit a group; if that fails, each change by itself, so that only the bad ones fail."""
        error = self._commit(group) if group else None
        if error is None:
            return
        trouble = judge(error)
        if len(group) == 1 or _hopeless(trouble, group):
            self._fail(group, error, trouble)
            return
        for change in group:
            self._write([change])

    def _commit(self, group: list[Change]) -> Exception | None:
        self._in_hand.update(group)
        try:
            with self._connection.writing() as connection:
                results, facts = self._make(connection, group)
        except Exception as error:  # whatever it is, those who wait must hear of it
            self._lines.forget_numbers()
            return error
        self._in_hand.difference_update(group)
        self._note_recovery()
        for change, result in zip(group, results, strict=True):
            change.succeed(result)
        self._tell(facts)
        return None

    def _make(self, connection: Connection, group: list[Change]) -> tuple[list[Any], Sequence[Row]]:
        """Fence, then all inserts of the group by table, then what each change writes besides.

        What functions wrote goes into their log streams in the order of the changes. Return what
        ``write`` of each returned, and the rows of all facts.
        """
        self._ownership.fence(connection, {change.claim for change in group})
        inserts = _inserts(group)
        for statement, rows in inserts.items():
            statement.run(connection, rows)
        results, written = [], 0
        for place, change in enumerate(group):
            if change.write:
                self._lines.write(connection, group[written:place])
                written = place
            results.append(change.write(connection) if change.write else None)
        self._lines.write(connection, group[written:])
        return results, inserts.get(batches.INSERT, ())

    def _tell(self, facts: Sequence[Row]) -> None:
        written = batches.weights(facts)
        for observer in self._observers if written else ():
            try:
                observer(written)
            except Exception:  # an observer can't hurt the journal
                _log.exception("observer_of_the_journal_failed")

    def _fail(self, group: list[Change], error: Exception, trouble: Trouble | None) -> None:
        why = trouble.sentence if trouble else f"{type(error).__name__}: {error}"
        passing = trouble is not None and trouble.passing
        if passing:
            self._note_trouble(why)
        keep_or_drop = self._kept.keep if passing else self._kept.drop
        for change in group:
            self._kept.note(change)
            change.fail(trouble.as_error() if trouble else error)
            if change.waiter is None:
                keep_or_drop(change, why=why)
        self._in_hand.difference_update(group)

    def _note_trouble(self, why: str) -> None:
        if self._trouble is None:
            _log.error("store_can_not_write", why=why)
        self._trouble = why

    def _note_recovery(self) -> None:
        if self._trouble is not None:
            _log.info("store_writes_again")
        self._trouble = None


def _hopeless(trouble: Trouble | None, group: list[Change]) -> bool:
    """Tell whether trying the changes one by one would only repeat the failure."""
    if trouble is None:
        return False
    nobody_waits = all(change.waiter is None for change in group)
    return trouble.general or (trouble.passing and nobody_waits)


def _inserts(group: Sequence[Change]) -> dict[Prepared, list[Row]]:
    """Return the new rows of a group by statement, those of facts with them."""
    inserts: defaultdict[Prepared, list[Row]] = defaultdict(list)
    facts: defaultdict[Claim, list[Entry]] = defaultdict(list)
    for change in group:
        facts[change.claim] += change.facts
        for statement, row in change.inserts:
            inserts[statement].append(row)
    for claim, told in facts.items():
        if told:
            inserts[batches.INSERT] += batches.batch_rows(claim, told)
    return inserts

"""Whatever is done to a queue, in whatever order, it agrees with a naive list of messages."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from webapp.sources.queues.errors import InvalidParameter, MessageNotInFlight, OverLimit
from webapp.sources.queues.held import Held
from webapp.sources.queues.message import Message
from webapp.sources.queues.queue import Queue
from webapp.sources.queues.settings import new_settings

MOST_RECEIVES = 3
RETENTION = 600


@dataclass
class Naive:
    """A message as the rules tell it, without any structure for speed."""

    identifier: str
    group: str
    sent: float
    visible_at: float
    received: int = 0
    handle: str = ""
    hidden: bool = False


@dataclass
class NaiveQueue:
    fifo: bool
    messages: list[Naive] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)

    def settle(self, now: float) -> None:
        self.messages = [one for one in self.messages if one.sent + RETENTION > now]
        for one in self.messages:
            one.hidden = one.hidden and one.visible_at > now

    def receivable(self, now: float) -> list[Naive]:
        """Return everything that a receive without a limit may give out now."""
        free, closed = [], {one.group for one in self.messages if one.hidden}
        for one in self.messages:
            if one.visible_at <= now and not (self.fifo and one.group in closed):
                free.append(one)
            elif self.fifo:
                closed.add(one.group)  # order: what comes later in the group waits too
        return free


class QueueMachine(RuleBasedStateMachine):
    """The same deeds done to both; ``fifo`` is set by the two classes below."""

    fifo = False

    def __init__(self) -> None:
        super().__init__()
        name = "q.fifo" if self.fifo else "q"
        given = {"MessageRetentionPeriod": str(RETENTION)}
        settings = new_settings(name, given | ({"FifoQueue": "true"} if self.fifo else {}))
        self.queue = Queue(name, settings=settings)
        self.naive = NaiveQueue(self.fifo)
        self.now = 1000.0
        self.count = 0
        self.handles: list[str] = []

    @rule(group=st.sampled_from("abc"), delay=st.sampled_from([0, 0, 0, 40]))
    def send(self, group: str, delay: int) -> None:
        self.count += 1
        message = Message(
            identifier=f"m{self.count}",
            body="x",
            sent=self.now,
            sequence=self.count,
            sender="me",
            group=group if self.fifo else "",
        )
        self.queue.add(Held(message=message, visible_at=self.now + delay), now=self.now)
        self.naive.messages.append(
            Naive(message.identifier, message.group, self.now, self.now + delay)
        )

    @rule(most=st.integers(1, 10), hide=st.sampled_from([0, 20, 30, 300]))
    def receive(self, most: int, hide: int) -> None:
        self._settle()
        expected = self.naive.receivable(self.now)
        batch = self.queue.receive(
            most, hide_seconds=hide, now=self.now, most_receives=MOST_RECEIVES
        )
        taken = [held.message.identifier for held in batch.received]
        dead = [held.message.identifier for held in batch.dead]
        free = {one.identifier: one for one in expected}
        assert len(set(taken)) == len(taken)
        assert set(taken) | set(dead) <= set(free)
        assert all(free[one].received >= MOST_RECEIVES for one in dead)
        assert all(free[one].received < MOST_RECEIVES for one in taken)
        living = [one for one in expected if one.received < MOST_RECEIVES]
        assert len(taken) == min(most, len(living))
        self._check_order([*taken, *dead], expected)
        for held in batch.received:
            one = free[held.message.identifier]
            one.received += 1
            one.visible_at, one.hidden = self.now + hide, hide > 0
            one.handle = self.queue.handle(held)
            self.handles.append(one.handle)
            assert held.receive_count == one.received
        self.naive.messages = [one for one in self.naive.messages if one.identifier not in dead]

    @rule(
        most=st.integers(1, 10), hide=st.sampled_from([0, 20, 300]), later=st.sampled_from([0, 5])
    )
    def receive_what_the_disk_refuses(self, most: int, hide: int, later: int) -> None:
        """What comes to nothing leaves everything as it was, in the same order."""
        self._settle()
        batch = self.queue.receive(
            most, hide_seconds=hide, now=self.now, most_receives=MOST_RECEIVES
        )
        self.now += later
        for held in batch.dead:
            self.queue.add(held, now=self.now)
        for held, former in zip(batch.received, batch.former, strict=True):
            self.queue.put_back(held, former, now=self.now)

    def _check_order(self, taken: list[str], expected: list[Naive]) -> None:
        """In each group the taken messages are its first ones, none left out between."""
        for group in {one.group for one in expected} if self.fifo else ():
            in_order = [one.identifier for one in expected if one.group == group]
            of_group = [one for one in taken if one in in_order]
            assert set(of_group) == set(in_order[: len(of_group)])

    @precondition(lambda self: self.handles)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        self._settle()
        handle = data.draw(st.sampled_from(self.handles))
        one = self._of(handle)
        try:
            held = self.queue.deletable(handle, now=self.now)
        except InvalidParameter:
            assert self.fifo
            assert one is None or not one.hidden
            return
        assert (held.message.identifier if held else None) == (one.identifier if one else None)
        if held is not None and one is not None:
            self.queue.remove(held.message.identifier)
            self.naive.messages.remove(one)

    @precondition(lambda self: self.handles)
    @rule(data=st.data(), seconds=st.sampled_from([0, 10, 100]))
    def change_visibility(self, data: st.DataObject, seconds: int) -> None:
        self._settle()
        handle = data.draw(st.sampled_from(self.handles))
        one = self._of(handle)
        if one is None or not one.hidden:
            with pytest.raises((MessageNotInFlight, InvalidParameter)):
                self.queue.change_visibility(handle, seconds, now=self.now)
            return
        self.queue.change_visibility(handle, seconds, now=self.now)
        one.visible_at = self.now + seconds

    @precondition(lambda self: self.handles)
    @rule(data=st.data(), seconds=st.sampled_from([0, 10, 100]))
    def change_visibility_that_the_disk_refuses(self, data: st.DataObject, seconds: int) -> None:
        self._settle()
        one = self._of(handle := data.draw(st.sampled_from(self.handles)))
        if one is None or not one.hidden:
            return
        held, _ = self.queue.of_handle(handle)
        assert held is not None
        former = replace(held)
        self.queue.change_visibility(handle, seconds, now=self.now)
        self.queue.put_back(held, former, now=self.now)

    @rule(seconds=st.sampled_from([1, 20, 35, 299, 601]))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def restart(self) -> None:
        """What is read back from the disk in order of sequence is the same queue."""
        kept = sorted(self.queue, key=lambda held: held.message.sequence)
        again = Queue(self.queue.name, settings=self.queue.settings)
        for held in kept:
            again.add(held, now=self.now)
        self.queue = again

    @invariant()
    def counts_agree(self) -> None:
        self._settle()
        messages = self.naive.messages
        assert len(self.queue) == len(messages)
        assert self.queue.hidden == sum(one.hidden for one in messages)
        delayed = [one for one in messages if one.visible_at > self.now and not one.hidden]
        assert self.queue.delayed == len(delayed)

    def _of(self, handle: str) -> Naive | None:
        return next((one for one in self.naive.messages if one.handle == handle), None)

    def _settle(self) -> None:
        before = {one.identifier for one in self.naive.messages if one.hidden}
        self.naive.settle(self.now)
        left = {one.identifier: one for one in self.naive.messages}
        returned = {one for one in before if one in left and not left[one].hidden}
        settled = self.queue.settle(self.now)
        assert returned <= {held.message.identifier for held in settled.returned}


class FifoMachine(QueueMachine):
    fifo = True


TestStandardQueue = QueueMachine.TestCase
TestFifoQueue = FifoMachine.TestCase
TestStandardQueue.settings = TestFifoQueue.settings = hypothesis_settings(
    max_examples=60, stateful_step_count=40, deadline=None
)


def test_what_comes_back_to_a_group_has_the_place_that_it_had() -> None:
    queue = Queue("q.fifo", settings=new_settings("q.fifo", {"FifoQueue": "true"}))
    for number in (1, 2, 3):
        message = Message(
            identifier=f"m{number}", body="x", sent=0.0, sequence=number, sender="me", group="g"
        )
        queue.add(Held(message=message, visible_at=0.0), now=0.0)
    gone = [queue.remove(identifier) for identifier in ("m2", "m1")]
    for held in gone:
        assert held is not None
        queue.add(held, now=1.0)
    batch = queue.receive(10, hide_seconds=30, now=2.0)
    assert [held.message.identifier for held in batch.received] == ["m1", "m2", "m3"]


def test_a_queue_gives_out_no_more_than_may_be_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.sources.queues.queue.MOST_IN_FLIGHT", 2)
    queue = Queue("q", settings=new_settings("q", {}))
    for number in (1, 2, 3):
        message = Message(identifier=f"m{number}", body="x", sent=0.0, sequence=number, sender="me")
        queue.add(Held(message=message, visible_at=0.0), now=0.0)
    assert len(queue.receive(2, hide_seconds=30, now=0.0).received) == 2
    with pytest.raises(OverLimit, match="Too many messages in flight for queue q"):
        queue.receive(1, hide_seconds=30, now=1.0)
    queue.settle(31.0)
    assert len(queue.receive(1, hide_seconds=30, now=31.0).received) == 1

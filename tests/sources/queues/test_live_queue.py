"""A queue at work: facts tell what happens, the disk has it first, lab time brings it back."""

import asyncio

import pytest

from tests.fakes.loop import turns
from tests.sources.region import Lab, on_loop
from webapp.sources.errors import SourceError, SourceFailed
from webapp.sources.queues.drafts import Draft
from webapp.sources.queues.errors import OverLimit
from webapp.sources.queues.live_queue import LiveQueue
from webapp.sources.queues.message import Message
from webapp.trace.events import (
    MessageDeadLettered,
    MessageDeleted,
    MessageExpired,
    MessageReceived,
    MessageReturned,
    MessageSent,
)

PATIENCE_SECONDS = 60.0


async def make(lab: Lab, name: str = "q", **attributes: str) -> LiveQueue:
    return await lab.queues.create(name, attributes=attributes, tags={}, run="run")


async def send(live: LiveQueue, body: str = "x", **fields: object) -> Message | SourceError:
    [sent] = await live.send([Draft(body=body, **fields)], run="run", source="api")  # type: ignore[arg-type]
    return sent


def test_what_happens_to_a_message_is_told_each_fact_caused_by_the_one_before() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab)
        await send(live)
        [got] = await live.receive(1)
        lab.wait(31)
        [again] = await live.receive(1)
        assert again.handle != got.handle
        await live.delete_message(again.handle)
        entries = [one for one in lab.log.since(0) if hasattr(one.fact, "message_id")]
        kinds = [type(one.fact) for one in entries]
        assert kinds == [
            MessageSent,
            MessageReceived,
            MessageReturned,
            MessageReceived,
            MessageDeleted,
        ]
        assert [one.cause for one in entries[1:]] == [one.sequence for one in entries[:-1]]
        assert {one.run for one in entries} == {"run"}
        assert entries[2].time == entries[1].time + 31

    on_loop(work)


def test_nothing_is_in_the_queue_before_it_is_on_disk_nor_if_that_fails() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab)
        sending = asyncio.ensure_future(send(live))
        await asyncio.sleep(0)
        assert len(live.queue) == 0
        await sending
        assert len(live.queue) == 1
        lab.store.failing = True
        with pytest.raises(SourceFailed):
            await send(live)
        lab.store.failing = False
        assert len(live.queue) == 1

    on_loop(work)


def test_what_is_asked_twice_at_once_is_answered_by_the_disk_both_times() -> None:
    async def work(lab: Lab) -> None:
        lab.store.failing = True
        created = await asyncio.gather(make(lab), make(lab), return_exceptions=True)
        assert [type(one) for one in created] == [SourceFailed, SourceFailed]
        lab.store.failing = False
        live = await make(lab, "q.fifo", FifoQueue="true")
        message = {"group": "g", "deduplication": "same"}
        lab.store.failing = True
        sent = await asyncio.gather(
            send(live, **message), send(live, **message), return_exceptions=True
        )
        assert [type(one) for one in sent] == [SourceFailed, SourceFailed]
        lab.store.failing = False
        first, second = await asyncio.gather(send(live, **message), send(live, **message))
        assert isinstance(first, Message)
        assert isinstance(second, Message)
        assert (first.identifier, len(live.queue)) == (second.identifier, 1)

    on_loop(work)


def test_a_message_whose_deletion_fails_is_received_again() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab)
        await send(live)
        [got] = await live.receive(1)
        lab.store.failing = True
        with pytest.raises(SourceFailed):
            await live.delete_message(got.handle)
        lab.store.failing = False
        lab.wait(31)
        assert len(await live.receive(1)) == 1

    on_loop(work)


def test_a_restart_keeps_messages_hidden_delayed_and_counted() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab)
        await send(live, "hidden")
        [first] = await live.receive(1)
        await send(live, "delayed", delay_seconds=60)
        await send(live, "visible")
        again = lab.restarted()
        queue = again.queues.find("q")
        assert (queue.queue.hidden, queue.queue.delayed, queue.queue.visible) == (1, 1, 1)
        [got] = await queue.receive(10, hide_seconds=1000)
        assert got.message.body == "visible"
        again.wait(31)
        [hidden] = await queue.receive(10, hide_seconds=300)
        assert (hidden.message.body, hidden.receive_count) == ("hidden", 2)
        assert hidden.message == first.message
        again.wait(30)
        assert "delayed" in [one.message.body for one in await queue.receive(10)]

    on_loop(work)


def test_a_dead_letter_keeps_its_first_sending_and_expires_by_it() -> None:
    async def work(lab: Lab) -> None:
        dead = await make(lab, "dead", MessageRetentionPeriod="100")
        policy = f'{{"deadLetterTargetArn":"{dead.arn}","maxReceiveCount":1}}'
        live = await make(lab, RedrivePolicy=policy)
        await send(live)
        await live.receive(1)
        lab.wait(60)
        assert await live.receive(1) == []
        [fact] = lab.facts(MessageDeadLettered)
        assert (fact.target, fact.receive_count) == ("dead", 1)  # type: ignore[attr-defined]
        assert (len(live.queue), len(dead.queue)) == (0, 1)
        assert [key[0] for key in lab.store.messages] == ["dead"]
        lab.wait(41)
        assert len(dead.queue) == 0
        assert len(lab.facts(MessageExpired)) == 1
        await turns()
        assert lab.store.messages == {}

    on_loop(work)


def test_without_its_dead_letter_queue_a_message_goes_round() -> None:
    async def work(lab: Lab) -> None:
        dead = await make(lab, "dead")
        policy = f'{{"deadLetterTargetArn":"{dead.arn}","maxReceiveCount":1}}'
        live = await make(lab, RedrivePolicy=policy)
        await lab.queues.delete("dead", run="run")
        await send(live)
        for _ in range(3):
            assert len(await live.receive(1, hide_seconds=0)) == 1

    on_loop(work)


def test_a_dead_letter_that_cannot_be_written_stays_where_it_was() -> None:
    async def work(lab: Lab) -> None:
        dead = await make(lab, "dead")
        policy = f'{{"deadLetterTargetArn":"{dead.arn}","maxReceiveCount":1}}'
        live = await make(lab, RedrivePolicy=policy)
        await send(live)
        await live.receive(1, hide_seconds=0)
        lab.store.failing = True
        with pytest.raises(SourceFailed):
            await live.receive(1)
        lab.store.failing = False
        assert (len(live.queue), len(dead.queue)) == (1, 0)
        assert await live.receive(1) == []
        assert len(dead.queue) == 1

    on_loop(work)


def test_a_full_queue_takes_nothing_more_and_says_what_to_do() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab)
        for _ in range(20):
            await send(live)
        refused = await send(live)
        assert isinstance(refused, OverLimit)
        assert "20 messages" in refused.message

    on_loop(work)


def test_who_waits_hears_of_a_deleted_queue() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab)
        waiting = asyncio.ensure_future(live.receive(1, wait_seconds=20))
        await asyncio.sleep(0)
        await lab.queues.delete("q", run="run")
        assert await asyncio.wait_for(waiting, PATIENCE_SECONDS) == []

    on_loop(work)


def test_a_message_that_comes_back_wakes_who_waits() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab)
        await send(live)
        await live.receive(1)
        waiting = asyncio.ensure_future(live.receive(1, wait_seconds=20))
        await asyncio.sleep(0)
        lab.wait(30)
        [got] = await asyncio.wait_for(waiting, PATIENCE_SECONDS)
        assert got.receive_count == 2

    on_loop(work)


def test_a_repeated_fifo_message_is_taken_once_in_five_minutes_also_after_a_restart() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab, "q.fifo", FifoQueue="true")
        draft = {"group": "g", "deduplication": "d"}
        first = await send(live, "one", **draft)
        second = await send(live, "two", **draft)
        assert isinstance(first, Message)
        assert isinstance(second, Message)
        assert second.identifier == first.identifier
        assert len(live.queue) == 1
        again = lab.restarted()
        queue = again.queues.find("q.fifo")
        await send(queue, "three", **draft)
        assert len(queue.queue) == 1
        again.wait(301)
        await send(queue, "four", **draft)
        assert len(queue.queue) == 2

    on_loop(work)


def test_a_fifo_message_that_did_not_reach_the_disk_can_be_sent_again() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab, "q.fifo", FifoQueue="true")
        draft = {"group": "g", "deduplication": "d"}
        lab.store.failing = True
        with pytest.raises(SourceFailed):
            await send(live, "one", **draft)
        lab.store.failing = False
        await send(live, "one", **draft)
        assert len(live.queue) == 1

    on_loop(work)


def test_an_attempt_can_be_repeated_for_five_minutes_and_hides_its_messages_anew() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab, "q.fifo", FifoQueue="true", VisibilityTimeout="200")
        await send(live, "one", group="g", deduplication="d")
        [first] = await live.receive(10, attempt="a")
        lab.wait(150)
        [again] = await live.receive(10, attempt="a")
        assert (again.handle, again.receive_count) == (first.handle, 1)
        assert again.hidden_until == first.hidden_until + 150
        assert lab.store.messages["q.fifo", again.message.identifier].visible_at == (
            again.hidden_until
        )
        lab.wait(149)
        [still] = await live.receive(10, hide_seconds=43_200, attempt="a")
        assert still.hidden_until == still.first_received + 43_200
        lab.wait(1)
        assert await live.receive(10, attempt="a") == []

    on_loop(work)


def test_an_attempt_whose_message_came_back_or_was_hidden_otherwise_receives() -> None:
    async def work(lab: Lab) -> None:
        live = await make(lab, "q.fifo", FifoQueue="true")
        await send(live, "one", group="g", deduplication="d")
        [first] = await live.receive(10, attempt="a")
        await live.change_visibility(first.handle, 60)
        assert await live.receive(10, attempt="a") == []
        lab.wait(61)
        [second] = await live.receive(10, attempt="a")
        assert (second.receive_count, second.handle == first.handle) == (2, False)

    on_loop(work)

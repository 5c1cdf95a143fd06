"""Message move tasks: dead letters go back to their source, or to another queue. Loop thread only.

A task moves what is in the dead-letter queue when it starts, on the lab clock at the rate that was
asked for. Tasks are not kept over a restart: a message is in one queue or the other, never lost.
"""

import asyncio
import base64
import json
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from webapp.sources.errors import SourceError
from webapp.sources.ports import Recorder, Timers
from webapp.sources.queues.errors import InvalidParameter, ResourceNotFound, UnsupportedOperation
from webapp.sources.queues.held import Held
from webapp.sources.queues.transfer import move

if TYPE_CHECKING:
    from webapp.sources.queues.live_queue import LiveQueue

MoveStatus = Literal["RUNNING", "COMPLETED", "CANCELLED", "FAILED"]
MOST_PER_SECOND = 500
MOST_LISTED = 10
_NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"
_NO_SOURCE = "CouldNotDetermineMessageSource"
_QUICK = 500
"""Moved in one go where no rate was asked for; SQS moves as fast as it can."""


class MoveFailed(Exception):
    """A message has nowhere to go. ``reason`` says why as ListMessageMoveTasks tells it."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(slots=True, kw_only=True)
class MoveTask:
    """One task. ``started`` is lab time; ``reason`` is SQS's word for the ``failure``."""

    source_arn: str
    destination_arn: str
    per_second: int | None
    started: float
    wanted: int
    run: str
    moved: int = 0
    status: MoveStatus = "RUNNING"
    failure: str = ""
    reason: str = ""
    identifier: str = field(default_factory=lambda: str(uuid.uuid4()))
    moving: "asyncio.Task[None] | None" = field(default=None, repr=False)

    def fail(self, failure: str, *, reason: str) -> None:
        """End the task; what was moved stays moved."""
        self.status, self.failure, self.reason = "FAILED", failure, reason

    @property
    def handle(self) -> str:
        text = f'{{"taskId":"{self.identifier}","sourceArn":"{self.source_arn}"}}'
        return base64.b64encode(text.encode()).decode()


class Moves:
    """The move tasks of a region, the newest last."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        timers: Timers,
        queue_of: Callable[[str], "LiveQueue | None"],
        sources_of: Callable[[str], list["LiveQueue"]],
    ) -> None:
        self._recorder = recorder
        self._timers = timers
        self._queue_of = queue_of
        self._sources_of = sources_of
        self._tasks: deque[MoveTask] = deque(maxlen=1000)
        self._running: set[asyncio.Task[None]] = set()

    def start(
        self, *, source_arn: str, destination_arn: str, per_second: int | None, run: str
    ) -> MoveTask:
        """Begin to move what is in a dead-letter queue. Raises a ``SourceError``."""
        source = self._source(source_arn)
        if destination_arn and self._queue_of(destination_arn) is None:
            raise _no("DestinationArn")
        if per_second is not None and not 1 <= per_second <= MOST_PER_SECOND:
            raise InvalidParameter(
                f"Value {per_second} for parameter MaxNumberOfMessagesPerSecond is invalid. "
                f"Reason: Must be between 1 and {MOST_PER_SECOND}."
            )
        task = MoveTask(
            source_arn=source_arn,
            destination_arn=destination_arn,
            per_second=per_second,
            started=self._recorder.now(),
            wanted=source.queue.visible,
            run=run,
        )
        self._tasks.append(task)
        moving = asyncio.ensure_future(self._move(task, source))
        task.moving = moving
        self._running.add(moving)
        moving.add_done_callback(self._running.discard)
        return task

    def cancel(self, handle: str) -> MoveTask:
        """Stop a running task; what was moved stays moved. Raises a ``SourceError``."""
        source_arn = _source_of(handle)
        if self._queue_of(source_arn) is None:
            raise _no("SourceArn")
        task = next((one for one in self._tasks if one.handle == handle), None)
        if task is None:
            raise ResourceNotFound("Task does not exist.")
        if task.status != "RUNNING":
            raise UnsupportedOperation(
                f"Only a task that runs can be cancelled; this one is {task.status}."
            )
        task.status = "CANCELLED"
        return task

    def of(self, source_arn: str, *, most: int) -> list[MoveTask]:
        """Return the latest tasks of a dead-letter queue. Raises a ``SourceError``."""
        if not 1 <= most <= MOST_LISTED:
            raise InvalidParameter(
                f"Value {most} for parameter MaxResults is invalid. Reason: Must be between 1 and "
                f"{MOST_LISTED}, if provided."
            )
        if self._queue_of(source_arn) is None:
            raise _no("SourceArn")
        found = [task for task in reversed(self._tasks) if task.source_arn == source_arn]
        return found[:most]

    def _source(self, arn: str) -> "LiveQueue":
        source = self._queue_of(arn)
        if source is None:
            raise _no("SourceArn")
        if not self._sources_of(source.name):
            raise InvalidParameter("Source queue must be configured as a Dead Letter Queue.")
        if any(one.source_arn == arn and one.status == "RUNNING" for one in self._tasks):
            raise InvalidParameter(
                "There is already a task running. Only one active task is allowed for a source "
                "queue arn at a given time."
            )
        return source

    async def _move(self, task: MoveTask, source: "LiveQueue") -> None:
        waiting = deque(source.queue.visible_messages(self._recorder.now()))
        try:
            while waiting and task.status == "RUNNING":
                for _ in range(min(task.per_second or _QUICK, len(waiting))):
                    await self._move_one(task, source, waiting.popleft())
                if waiting and task.per_second:
                    await self._second()
        except MoveFailed as failed:
            task.fail(str(failed), reason=failed.reason)
        except SourceError as error:
            task.fail(f"{error.code}: {error.message}", reason=error.code)
        if task.status == "RUNNING":
            task.status = "COMPLETED"

    async def _move_one(self, task: MoveTask, source: "LiveQueue", held: Held) -> None:
        if task.status != "RUNNING" or not source.queue.can_move(held, self._recorder.now()):
            return
        arn = task.destination_arn or held.message.source_arn
        target = self._queue_of(arn)
        if target is None:
            raise MoveFailed(
                f"There is no queue {arn or 'that the message came from'}",
                reason=_NO_QUEUE if arn else _NO_SOURCE,
            )
        await move(held, source=source, target=target)
        task.moved += 1

    async def _second(self) -> None:
        """Wait a second of lab time, to which the clock may jump (rule 10)."""
        passed = asyncio.Event()
        self._timers.at(self._recorder.now() + 1.0, passed.set, pulls=True)
        await passed.wait()


def _source_of(handle: str) -> str:
    """Return the queue that a task's handle names. Raises ``InvalidParameter``."""
    try:
        return str(json.loads(base64.b64decode(handle, validate=True))["sourceArn"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InvalidParameter("Value for parameter TaskHandle is invalid.") from None


def _no(parameter: str) -> ResourceNotFound:
    return ResourceNotFound(
        f"The resource that you specified for the {parameter} parameter doesn't exist."
    )

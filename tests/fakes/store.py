"""A store in memory that keeps the contract of the real one; tests/storage proves it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from webapp.clock import ClockState
from webapp.runtime.events.queued_event import QueuedEvent
from webapp.runtime.model import FunctionRecord
from webapp.runtime.ports import StoreBusy, WorkspaceRecord
from webapp.runtime.urls.url_config import UrlTarget
from webapp.trace.events import Entry

T = TypeVar("T")


class _Workspace:
    def __init__(self) -> None:
        self.clock = ClockState()
        self.functions: dict[tuple[str, str], FunctionRecord] = {}
        self.versions: dict[tuple[str, str, int], FunctionRecord] = {}
        self.last_versions: dict[tuple[str, str], int] = {}
        self.facts: dict[int, Entry] = {}
        self.newest_epoch = 0
        self.events: dict[str, QueuedEvent] = {}


class MemoryStore:
    """Implements ``Store``. Like the real one it completes later, on a turn of the loop.

    A test can make it refuse (``busy = True``), fail the next changes (``failure = ...``), or
    hold every answer back (``hold()``, ``release()``) to look at what waits for the disk.
    """

    def __init__(self, *, epoch: int = 1) -> None:
        self.epoch = epoch
        self.busy = False
        self.failure: Exception | None = None
        self.archives: dict[str, bytes] = {}
        self._workspaces: dict[str, _Workspace] = {}
        self._held: list[Callable[[], object]] | None = None

    def hold(self) -> None:
        """Keep every change from now on waiting until ``release``."""
        self._held = []

    def release(self) -> None:
        """Make the held changes, in order, and hold no more."""
        held, self._held = self._held or [], None
        for make in held:
            make()

    def open_workspace(self, workspace: str) -> Awaitable[WorkspaceRecord]:
        return self._change(lambda: self._record(workspace))

    def save_function(
        self,
        workspace: str,
        function: FunctionRecord,
        *,
        facts: Sequence[Entry],
        versions: Sequence[FunctionRecord] = (),
        deleted_versions: Collection[str] = (),
    ) -> Awaitable[None]:
        def save() -> None:
            kept, key = self._kept(workspace), (function.name, function.region)
            kept.functions[key] = function
            kept.versions.update({(*key, int(one.version)): one for one in versions})
            for number in deleted_versions:
                kept.versions.pop((*key, int(number)), None)
            self._keep_facts(workspace, facts)

        return self._change(save)

    def delete_function(
        self,
        workspace: str,
        name: str,
        *,
        region: str,
        facts: Sequence[Entry],
        last_version: int = 0,
    ) -> Awaitable[None]:
        def delete() -> None:
            kept = self._kept(workspace)
            kept.functions.pop((name, region), None)
            for key in [one for one in kept.versions if one[:2] == (name, region)]:
                del kept.versions[key]
            kept.last_versions.pop((region, name), None)
            if last_version:
                kept.last_versions[region, name] = last_version
            self._keep_facts(workspace, facts)

        return self._change(delete)

    def find_url(self, identifier: str) -> Awaitable[UrlTarget | None]:
        def find() -> UrlTarget | None:
            for workspace, kept in self._workspaces.items():
                for one in kept.functions.values():
                    urls = {"": one.url, **{key: each.url for key, each in one.aliases.items()}}
                    for qualifier, url in urls.items():
                        if url is not None and url.identifier == identifier:
                            return UrlTarget(
                                workspace=workspace,
                                region=one.region,
                                function=one.name,
                                qualifier=qualifier,
                            )
            return None

        answer: asyncio.Future[UrlTarget | None] = asyncio.get_running_loop().create_future()
        answer.set_result(find())
        return answer

    def save_clock(
        self, workspace: str, state: ClockState, *, facts: Sequence[Entry]
    ) -> Awaitable[None]:
        def save() -> None:
            self._kept(workspace).clock = state
            self._keep_facts(workspace, facts)

        return self._change(save)

    def write_facts(self, workspace: str, facts: Sequence[Entry]) -> None:
        self._keep_facts(workspace, facts)

    def save_event(
        self, workspace: str, event: QueuedEvent, *, facts: Sequence[Entry]
    ) -> Awaitable[None]:
        def save() -> None:
            events = self._kept(workspace).events
            known = events.get(event.request_id)
            payload = event.payload if known is None else known.payload
            events[event.request_id] = replace(event, payload=payload)
            self._keep_facts(workspace, facts)

        return self._change(save)

    def delete_event(
        self, workspace: str, event: QueuedEvent, *, facts: Sequence[Entry]
    ) -> Awaitable[None]:
        def delete() -> None:
            self._kept(workspace).events.pop(event.request_id, None)
            self._keep_facts(workspace, facts)

        return self._change(delete)

    async def workspaces_with_events(self) -> Sequence[str]:
        return [name for name, kept in self._workspaces.items() if kept.events]

    async def event_payload(self, workspace: str, event: QueuedEvent) -> bytes:
        payload = self._kept(workspace).events[event.request_id].payload
        assert payload is not None
        return payload

    def save_archive(self, digest: str, data: bytes) -> Awaitable[None]:
        def save() -> None:
            self.archives.setdefault(digest, data)

        return self._change(save)

    def delete_unused_archives(self, digests: Collection[str]) -> Awaitable[Collection[str]]:
        def delete() -> Collection[str]:
            every = (
                one
                for kept in self._workspaces.values()
                for one in (*kept.functions.values(), *kept.versions.values())
            )
            unused = set(digests) - {one.code_digest for one in every}
            for digest in unused:
                self.archives.pop(digest, None)
            return unused

        return self._change(delete)

    def archive(self, digest: str) -> Awaitable[bytes]:
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        if digest in self.archives:
            answer.set_result(self.archives[digest])
        else:
            answer.set_exception(KeyError(digest))
        return answer

    def entries(self, workspace: str, *, after: int, limit: int) -> list[Entry]:
        """Return at most ``limit`` facts after sequence ``after``, in order."""
        facts = self._kept(workspace).facts
        return [facts[sequence] for sequence in sorted(facts) if sequence > after][:limit]

    def oldest_sequence(self, workspace: str) -> int | None:
        """Return the sequence of the oldest fact that is kept."""
        return min(self._kept(workspace).facts, default=None)

    def _kept(self, workspace: str) -> _Workspace:
        return self._workspaces.setdefault(workspace, _Workspace())

    def _record(self, workspace: str) -> WorkspaceRecord:
        kept = self._kept(workspace)
        return WorkspaceRecord(
            identifier=workspace,
            account="000000000000",
            region="us-east-1",
            clock=kept.clock,
            functions=tuple(kept.functions[key] for key in sorted(kept.functions)),
            versions=tuple(kept.versions[key] for key in sorted(kept.versions)),
            last_versions=dict(kept.last_versions),
            events=[event.waiting() for event in kept.events.values()],
            last_sequence=max(kept.facts, default=0),
            epoch=self.epoch,
            newest_epoch=kept.newest_epoch,
        )

    def _keep_facts(self, workspace: str, facts: Sequence[Entry]) -> None:
        kept = self._kept(workspace)
        kept.facts.update({entry.sequence: entry for entry in facts})
        kept.newest_epoch = self.epoch if facts else kept.newest_epoch

    def _change(self, make: Callable[[], T]) -> Awaitable[T]:
        if self.busy:
            raise StoreBusy("Too many changes wait to be written. Try again in a moment.")
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if self._held is None:
            asyncio.get_running_loop().call_soon(self._complete, answer, make)
        else:
            self._held.append(lambda: self._complete(answer, make))
        return answer

    def _complete(self, answer: asyncio.Future[T], make: Callable[[], T]) -> None:
        failure = self.failure
        result = None if failure else make()
        if answer.cancelled():
            return
        if failure:
            answer.set_exception(failure)
        else:
            answer.set_result(cast(T, result))

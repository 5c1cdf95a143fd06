"""A workspace as a learner uses it: deploy, invoke, and read what happened."""

import asyncio
import json
import textwrap
from collections.abc import Mapping
from typing import Any, TypeVar

from webapp.runtime.model import Configuration, Faults, FunctionRecord, Invocation, Outcome
from webapp.runtime.platform import Deployment, Platform
from webapp.runtime.workspace import Workspace
from webapp.trace.events import Entry, Fact, LogWritten

WAIT_SECONDS = 120.0
PATIENT_TIMEOUT = 60
F = TypeVar("F", bound=Fact)


class Lab:
    """One workspace. ``call`` invokes with a plain value and never raises for learner code."""

    def __init__(self, platform: Platform, workspace: Workspace) -> None:
        self.platform = platform
        self.workspace = workspace
        self.run = workspace.start_run("test")

    @classmethod
    async def open(cls, platform: Platform, name: str = "local") -> "Lab":
        """Open a workspace by name."""
        return cls(platform, await platform.workspace(name))

    async def deploy(
        self,
        name: str,
        code: str = "",
        *,
        files: Mapping[str, str] | None = None,
        faults: Faults | None = None,
        **configuration: Any,
    ) -> FunctionRecord:
        """Make a function with this code in ``handler.py``, and wait until it is ready.

        Where its timeout is not the subject it is a long one: the machine may be a busy one.
        """
        configuration.setdefault("timeout", PATIENT_TIMEOUT)
        sources = {"handler.py": textwrap.dedent(code), **(files or {})}
        deployment = Deployment(
            name=name, configuration=Configuration(**configuration), files=sources
        )
        record = await self.platform.deploy(self.workspace.identifier, deployment, run=self.run)
        if faults is not None:
            await self.set_faults(name, faults)
        return record

    async def set_faults(self, name: str, faults: Faults) -> None:
        """Turn the fault knobs and wait until they are in effect."""
        await self.workspace.registry.set_faults(name, faults=faults, run=self.run)
        await self.workspace.registry.ready(name)

    async def call(self, function: str, event: Any = None, **fields: Any) -> Outcome:
        """Invoke with an event."""
        payload = json.dumps({} if event is None else event).encode()
        return await self.send(function, payload, **fields)

    async def send(self, function: str, payload: bytes, **fields: Any) -> Outcome:
        """Invoke with raw bytes."""
        invocation = Invocation(function=function, payload=payload, run=self.run, **fields)
        return await self.platform.invoke(self.workspace.identifier, invocation)

    async def value(self, function: str, event: Any = None) -> Any:
        """Invoke and return the handler's answer; it must not fail."""
        return answer(await self.call(function, event))

    def begin(self, function: str, event: Any = None, **fields: Any) -> "asyncio.Task[Outcome]":
        """Invoke in the background."""
        return asyncio.ensure_future(self.call(function, event, **fields))

    def facts(self, kind: type[F], /, **fields: Any) -> list[F]:
        """Return the facts of a kind, in order, whose fields have these values."""
        return [fact for fact in self._facts(kind) if _fits(fact, fields)]

    def fact(self, kind: type[F], /, **fields: Any) -> F:
        """Return the only such fact."""
        (found,) = self.facts(kind, **fields)
        return found

    async def until(self, kind: type[F], /, *, count: int = 1, **fields: Any) -> list[F]:
        """Wait until there are so many such facts, and return them."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                seen = self.workspace.log.last_sequence
                found = self.facts(kind, **fields)
                if len(found) >= count:
                    return found
                await self._news(seen)

    def entries(self) -> list[Entry]:
        """Return the whole trace."""
        return self.workspace.log.since(0)

    def log(self, **fields: Any) -> list[str]:
        """Return the log events."""
        return [fact.text for fact in self.facts(LogWritten, **fields)]

    async def _news(self, sequence: int) -> None:
        log = self.workspace.log
        await asyncio.to_thread(log.wait_beyond, sequence, timeout=0.2)

    def _facts(self, kind: type[F]) -> list[F]:
        return [entry.fact for entry in self.entries() if isinstance(entry.fact, kind)]


def answer(outcome: Outcome) -> Any:
    """Return what the handler returned; the invocation must not have failed."""
    assert outcome.status == "ok", outcome
    return json.loads(outcome.payload)


def error(outcome: Outcome) -> Any:
    """Return the error object of a failed invocation."""
    assert outcome.function_error == "Unhandled", outcome
    return json.loads(outcome.payload)


def _fits(fact: Fact, fields: Mapping[str, Any]) -> bool:
    return all(getattr(fact, name) == value for name, value in fields.items())

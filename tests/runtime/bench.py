"""A whole platform on fakes, in virtual time: what the tests of the runtime's core stand on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests.fakes import runtimes
from tests.fakes.launcher import FakeLauncher
from tests.fakes.loop import InlineExecutor, real
from tests.fakes.store import MemoryStore
from webapp.runtime.code.code import pack
from webapp.runtime.model import Configuration, FunctionRecord, Invocation, Limits, Outcome
from webapp.runtime.platform import Deployment, Platform
from webapp.runtime.workspace import Workspace
from webapp.trace.events import Fact

F = TypeVar("F", bound=Fact)

NAME = "greeter"
RUN = "run"


def files(text: str = "v1") -> Mapping[str, str]:
    return {"handler.py": f"# {text}\n"}


def code(text: str = "v1") -> bytes:
    return pack(files(text))


@dataclass
class Bench:
    """Make it inside the loop. ``start`` opens one workspace, ``w``."""

    folder: Path
    limits: Limits = field(default_factory=Limits)
    store: MemoryStore = field(default_factory=MemoryStore)
    most_workspaces: int = 2000
    draws: list[float] = field(default_factory=list)
    """What chance brings next, for aliases of two versions."""
    launcher: FakeLauncher = field(default_factory=lambda: FakeLauncher(runtimes.obedient))

    def __post_init__(self) -> None:
        self.platform = Platform(
            launcher=self.launcher,
            store=self.store,
            limits=self.limits,
            code_root=self.folder / "code",
            executor=InlineExecutor(),
            real=real,
            most_workspaces=self.most_workspaces,
            chance=lambda: self.draws.pop(0),
        )

    async def open(self, name: str = "w") -> Workspace:
        return await self.platform.workspace(name)

    async def deploy(self, text: str = "v1", *, name: str = NAME, **changes: Any) -> FunctionRecord:
        """Deploy code, with changes to the configuration; ``init`` says how it starts."""
        init = changes.pop("init", None)
        variables = {"INIT": init} if init else {}
        deployment = Deployment(
            name=name,
            configuration=Configuration(variables=variables, **changes),
            files=files(text),
        )
        return await self.platform.deploy("w", deployment, run=RUN)

    async def invoke(
        self, do: str = "answer", *, name: str = NAME, qualifier: str | None = None, **details: Any
    ) -> Outcome:
        """Invoke with an event that says what to do."""
        payload = json.dumps({"do": do, **details}).encode()
        invocation = Invocation(function=name, qualifier=qualifier, payload=payload, run=RUN)
        return await self.platform.invoke("w", invocation)

    async def facts(self, kind: type[F]) -> list[F]:
        """Return the facts of a kind, in order."""
        entries = (await self.open()).log.since(0)
        return [entry.fact for entry in entries if isinstance(entry.fact, kind)]

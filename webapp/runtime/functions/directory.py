"""The functions of one region as they are found: by name, version and alias (1, 9)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

from webapp.runtime.environments import variables
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.functions.alias import Alias, Share
from webapp.runtime.functions.function import Function
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.model import LATEST, Address, FunctionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a call goes: what runs, and by which alias it came there.

    ``weight`` is the share of that version where the alias shares calls, else 0.0.
    """

    function: FunctionRecord
    alias: str = ""
    weight: float = 0.0


class Directory:
    """Functions with their versions and aliases. Loop thread only; who changes them is below."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._functions: dict[str, Function] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    # -- functions

    def function(self, name: str) -> Function:
        """Return a function, all of it. Raises ``ResourceNotFound``."""
        function = self._functions.get(name)
        if function is None or function.leaving:
            raise ResourceNotFound(f"Function not found: {self.arn(name)}")
        return function

    def get(self, name: str) -> FunctionRecord:
        """Return a function as it is defined. Raises ``ResourceNotFound``."""
        return self.function(name).record

    def find(self, name: str) -> FunctionRecord | None:
        """Return a function as it is defined, ``None`` if there is none."""
        function = self._functions.get(name)
        return None if function is None or function.leaving else function.record

    def serving(self, name: str) -> FunctionRecord:
        """Return what a call of ``$LATEST`` would run now. Raises ``ResourceNotFound``."""
        return self.function(name).serving

    def all(self) -> list[FunctionRecord]:
        """Return every function, by name."""
        kept = [one.record for one in self._functions.values() if not one.leaving]
        return sorted(kept, key=lambda record: record.name)

    def versions(self, name: str) -> list[FunctionRecord]:
        """Return ``$LATEST`` and every version, by number. Raises ``ResourceNotFound``."""
        function = self.function(name)
        published = sorted(function.versions.values(), key=lambda one: int(one.version))
        return [function.record, *published]

    def arn(self, name: str) -> str:
        """Return a function's ARN without a qualifier."""
        return variables.function_arn(
            name, account=self._address.account, region=self._address.region
        )

    # -- qualifiers

    def resolve(self, reference: FunctionReference) -> FunctionRecord:
        """Return what a client means: of an alias the version that it names first.

        Raises ``ResourceNotFound``.
        """
        function = self.function(reference.name)
        alias = function.record.aliases.get(reference.version)
        version = reference.version if alias is None else alias.version
        return function.record if version == LATEST else self._version(function, version, reference)

    def alias(self, reference: FunctionReference) -> Alias | None:
        """Return the alias that a client means, ``None`` if it means none."""
        record = self.find(reference.name)
        return None if record is None else record.aliases.get(reference.version)

    def holder(self, reference: FunctionReference) -> FunctionRecord | Alias | None:
        """Return what has the policy of a qualifier; ``None`` if there is no such thing.

        An alias has one of its own. Raises ``ResourceNotFound`` if there is no function.
        """
        function = self.function(reference.name)
        if reference.version == LATEST:
            return function.record
        return self.alias(reference) or function.versions.get(reference.version)

    def route(self, reference: FunctionReference, *, chance: Callable[[], float]) -> Route:
        """Return what a call runs now; an alias of two versions asks ``chance``, each time anew.

        Raises ``ResourceNotFound``.
        """
        function = self.function(reference.name)
        alias = function.record.aliases.get(reference.version)
        if alias is None:
            return Route(function=self._serving(function, reference.version, reference))
        share = alias.choose(chance()) if alias.weights else Share(version=alias.version, weight=0)
        return Route(
            function=self._serving(function, share.version, reference),
            alias=alias.name,
            weight=share.weight,
        )

    def _serving(
        self, function: Function, version: str, reference: FunctionReference
    ) -> FunctionRecord:
        return (
            function.serving if version == LATEST else self._version(function, version, reference)
        )

    def _version(
        self, function: Function, version: str, reference: FunctionReference
    ) -> FunctionRecord:
        found = function.versions.get(version)
        if found is None:
            arn = self.arn(reference.name)
            raise ResourceNotFound(f"Function not found: {arn}:{reference.version}")
        return found

    # -- one after the other

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[None]:
        """Hold a function for several changes; who comes meanwhile waits instead of a 409."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            yield

    def check_idle(self, name: str) -> None:
        """Raise ``ResourceConflict`` while an update of this function is in progress."""
        self.function(name).check_idle(arn=self.arn(name))

    async def ready(self, name: str) -> FunctionRecord:
        """Wait until nothing is being prepared; return the function."""
        while (preparation := self.function(name).preparation) and not preparation.done():
            await asyncio.wait([preparation])
        return self.get(name)

    @property
    def preparing(self) -> bool:
        """Whether some function is on its way to serve, or to be gone."""
        return any(
            one.leaving or (one.preparation is not None and not one.preparation.done())
            for one in self._functions.values()
        )

    # -- how many, how large

    def __len__(self) -> int:
        """How many names are taken, those included that wait to be free."""
        return len(self._functions)

    @property
    def published(self) -> int:
        """How many versions there are."""
        return sum(len(one.versions) for one in self._functions.values())

    @property
    def code_bytes(self) -> int:
        """What the functions' zips take in the store."""
        return sum(one.code_bytes for one in self._functions.values())

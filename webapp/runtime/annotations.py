"""Tags and permissions of a region's functions: kept with them, noticed by no environment."""

from collections.abc import Collection, Mapping
from typing import Any

from webapp.runtime import policy, tags
from webapp.runtime.errors import InvalidParameterValue, PreconditionFailed, ResourceNotFound
from webapp.runtime.function_reference import FunctionReference
from webapp.runtime.model import LATEST, FunctionRecord
from webapp.runtime.policy import Permission, Statement
from webapp.runtime.registry import Registry
from webapp.trace.events import Change

NOTHING = "The resource you requested does not exist."


class Annotations:
    """Changes what is written on a function. Loop thread only."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    # -- tags

    def tags(self, function: FunctionReference) -> Mapping[str, str]:
        """Return a function's tags. Raises ``ResourceNotFound``."""
        return self._tagged(function).tags

    async def tag(self, function: FunctionReference, new: Mapping[str, str], *, run: str) -> None:
        """Add tags, or change their values. Raises a ``ServiceError`` in AWS's words."""
        async with self._registry.alone(function.name):
            record = self._tagged(function)
            self._registry.check_idle(record.name)
            await self._set(record, "tags", run=run, tags=tags.tagged(record.tags, new))

    async def untag(self, function: FunctionReference, keys: Collection[str], *, run: str) -> None:
        """Take tags away."""
        async with self._registry.alone(function.name):
            record = self._tagged(function)
            self._registry.check_idle(record.name)
            await self._set(record, "tags", run=run, tags=tags.untagged(record.tags, keys))

    # -- permissions

    def policy(self, function: FunctionReference) -> FunctionRecord:
        """Return the function whose policy is asked for. Raises ``ResourceNotFound``."""
        record = self._registry.get(function.name)
        if function.qualifier is not None or not record.policy:
            raise ResourceNotFound(NOTHING)
        return record

    async def allow(
        self,
        function: FunctionReference,
        permission: Permission,
        *,
        run: str,
        revision_id: str | None = None,
    ) -> Statement:
        """Add a statement to the policy and return it."""
        if function.qualifier == LATEST:
            raise InvalidParameterValue("We currently do not support adding policies for $LATEST.")
        async with self._registry.alone(function.name):
            record = self._permitted(function, revision_id)
            new = policy.statement(permission, resource=self._registry.arn(record.name))
            together = policy.with_statement(record.policy, new)
            await self._set(record, "permissions", run=run, policy=together)
            return new

    async def disallow(
        self,
        function: FunctionReference,
        statement_id: str,
        *,
        run: str,
        revision_id: str | None = None,
    ) -> None:
        """Take a statement out of the policy."""
        async with self._registry.alone(function.name):
            record = self._permitted(function, revision_id)
            arn = self._registry.arn(record.name)
            left = policy.without_statement(record.policy, statement_id, arn=arn)
            await self._set(record, "permissions", run=run, policy=left)

    # -- inside

    def _tagged(self, function: FunctionReference) -> FunctionRecord:
        if function.qualifier is not None:
            raise InvalidParameterValue(
                "Tags on function aliases and versions are not supported. "
                "Please specify a function ARN."
            )
        return self._registry.get(function.name)

    def _permitted(self, function: FunctionReference, revision_id: str | None) -> FunctionRecord:
        record = self._registry.resolve(function)
        if revision_id is not None and revision_id != record.revision_id:
            raise PreconditionFailed(look="GetPolicy")
        return record

    async def _set(
        self, record: FunctionRecord, change: Change, *, run: str, **fields: Any
    ) -> None:
        await self._registry.annotate(record.name, change, run=run, **fields)

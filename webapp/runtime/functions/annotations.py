"""Tags and permissions of a region's functions: kept with them, noticed by no environment."""

from collections.abc import Collection, Mapping
from typing import Any

from webapp.runtime.errors import InvalidParameterValue, PreconditionFailed, ResourceNotFound
from webapp.runtime.functions import policy, tags
from webapp.runtime.functions.alias import Alias
from webapp.runtime.functions.aliases import Aliases
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.policy import Permission, Statement
from webapp.runtime.functions.registry import Registry
from webapp.runtime.functions.versions import Versions
from webapp.runtime.model import LATEST, FunctionRecord
from webapp.trace.events import Change

NOTHING = "The resource you requested does not exist."


class Annotations:
    """Changes what is written on a function. Loop thread only."""

    def __init__(self, registry: Registry, *, versions: Versions, aliases: Aliases) -> None:
        self._registry = registry
        self._versions = versions
        self._aliases = aliases

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

    def policy(self, function: FunctionReference) -> FunctionRecord | Alias:
        """Return the function, version or alias whose policy is asked for.

        Raises ``ResourceNotFound``.
        """
        holder = None if function.qualifier == LATEST else self._registry.holder(function)
        if holder is None or not holder.policy:
            raise ResourceNotFound(NOTHING)
        return holder

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
            holder = self._permitted(function, revision_id)
            new = policy.statement(permission, resource=self._arn(function))
            await self._permit(function, policy.with_statement(holder.policy, new), run=run)
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
            holder = self._permitted(function, revision_id)
            arn = self._arn(function)
            left = policy.without_statement(holder.policy, statement_id, arn=arn)
            await self._permit(function, left, run=run)

    # -- inside

    def _tagged(self, function: FunctionReference) -> FunctionRecord:
        if function.qualifier is not None:
            raise InvalidParameterValue(
                "Tags on function aliases and versions are not supported. "
                "Please specify a function ARN."
            )
        return self._registry.get(function.name)

    def _permitted(
        self, function: FunctionReference, revision_id: str | None
    ) -> FunctionRecord | Alias:
        holder = self._registry.holder(function)
        if holder is None:
            raise ResourceNotFound(_not_found(function, arn=self._arn(function)))
        if revision_id is not None and revision_id != holder.revision_id:
            raise PreconditionFailed(look="GetPolicy")
        return holder

    def _arn(self, function: FunctionReference) -> str:
        arn = self._registry.arn(function.name)
        return arn if function.version == LATEST else f"{arn}:{function.version}"

    async def _permit(
        self, function: FunctionReference, statements: tuple[Statement, ...], *, run: str
    ) -> None:
        name, version = function.name, function.version
        if version == LATEST:
            await self._registry.annotate(name, "permissions", run=run, policy=statements)
        elif self._registry.alias(function) is not None:
            await self._aliases.annotate(name, version, "permissions", run=run, policy=statements)
        else:
            await self._versions.permit(name, version, statements, run=run)

    async def _set(
        self, record: FunctionRecord, change: Change, *, run: str, **fields: Any
    ) -> None:
        await self._registry.annotate(record.name, change, run=run, **fields)


def _not_found(function: FunctionReference, *, arn: str) -> str:
    is_number = function.version.isdecimal()
    return f"Function not found: {arn}" if is_number else f"Cannot find alias arn: {arn}"

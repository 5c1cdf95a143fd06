"""The aliases of a region's functions: made, moved, taken (lambda-behaviour 9.2)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from webapp.runtime.errors import (
    InvalidParameterValue,
    PreconditionFailed,
    ResourceConflict,
    ResourceNotFound,
    ServiceError,
    invalid,
)
from webapp.runtime.functions.alias import Alias
from webapp.runtime.functions.directory import Directory
from webapp.runtime.functions.function import Function, new_revision
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.function_writer import FunctionWriter
from webapp.runtime.functions.plain_text import check_description
from webapp.runtime.model import LATEST, FunctionRecord
from webapp.trace.events import AliasDeleted, AliasMoved, Change, Fact

NAME = re.compile(r"(?!^[0-9]+$)([a-zA-Z0-9-_]+)")
VERSION = re.compile(r"(\$LATEST(\.PUBLISHED)?|[0-9]+)")
_NUMBER = re.compile(r"[0-9]+", re.ASCII)
_MOST_CHARACTERS = 128
_WEIGHTS = "routingConfig.additionalVersionWeights"


class Aliases:
    """Makes, moves and takes aliases. A change is on disk before its answer. Loop thread only."""

    def __init__(self, directory: Directory, *, writer: FunctionWriter, most: int) -> None:
        self._directory = directory
        self._writer = writer
        self._most = most

    def get(self, name: str, alias: str) -> Alias:
        """Return an alias. Raises ``ResourceNotFound``."""
        found = self._directory.get(name).aliases.get(alias)
        if found is None:
            raise ResourceNotFound(f"Cannot find alias arn: {self._arn(name, alias)}")
        return found

    def all(self, name: str, *, version: str | None = None) -> list[Alias]:
        """Return a function's aliases by name; with ``version`` those that lead to it."""
        found = self._directory.get(name).aliases.values()
        kept = [alias for alias in found if version is None or version in alias.versions]
        return sorted(kept, key=lambda alias: alias.name)

    async def create(
        self,
        name: str,
        alias: str,
        *,
        version: str,
        run: str,
        description: str = "",
        weights: Mapping[str, float] | None = None,
    ) -> Alias:
        """Make an alias. Raises a ``ServiceError`` in AWS's words."""
        check_alias_name(alias)
        async with self._directory.alone(name):
            function = self._directory.function(name)
            new = Alias(
                name=alias,
                version=version,
                revision_id=new_revision(),
                description=description,
                weights=dict(weights or {}),
            )
            self._check(function, new)
            self._check_new(function.record, alias)
            await self._keep(function, new, run=run)
            return new

    async def update(
        self, name: str, alias: str, *, run: str, revision_id: str | None = None, **fields: Any
    ) -> Alias:
        """Change ``version``, ``description`` or ``weights``. Raises a ``ServiceError``."""
        async with self._directory.alone(name):
            function = self._directory.function(name)
            old = function.record.aliases.get(alias)
            if old is None:
                raise ResourceNotFound(f"Alias not found: {self._arn(name, alias)}")
            if revision_id is not None and revision_id != old.revision_id:
                raise PreconditionFailed
            new = replace(old, revision_id=new_revision(), **fields)
            self._check(function, new)
            await self._keep(function, new, run=run)
            return new

    async def annotate(
        self, name: str, alias: str, change: Change, *, run: str, **fields: Any
    ) -> Alias:
        """Change what calls do not depend on: the policy, the URL."""
        function = self._directory.function(name)
        new = replace(self.get(name, alias), revision_id=new_revision(), **fields)
        old = function.set({"aliases": {**function.record.aliases, alias: new}})
        try:
            await self._writer.save(function.record, change, "Successful", run=run)
        except ServiceError:
            function.set(old)
            raise
        return new

    async def delete(self, name: str, alias: str, *, run: str) -> None:
        """Take an alias with its policy, its URL and how its events are tried.

        One that there is not is taken by doing nothing, as on AWS. Raises ``ResourceNotFound``.
        """
        async with self._directory.alone(name):
            function = self._directory.function(name)
            if alias not in function.record.aliases:
                return
            fields = {
                "aliases": _without(function.record.aliases, alias),
                "event_configs": _without(function.record.event_configs, alias),
            }
            fact = AliasDeleted(function=name, alias=alias)
            await self._set(function, fields, fact, run=run)

    # -- inside

    async def _keep(self, function: Function, alias: Alias, *, run: str) -> None:
        fact = _moved(function.record, alias)
        together = {**function.record.aliases, alias.name: alias}
        await self._set(function, {"aliases": together}, fact, run=run)

    async def _set(
        self, function: Function, fields: Mapping[str, Any], fact: Fact, *, run: str
    ) -> None:
        old = function.set(fields)
        try:
            await self._writer.save_with(fact, function.record, "alias", run=run)
        except ServiceError:
            function.set(old)
            raise

    def _check(self, function: Function, alias: Alias) -> None:
        check_description(alias.description)
        if not VERSION.fullmatch(alias.version):
            pattern = f"satisfy regular expression pattern: {VERSION.pattern}"
            raise invalid(f"{alias.version:.200}", "functionVersion", pattern)
        own = self._find(function, alias.version)
        _check_weights(alias)
        for version in alias.weights:
            _check_alike(own, self._find(function, version))

    def _find(self, function: Function, version: str) -> FunctionRecord:
        reference = FunctionReference(function.record.name, version)
        return self._directory.resolve(reference)

    def _check_new(self, record: FunctionRecord, alias: str) -> None:
        if alias in record.aliases:
            raise ResourceConflict(f"Alias already exists: {self._arn(record.name, alias)}")
        if len(record.aliases) >= self._most:
            raise InvalidParameterValue(
                f"The function {record.name} has {self._most} aliases, the most that it may. "
                "Delete one and create this again."
            )

    def _arn(self, name: str, qualifier: str) -> str:
        return f"{self._directory.arn(name)}:{qualifier}"


def check_alias_name(name: str) -> None:
    """Raise ``ValidationFailed`` for what cannot be an alias' name, such as a number."""
    if not NAME.fullmatch(name):
        raise invalid(f"{name:.200}", "name", f"satisfy regular expression pattern: {NAME.pattern}")
    if len(name) > _MOST_CHARACTERS:
        raise invalid(
            f"{name:.200}", "name", f"have length less than or equal to {_MOST_CHARACTERS}"
        )


def _check_weights(alias: Alias) -> None:
    """Raise for what AWS refuses of AdditionalVersionWeights."""
    if len(alias.weights) > 1:
        raise InvalidParameterValue(
            "Number of items in AdditionalVersionWeights cannot be greater than 1"
        )
    for version, weight in alias.weights.items():
        shown = f"{{{version}={weight}}}"
        if not 0.0 <= weight <= 1.0:
            raise invalid(
                shown,
                _WEIGHTS,
                "satisfy constraint: [Member must have value less than or equal to 1.0, "
                "Member must have value greater than or equal to 0.0, Member must not be null]",
            )
        if version == alias.version:
            raise InvalidParameterValue(
                f"Invalid function version {version}. Function version {version} is already "
                "included in routing configuration."
            )
        if alias.version == LATEST:
            raise InvalidParameterValue(
                "$LATEST is not supported for an alias pointing to more than 1 version"
            )
        if not _NUMBER.fullmatch(version):
            raise invalid(
                shown,
                _WEIGHTS,
                "satisfy constraint: [Member must have length less than or equal to 1024, "
                "Member must have length greater than or equal to 1, Member must satisfy regular "
                "expression pattern: [0-9]+, Member must not be null]",
            )


def _check_alike(first: FunctionRecord, second: FunctionRecord) -> None:
    """Raise unless both have one role and one dead-letter target (DG:configuration-aliases)."""
    versions = f"{first.version} and {second.version}"
    if first.configuration.role != second.configuration.role:
        raise InvalidParameterValue(
            f"Versions {versions} have different execution roles, so no alias can share calls "
            "between them. Publish a version with the same role."
        )
    if first.configuration.dead_letter_target != second.configuration.dead_letter_target:
        raise InvalidParameterValue(
            f"Versions {versions} have different dead-letter queues, so no alias can share calls "
            "between them. Publish a version with the same one."
        )


def _moved(record: FunctionRecord, alias: Alias) -> AliasMoved:
    former = record.aliases.get(alias.name)
    second, weight = next(iter(alias.weights.items()), ("", 0.0))
    return AliasMoved(
        function=record.name,
        alias=alias.name,
        version=alias.version,
        former="" if former is None else former.version,
        second=second,
        weight=weight,
    )


def _without(mapping: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key != name}

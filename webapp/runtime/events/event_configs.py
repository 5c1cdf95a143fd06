"""The event configurations of a region's functions, by qualifier (lambda-behaviour 5.2)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound
from webapp.runtime.events.event_config import (
    EventConfig,
    check_event_config,
    nothing_set,
)
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.registry import Registry
from webapp.runtime.model import Address, FunctionRecord
from webapp.runtime.ports import Sources


class EventConfigs:
    """Keeps how events are tried and where their records go. Loop thread only."""

    def __init__(
        self, registry: Registry, *, address: Address, sources: Sources, now: Callable[[], float]
    ) -> None:
        self._registry = registry
        self._address = address
        self._sources = sources
        self._now = now

    def get(self, function: FunctionReference) -> EventConfig:
        """Return a qualifier's configuration. Raises ``ResourceNotFound``."""
        config = None
        if self._is_there(function):
            config = self._registry.get(function.name).event_configs.get(function.version)
        if config is None:
            arn = self._registry.arn(function.name)
            raise ResourceNotFound(
                f"The function {arn}:{function.version} doesn't have an EventInvokeConfig"
            )
        return config

    def all(self, function: FunctionReference) -> Mapping[str, EventConfig]:
        """Return every configuration of a function by qualifier. Raises ``ResourceNotFound``."""
        return self._function(function).event_configs

    async def put(
        self, function: FunctionReference, config: EventConfig, *, run: str
    ) -> EventConfig:
        """Replace a configuration by this one. Raises a ``ServiceError`` in AWS's words."""
        async with self._registry.alone(function.name):
            return await self._set(self._function(function), function, config, run=run)

    async def update(self, function: FunctionReference, *, run: str, **fields: Any) -> EventConfig:
        """Change what is given of a configuration. Raises a ``ServiceError`` in AWS's words."""
        if not fields:
            raise nothing_set()
        async with self._registry.alone(function.name):
            record = self._function(function)
            changed = replace(self.get(function), **fields)
            return await self._set(record, function, changed, run=run)

    async def replace(self, name: str, configs: Mapping[str, EventConfig], *, run: str) -> None:
        """Make these a function's configurations, by qualifier. Nothing changes twice.

        One that tells when it was made is brought back as it was.
        """
        async with self._registry.alone(name):
            record = await self._registry.ready(name)
            if _settings(record.event_configs) == _settings(configs):
                return
            for config in configs.values():
                self._check(record, config)
            now = self._now()
            kept = {
                qualifier: config if config.modified else replace(config, modified=now)
                for qualifier, config in configs.items()
            }
            await self._registry.annotate(name, "events", run=run, event_configs=kept)

    async def delete(self, function: FunctionReference, *, run: str) -> None:
        """Take a configuration away; events are tried by AWS's defaults again."""
        async with self._registry.alone(function.name):
            self.get(function)
            record = self._function(function)
            left = {
                qualifier: config
                for qualifier, config in record.event_configs.items()
                if qualifier != function.version
            }
            await self._registry.annotate(record.name, "events", run=run, event_configs=left)

    async def _set(
        self, record: FunctionRecord, function: FunctionReference, config: EventConfig, *, run: str
    ) -> EventConfig:
        self._check(record, config)
        kept = replace(config, modified=self._now())
        together = {**record.event_configs, function.version: kept}
        await self._registry.annotate(record.name, "events", run=run, event_configs=together)
        return kept

    def _check(self, record: FunctionRecord, config: EventConfig) -> None:
        check_event_config(config, own_arn=self._registry.arn(record.name))
        self._check_target(config.on_success, kinds=("queue", "topic", "bus"))
        self._check_target(config.on_failure, kinds=("queue", "topic", "bus", "bucket"))

    def _check_target(self, arn: str, *, kinds: Collection[str]) -> None:
        """Raise ``InvalidParameterValue`` for a destination that is not here, or not taken."""
        if not arn:
            return
        prefix = f"arn:aws:lambda:{self._address.region}:{self._address.account}:function:"
        if arn.startswith(prefix):
            name, _, qualifier = arn.removeprefix(prefix).partition(":")
            if self._is_there(FunctionReference(name, qualifier or None)):
                return
        elif self._sources.kind_of(arn) in kinds:
            return
        raise InvalidParameterValue(f"The destination ARN {arn} is invalid.")

    def _is_there(self, function: FunctionReference) -> bool:
        try:
            self._registry.resolve(function)
        except ResourceNotFound:
            return False
        return True

    def _function(self, function: FunctionReference) -> FunctionRecord:
        """Return the function, which has the configurations of every qualifier.

        Raises ``ResourceNotFound`` if there is no such qualifier, in the words that AWS has here
        (LS:test_lambda_api::test_lambda_eventinvokeconfig_exceptions).
        """
        if not self._is_there(function):
            raise ResourceNotFound("The function doesn't exist.")
        return self._registry.get(function.name)


def _settings(configs: Mapping[str, EventConfig]) -> Mapping[str, EventConfig]:
    """Return configurations without when they were made."""
    return {name: replace(config, modified=0.0) for name, config in configs.items()}

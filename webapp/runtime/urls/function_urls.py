"""The URLs of a region's functions (DG:urls-configuration, lambda-behaviour 7.3)."""

from collections.abc import Callable
from dataclasses import replace

from webapp.runtime.errors import ResourceConflict, ResourceNotFound
from webapp.runtime.functions.alias import Alias
from webapp.runtime.functions.aliases import Aliases
from webapp.runtime.functions.annotations import NOTHING
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.registry import Registry
from webapp.runtime.model import LATEST, FunctionRecord
from webapp.runtime.urls.url_config import (
    AuthType,
    Cors,
    InvokeMode,
    UrlConfig,
    check_cors,
    new_identifier,
)


class FunctionUrls:
    """Gives functions URLs, changes and takes them. Loop thread only."""

    def __init__(self, registry: Registry, *, aliases: Aliases, now: Callable[[], float]) -> None:
        self._registry = registry
        self._aliases = aliases
        self._now = now

    def holder(self, function: FunctionReference) -> FunctionRecord | Alias | None:
        """Return what can have such a URL: a function, or an alias of it. No version has one."""
        record = self._registry.find(function.name)
        if record is None or function.version == LATEST:
            return record
        return record.aliases.get(function.version)

    def get(self, function: FunctionReference) -> UrlConfig:
        """Return a function's URL. Raises ``ResourceNotFound``."""
        return self._existing(function)

    def all(self, function: FunctionReference) -> list[tuple[FunctionReference, UrlConfig]]:
        """Return the URLs of a function by qualifier: its own and its aliases'.

        Raises ``ResourceNotFound``.
        """
        self._function(FunctionReference(function.name))
        record = self._registry.get(function.name)
        holders = [(None, record.url), *((one.name, one.url) for one in _by_name(record))]
        return [
            (FunctionReference(record.name, qualifier), url)
            for qualifier, url in holders
            if url is not None
        ]

    async def create(
        self,
        function: FunctionReference,
        *,
        auth_type: AuthType,
        run: str,
        cors: Cors | None = None,
        invoke_mode: InvokeMode = "BUFFERED",
    ) -> UrlConfig:
        """Give a function a URL. Raises a ``ServiceError`` in AWS's words."""
        check_cors(cors or Cors())
        async with self._registry.alone(function.name):
            if self._function(function).url is not None:
                arn = self._registry.arn(function.name)
                qualified = f"{arn}:{function.qualifier}" if function.qualifier else arn
                raise ResourceConflict(
                    f"Failed to create function url config for [functionArn = {qualified}]. "
                    "Error message:  FunctionUrlConfig exists for this Lambda function"
                )
            url = UrlConfig(
                identifier=new_identifier(),
                auth_type=auth_type,
                created=self._now(),
                modified=self._now(),
                invoke_mode=invoke_mode,
                cors=cors,
            )
            await self._set(function, url, run=run)
            return url

    async def update(
        self,
        function: FunctionReference,
        *,
        run: str,
        auth_type: AuthType | None = None,
        cors: Cors | None = None,
        invoke_mode: InvokeMode | None = None,
    ) -> UrlConfig:
        """Change what is given of a URL; an empty ``Cors`` takes its rules away."""
        check_cors(cors or Cors())
        async with self._registry.alone(function.name):
            old = self._existing(function)
            url = replace(
                old,
                auth_type=auth_type or old.auth_type,
                invoke_mode=invoke_mode or old.invoke_mode,
                cors=old.cors if cors is None else None if cors == Cors() else cors,
                modified=self._now(),
            )
            await self._set(function, url, run=run)
            return url

    async def delete(self, function: FunctionReference, *, run: str) -> None:
        """Take a function's URL away; its id is never given again."""
        async with self._registry.alone(function.name):
            self._existing(function)
            await self._set(function, None, run=run)

    def _function(self, function: FunctionReference) -> FunctionRecord | Alias:
        """Return what can have the URL. Raises ``ResourceNotFound``."""
        holder = self.holder(function)
        if holder is None:
            raise ResourceNotFound("Function does not exist")
        return holder

    def _existing(self, function: FunctionReference) -> UrlConfig:
        holder = self.holder(function)
        if holder is None or holder.url is None:
            raise ResourceNotFound(NOTHING)
        return holder.url

    async def _set(self, function: FunctionReference, url: UrlConfig | None, *, run: str) -> None:
        if function.version == LATEST:
            await self._registry.annotate(function.name, "url", run=run, url=url)
        else:
            await self._aliases.annotate(function.name, function.version, "url", run=run, url=url)


def _by_name(record: FunctionRecord) -> list[Alias]:
    return sorted(record.aliases.values(), key=lambda alias: alias.name)

"""The URLs of a region's functions (DG:urls-configuration, lambda-behaviour 7.3)."""

from collections.abc import Callable
from dataclasses import replace

from webapp.runtime.annotations import NOTHING
from webapp.runtime.errors import ResourceConflict, ResourceNotFound
from webapp.runtime.function_reference import FunctionReference
from webapp.runtime.model import FunctionRecord
from webapp.runtime.registry import Registry
from webapp.runtime.url_config import (
    AuthType,
    Cors,
    InvokeMode,
    UrlConfig,
    check_cors,
    new_identifier,
)


class FunctionUrls:
    """Gives functions URLs, changes and takes them. Loop thread only."""

    def __init__(self, registry: Registry, *, now: Callable[[], float]) -> None:
        self._registry = registry
        self._now = now

    def get(self, function: FunctionReference) -> UrlConfig:
        """Return a function's URL. Raises ``ResourceNotFound``."""
        return self._existing(function)[1]

    def all(self, function: FunctionReference) -> list[UrlConfig]:
        """Return the URLs of a function: one, or none. Raises ``ResourceNotFound``."""
        url = self._function(function).url
        return [] if url is None else [url]

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
            record = self._function(function)
            if record.url is not None:
                raise ResourceConflict(
                    "Failed to create function url config for "
                    f"[functionArn = {self._registry.arn(record.name)}]. Error message:  "
                    "FunctionUrlConfig exists for this Lambda function"
                )
            url = UrlConfig(
                identifier=new_identifier(),
                auth_type=auth_type,
                created=self._now(),
                modified=self._now(),
                invoke_mode=invoke_mode,
                cors=cors,
            )
            await self._registry.annotate(record.name, "url", run=run, url=url)
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
            record, old = self._existing(function)
            url = replace(
                old,
                auth_type=auth_type or old.auth_type,
                invoke_mode=invoke_mode or old.invoke_mode,
                cors=old.cors if cors is None else None if cors == Cors() else cors,
                modified=self._now(),
            )
            await self._registry.annotate(record.name, "url", run=run, url=url)
            return url

    async def delete(self, function: FunctionReference, *, run: str) -> None:
        """Take a function's URL away; its id is never given again."""
        async with self._registry.alone(function.name):
            record, _ = self._existing(function)
            await self._registry.annotate(record.name, "url", run=run, url=None)

    def _function(self, function: FunctionReference) -> FunctionRecord:
        try:
            return self._registry.resolve(function)
        except ResourceNotFound:
            raise ResourceNotFound("Function does not exist") from None

    def _existing(self, function: FunctionReference) -> tuple[FunctionRecord, UrlConfig]:
        try:
            record = self._registry.resolve(function)
        except ResourceNotFound:
            raise ResourceNotFound(NOTHING) from None
        if record.url is None:
            raise ResourceNotFound(NOTHING)
        return record, record.url

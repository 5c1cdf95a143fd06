"""The door itself: read a request, run its operation, answer. Knows no web framework."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

from webapp.aws.authentication import Authenticator
from webapp.aws.call import Backends, Call, Result
from webapp.aws.catalogue import Catalogue, command_name
from webapp.aws.errors import AwsError
from webapp.aws.reception import Asked, Prepared, Reception
from webapp.aws.url_signatures import UrlSignatures
from webapp.aws.wire import Principal, WireRequest, WireResponse
from webapp.runtime.loop import LoopThread


class AwsDoor:
    """Answers AWS's requests. ``respond`` is for web threads, ``answer`` for the loop."""

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        backends: Backends,
        loop: LoopThread,
        authenticator: Authenticator,
        executor: Executor,
    ) -> None:
        self._reception = Reception(catalogue=catalogue, authenticator=authenticator)
        self._backends = backends
        self._loop = loop
        self._executor = executor
        self.url_signatures = UrlSignatures(authenticator, platform=backends.platform, loop=loop)

    def largest_body(self, asked: Asked) -> tuple[int, AwsError]:
        """Return how many bytes of a body to read, and the refusal of more.

        The request has no body yet. Blocks: a service's model is read on first use.
        """
        limits = self._backends.platform.limits
        limit = self._reception.body_limit(asked)
        return limit.size_bytes(limits), limit.error(limits)

    def respond(self, asked: Asked) -> WireResponse:
        """Answer a request of somebody who must say who they are. Blocks."""
        try:
            prepared = self._reception.prepare(asked)
            call, result = self._loop.call(self._run(prepared))
            return _response(prepared, call, result)
        except Exception as error:  # whatever it is, the client hears of it in its own words
            return asked.refusal(error)

    async def answer(self, request: WireRequest, *, principal: Principal) -> WireResponse:
        """Answer a request of somebody who is known. Loop thread only."""
        asked = Asked(request)
        try:
            call, result = await self._run(prepared := await self._prepared(asked, principal))
            return _response(prepared, call, result)
        except Exception as error:
            return asked.refusal(error)

    async def _prepared(self, asked: Asked, principal: Principal) -> Prepared:
        if not self._reception.is_slow(asked):
            return self._reception.prepare(asked, principal)
        loop, prepare = asyncio.get_running_loop(), self._reception.prepare
        return await loop.run_in_executor(self._executor, prepare, asked, principal)

    async def _run(self, prepared: Prepared) -> tuple[Call, Result]:
        service, operation = prepared.service, prepared.operation
        workspace = await self._backends.platform.workspace(prepared.principal.workspace)
        call = Call(
            backends=self._backends,
            workspace=workspace,
            place=workspace.region(prepared.region),
            principal=prepared.principal,
            service=service.name,
            operation=operation.name,
            command=command_name(service.name, operation.name),
            request_id=prepared.request_id,
            trace=prepared.trace,
        )
        return call, await service.implementation(operation)(call, prepared.values) or {}


def _response(prepared: Prepared, call: Call, result: Mapping[str, Any]) -> WireResponse:
    response = prepared.operation.write(result, prepared.request_id)
    if not call.headers and not call.status:
        return response
    headers = {**response.headers, **call.headers}
    return replace(response, headers=headers, status=call.status or response.status)

"""The door as handlers reach it: who comes by a gateway is the session of its function's role."""

from webapp.aws.door import AwsDoor
from webapp.aws.wire import Principal, RoleSession, WireRequest
from webapp.classroom.wsgi import split_target
from webapp.runtime.ports import EnvironmentIdentity, GatewayRequest, GatewayResponse


class AwsGateway:
    """Implements ``runtime.ports.Gateway``. Loop thread only."""

    def __init__(self, door: AwsDoor) -> None:
        self._door = door

    async def answer(
        self, request: GatewayRequest, *, identity: EnvironmentIdentity
    ) -> GatewayResponse:
        """Answer a request; its signature says where it goes, never who sent it."""
        path, query = split_target(request.target)
        headers: dict[str, str] = {}
        for name, value in request.headers:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        wire = WireRequest(
            method=request.method, path=path, query=query, headers=headers, body=request.body
        )
        answer = await self._door.answer(wire, principal=_principal(identity))
        return GatewayResponse(
            status=answer.status, headers=tuple(answer.headers.items()), body=answer.body
        )


def _principal(identity: EnvironmentIdentity) -> Principal:
    return Principal(
        workspace=identity.workspace,
        region=identity.region,
        access_key=identity.access_key_id,
        session=RoleSession(role=identity.role.rpartition("/")[2], name=identity.function),
        environment=identity.environment,
    )

"""Who signed a request for a function URL: proved as for AWS's services, told in plain data."""

from webapp.aws.authentication import Authenticator
from webapp.aws.errors import AwsError
from webapp.aws.identity import caller_identity
from webapp.aws.signature.claim import is_signed_in_query, read_claim
from webapp.aws.wire import Principal, WireRequest
from webapp.runtime.errors import AccessDenied
from webapp.runtime.loop import LoopThread
from webapp.runtime.platform import Platform
from webapp.sources.function_url.event import HttpRequest, Signer


class UrlSignatures:
    """Reads signatures for the service ``lambda``. Web threads only: it blocks."""

    def __init__(
        self, authenticator: Authenticator, *, platform: Platform, loop: LoopThread
    ) -> None:
        self._authenticator = authenticator
        self._platform = platform
        self._loop = loop

    def signer(self, request: HttpRequest, *, region: str) -> Signer | None:
        """Return who signed, ``None`` if nobody did. Raises ``AccessDenied``."""
        headers = dict(request.headers)
        if "authorization" not in headers and not is_signed_in_query(request.query):
            return None
        wire = WireRequest(
            method=request.method,
            path=request.path,
            query=request.query,
            headers=headers,
            body=request.body,
        )
        try:
            principal = self._principal(wire, region)
        except AwsError as error:
            raise AccessDenied(error.message) from error
        return _signer(principal, self._loop.call(self._account(principal)))

    def _principal(self, wire: WireRequest, region: str) -> Principal:
        claim = read_claim(wire.headers, wire.query)
        if claim.service != "lambda":
            raise AwsError("", "Credential should be scoped to correct service: 'lambda'.")
        if claim.region != region:
            raise AwsError(
                "", f"Credential should be scoped to a valid region, not '{claim.region:.40}'."
            )
        return self._authenticator.principal(wire, claim, chunked=None)

    async def _account(self, principal: Principal) -> str:
        return (await self._platform.workspace(principal.workspace)).account


def _signer(principal: Principal, account: str) -> Signer:
    caller = caller_identity(account, principal.session)
    return Signer(
        access_key=principal.access_key, account=account, caller_id=caller.id, arn=caller.arn
    )

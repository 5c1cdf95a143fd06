"""Who calls: on a shared host what the signature proves, in self-study what the key says."""

from collections.abc import Callable
from dataclasses import replace

from webapp.aws.errors import AwsError
from webapp.aws.sessions import Session, Sessions
from webapp.aws.signature.chunks import Chunked, is_chunked, read_chunks
from webapp.aws.signature.claim import Claim
from webapp.aws.signature.verification import check_expiry, verify
from webapp.aws.wire import Principal, RoleSession, WireRequest
from webapp.classroom.access_keys import AccessKeys
from webapp.runtime.regions import REGIONS


class Authenticator:
    """Makes principals of claims. Any thread may use it; ``real`` gives real time (rule 12).

    ``region`` is where a request goes whose signature is for no region in particular.
    """

    def __init__(
        self, *, keys: AccessKeys, sessions: Sessions, region: str, real: Callable[[], float]
    ) -> None:
        self._keys = keys
        self._sessions = sessions
        self._region = region
        self._real = real

    def principal(
        self, request: WireRequest, claim: Claim, *, chunked: Chunked | None
    ) -> Principal:
        """Return who calls. Raises ``AwsError``."""
        now = self._real()
        check_expiry(claim, now=now)
        session = self._session(claim, now)
        workspace = session.workspace if session else self._keys.workspace(claim.access_key)
        if workspace is None:
            raise _unknown()
        if self._keys.shared:
            secret = self._secret(claim, session, workspace)
            verify(request, claim, secret=secret, now=now, chunked=chunked)
        assumed = session if session is not None and session.role else None
        return Principal(
            workspace=workspace,
            region=self._region,
            access_key=claim.access_key,
            session=RoleSession(role=assumed.role, name=assumed.name) if assumed else None,
        )

    def _session(self, claim: Claim, now: float) -> Session | None:
        """Return the session of a token of ours. In self-study others' tokens mean nothing."""
        if not claim.token:
            return None
        session = self._sessions.read(claim.token, access_key=claim.access_key, now=now)
        if session is None and self._keys.shared:
            raise _unknown()
        return session

    def _secret(self, claim: Claim, session: Session | None, workspace: str) -> str:
        if session is not None and claim.token:
            return self._sessions.secret(claim.token)
        return self._keys.of(workspace).secret


def called_region(claim: Claim, *, otherwise: str) -> str:
    """Return the region that a request is for. Raises ``AwsError`` for what is none."""
    if claim.region in REGIONS:
        return claim.region
    if claim.region == "aws-global":
        return otherwise
    raise AwsError(
        "SignatureDoesNotMatch", "Credential should be scoped to a valid region.", status=403
    )


def taken_apart(request: WireRequest) -> Chunked | None:
    """Return the chunks of a body that came in some. Raises ``AwsError``."""
    return read_chunks(request.body, request.headers) if is_chunked(request.headers) else None


def put_together(request: WireRequest, chunked: Chunked | None) -> WireRequest:
    """Return the request with the body and headers that its chunks carried."""
    if chunked is None:
        return request
    announced = request.headers.get("x-amz-trailer", "").lower().split(",")
    trailers = {
        name: value for name, value in chunked.trailers.items() if name in map(str.strip, announced)
    }
    return replace(request, body=chunked.body, headers={**trailers, **request.headers})


def _unknown() -> AwsError:
    return AwsError(
        "InvalidClientTokenId", "The security token included in the request is invalid.", status=403
    )

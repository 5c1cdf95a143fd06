"""Who signed a request for a function URL: as for AWS's services, told in plain data."""

from collections.abc import Mapping

from webapp.aws.authentication import Authenticator
from webapp.aws.errors import AwsError
from webapp.aws.signature.claim import is_signed_in_query, read_claim
from webapp.aws.wire import WireRequest
from webapp.runtime.errors import AccessDenied


class UrlSignatures:
    """Reads signatures for the service ``lambda``. Any thread may use it."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    def signer(
        self,
        *,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        region: str,
    ) -> tuple[str, str] | None:
        """Return workspace and access key of who signed, ``None`` if nobody did.

        Raises ``AccessDenied`` for a signature that is not good.
        """
        if "authorization" not in headers and not is_signed_in_query(query):
            return None
        request = WireRequest(method=method, path=path, query=query, headers=headers, body=body)
        try:
            claim = read_claim(headers, query)
            _check_scope(claim.service, claim.region, region)
            principal = self._authenticator.principal(request, claim, chunked=None)
        except AwsError as error:
            raise AccessDenied(error.message) from error
        return principal.workspace, principal.access_key


def _check_scope(service: str, signed_region: str, region: str) -> None:
    if service != "lambda":
        raise AwsError("", "Credential should be scoped to correct service: 'lambda'.")
    if signed_region != region:
        raise AwsError("", f"Credential should be scoped to a valid region, not '{signed_region}'.")

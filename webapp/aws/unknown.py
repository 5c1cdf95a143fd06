"""Refusals where no service is known to put them into words: in the form that the client speaks."""

import json

from webapp.aws.errors import AwsError
from webapp.aws.protocol.xml_values import escaped
from webapp.aws.signature.claim import Claim
from webapp.aws.wire import WireRequest, WireResponse

_REST_XML = ("s3", "route53", "cloudfront")


def error_of_no_service(
    error: AwsError, request: WireRequest, claim: Claim | None, request_id: str
) -> WireResponse:
    """Return the refusal as JSON, or as XML where the request looks like those that get XML."""
    status = error.status or 400
    if _expects_xml(request, claim):
        fault = "Sender" if error.sender else "Receiver"
        body = (
            f"<ErrorResponse><Error><Type>{fault}</Type><Code>{error.code}</Code>"
            f"<Message>{escaped(error.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        ).encode()
        headers = {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}
        return WireResponse(status=status, headers=headers, body=body)
    headers = {
        "Content-Type": "application/json",
        "x-amzn-RequestId": request_id,
        "x-amzn-ErrorType": error.code,
    }
    members = {"__type": error.code, "message": error.message}
    return WireResponse(status=status, headers=headers, body=json.dumps(members).encode())


def _expects_xml(request: WireRequest, claim: Claim | None) -> bool:
    if claim is not None and claim.service in _REST_XML:
        return True
    kind = request.headers.get("content-type", "")
    return "x-www-form-urlencoded" in kind or "Action=" in request.query

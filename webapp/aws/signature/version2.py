"""Presigned addresses of S3 in signature version 2, which boto3 still makes in some regions.

Described in the S3 developer guide, "Signing and authenticating REST requests".
"""

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl

from webapp.aws.errors import AwsError
from webapp.aws.signature.claim import Claim
from webapp.aws.wire import WireRequest

_SIGNED_FIELDS = frozenset(
    {
        "acl",
        "delete",
        "location",
        "notification",
        "partNumber",
        "response-cache-control",
        "response-content-disposition",
        "response-content-encoding",
        "response-content-language",
        "response-content-type",
        "response-expires",
        "tagging",
        "uploadId",
        "uploads",
        "versionId",
        "versioning",
        "versions",
    }
)
"""The fields of a query that belong to what is signed."""
_LOOSE = ("content-md5", "content-type")


def check_expiry(claim: Claim, *, now: float) -> None:
    """Raise ``AwsError`` for an address whose time has passed; ``now`` is real time."""
    expires = claim.expires or ""
    if not (expires.isascii() and expires.isdigit() and len(expires) < 12):
        raise AwsError(
            "AccessDenied", f"Invalid date (should be seconds): {expires:.40}", status=403
        )
    if now > int(expires):
        raise AwsError("AccessDenied", "Request has expired", status=403)


def fits(request: WireRequest, claim: Claim, *, secret: str, bucket: str) -> bool:
    """Tell whether the address was signed with the secret; ``bucket`` is that of its host."""
    text = "\n".join(
        [
            request.method,
            *(request.headers.get(name, "") for name in _LOOSE),
            claim.expires or "",
            f"{_headers(request, claim)}{_resource(request, bucket)}",
        ]
    )
    made = hmac.new(secret.encode(), text.encode("utf-8", "replace"), hashlib.sha1).digest()
    expected = base64.b64encode(made)
    return hmac.compare_digest(expected, claim.signature.encode("utf-8", "replace"))


def _headers(request: WireRequest, claim: Claim) -> str:
    found = {
        name: " ".join(value.split())
        for name, value in request.headers.items()
        if name.startswith("x-amz-")
    }
    if claim.token and "x-amz-security-token" not in found:
        found["x-amz-security-token"] = claim.token
    return "".join(f"{name}:{found[name]}\n" for name in sorted(found))


def _resource(request: WireRequest, bucket: str) -> str:
    pairs = parse_qsl(request.query, keep_blank_values=True)
    named = sorted((name, value) for name, value in pairs if name in _SIGNED_FIELDS)
    query = "&".join(f"{name}={value}" if value else name for name, value in named)
    path = f"/{bucket}{request.path}" if bucket else request.path
    return f"{path}?{query}" if query else path

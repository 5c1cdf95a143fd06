"""What is signed of a request, and how: the arithmetic of Signature Version 4."""

import hashlib
import hmac
import posixpath
from urllib.parse import quote, unquote_to_bytes

from webapp.aws.signature.claim import ALGORITHM, Claim
from webapp.aws.wire import WireRequest

UNSIGNED = "UNSIGNED-PAYLOAD"
EMPTY_HASH = hashlib.sha256(b"").hexdigest()


def signing_key(secret: str, claim: Claim) -> bytes:
    """Return the key of a day, region and service."""
    key = f"AWS4{secret}".encode()
    for part in (claim.date, claim.region, claim.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return key


def request_signature(key: bytes, request: WireRequest, claim: Claim, *, time: str) -> str:
    """Return the signature that a request should have; ``time`` as ``YYYYMMDDTHHMMSSZ``."""
    digest = hashlib.sha256(canonical_request(request, claim).encode()).hexdigest()
    return signed(key, f"{ALGORITHM}\n{time}\n{claim.scope}\n{digest}")


def signed(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def canonical_request(request: WireRequest, claim: Claim) -> str:
    """Return the text that both sides make of a request, whose hash is signed."""
    headers = "".join(
        f"{name}:{' '.join(request.headers.get(name, '').split())}\n"
        for name in claim.signed_headers
    )
    return "\n".join(
        (
            request.method,
            _path(request.path, claim.service),
            _query(request.query, in_query=claim.in_query),
            headers,
            ";".join(claim.signed_headers),
            _payload_hash(request, claim),
        )
    )


def _path(path: str, service: str) -> str:
    """Return the path: S3's as it came, others' tidied and encoded once more."""
    if service == "s3":
        return path
    tidied = posixpath.normpath(path)
    tidied = f"/{tidied.lstrip('/')}"
    if path.endswith("/") and not tidied.endswith("/"):
        tidied += "/"
    return quote(tidied, safe="/~")


def _query(query: str, *, in_query: bool) -> str:
    pairs = []
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        if not (in_query and name == "X-Amz-Signature"):
            pairs.append((_encoded(name), _encoded(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="-_.~")


def _payload_hash(request: WireRequest, claim: Claim) -> str:
    stated = request.headers.get("x-amz-content-sha256")
    if stated is not None:
        return stated
    if claim.in_query and claim.service == "s3":
        return UNSIGNED
    return hashlib.sha256(request.body).hexdigest()

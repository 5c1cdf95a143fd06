"""Whether a request is signed by who it says, lately, and whole."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from webapp.aws.errors import AwsError
from webapp.aws.signature import version2
from webapp.aws.signature.bucket_host import bucket_of_host
from webapp.aws.signature.canonical import EMPTY_HASH, request_signature, signed, signing_key
from webapp.aws.signature.chunks import Chunked
from webapp.aws.signature.claim import Claim
from webapp.aws.wire import WireRequest

SKEW = timedelta(minutes=15)
LONGEST_EXPIRY_SECONDS = 7 * 24 * 3600
_FORM = "%Y%m%dT%H%M%SZ"
_HASH = re.compile(r"[0-9a-f]{64}")


def check_expiry(claim: Claim, *, now: float) -> None:
    """Raise ``AwsError`` for a presigned address whose time has passed; ``now`` is real time."""
    if claim.version == 2:
        version2.check_expiry(claim, now=now)
        return
    if not claim.in_query or claim.expires is None:
        return
    expires = claim.expires
    if not (expires.isascii() and expires.isdigit() and len(expires) < 10):
        raise _bad_expiry("X-Amz-Expires should be a number")
    if int(expires) > LONGEST_EXPIRY_SECONDS:
        raise _bad_expiry(
            "X-Amz-Expires must be less than a week (in seconds); "
            f"that is, the given X-Amz-Expires must be less than "
            f"{LONGEST_EXPIRY_SECONDS} seconds"
        )
    end = _moment(claim.time) + timedelta(seconds=int(expires))
    if datetime.fromtimestamp(now, UTC) > end:
        raise AwsError("RequestExpired", "Request has expired", status=403)


def verify(
    request: WireRequest, claim: Claim, *, secret: str, now: float, chunked: Chunked | None
) -> None:
    """Raise ``AwsError`` unless the request was signed with the secret, lately and whole.

    ``request`` has its body as it came; ``now`` is real time, in seconds.
    """
    if claim.version == 2:
        if not version2.fits(request, claim, secret=secret, bucket=bucket_of_host(request)):
            raise mismatch()
        return
    time = claim.time or _time_of_date(request)
    _check_skew(claim, time, now)
    _check_signed_headers(request, claim)
    key = signing_key(secret, claim)
    expected = request_signature(key, request, claim, time=time)
    if not hmac.compare_digest(expected.encode(), claim.signature.encode()):
        raise mismatch()
    _check_body(request, chunked)
    if chunked is not None:
        _check_chunks(chunked, claim, key, time)


def mismatch() -> AwsError:
    return AwsError(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. "
        "Consult the service documentation for details.",
        status=403,
    )


def _check_skew(claim: Claim, time: str, now: float) -> None:
    here, there = datetime.fromtimestamp(now, UTC), _moment(time)
    shown = here.strftime(_FORM)
    if there > here + SKEW:
        latest = (here + SKEW).strftime(_FORM)
        raise AwsError(
            "RequestTimeTooSkewed",
            f"Signature not yet current: {time} is still later than {latest} ({shown} + 15 min.)",
            status=403,
        )
    if claim.expires is None and there < here - SKEW:
        earliest = (here - SKEW).strftime(_FORM)
        raise AwsError(
            "RequestTimeTooSkewed",
            f"Signature expired: {time} is now earlier than {earliest} ({shown} - 15 min.)",
            status=403,
        )


def _check_signed_headers(request: WireRequest, claim: Claim) -> None:
    if "host" not in claim.signed_headers:
        raise AwsError(
            "SignatureDoesNotMatch",
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            status=403,
        )
    unsigned = {name for name in request.headers if name.startswith("x-amz-")}
    unsigned -= set(claim.signed_headers)
    if unsigned:
        raise AwsError(
            "AccessDenied",
            "There were headers present in the request which were not signed: "
            f"{', '.join(sorted(unsigned))}",
            status=403,
        )


def _check_body(request: WireRequest, chunked: Chunked | None) -> None:
    stated = request.headers.get("x-amz-content-sha256", "")
    hashed = chunked is None and _HASH.fullmatch(stated)
    if hashed and hashlib.sha256(request.body).hexdigest() != stated:
        raise AwsError(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            status=400,
        )
    signed_chunks = stated.startswith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
    if chunked is not None and signed_chunks and not all(one.signature for one in chunked.chunks):
        raise mismatch()


def _check_chunks(chunked: Chunked, claim: Claim, key: bytes, time: str) -> None:
    """Each chunk's signature is made of the one before; the first follows the request's own."""
    last = claim.signature
    for chunk in chunked.chunks:
        if not chunk.signature:
            return
        digest = hashlib.sha256(chunk.data).hexdigest()
        text = f"AWS4-HMAC-SHA256-PAYLOAD\n{time}\n{claim.scope}\n{last}\n{EMPTY_HASH}\n{digest}"
        if not hmac.compare_digest(signed(key, text), chunk.signature):
            raise mismatch()
        last = chunk.signature
    _check_trailers(chunked, claim, key, time, last)


def _check_trailers(chunked: Chunked, claim: Claim, key: bytes, time: str, last: str) -> None:
    stated = chunked.trailers.get("x-amz-trailer-signature")
    others = {
        name: value for name, value in chunked.trailers.items() if name != "x-amz-trailer-signature"
    }
    if not others:
        return
    text = "".join(f"{name}:{value}\n" for name, value in others.items())
    digest = hashlib.sha256(text.encode("latin-1")).hexdigest()
    expected = signed(key, f"AWS4-HMAC-SHA256-TRAILER\n{time}\n{claim.scope}\n{last}\n{digest}")
    if stated is None or not hmac.compare_digest(expected.encode(), stated.encode("latin-1")):
        raise mismatch()


def _moment(time: str) -> datetime:
    try:
        return datetime.strptime(time, _FORM).replace(tzinfo=UTC)
    except ValueError:
        raise AwsError(
            "IncompleteSignature",
            f"Date must be in ISO-8601 'basic format'. Got '{time:.40}'. "
            "See http://en.wikipedia.org/wiki/ISO_8601",
            status=400,
        ) from None


def _time_of_date(request: WireRequest) -> str:
    """Return the time that the header ``Date`` says, in the form of ``X-Amz-Date``."""
    text = request.headers.get("date", "")
    try:
        return parsedate_to_datetime(text).astimezone(UTC).strftime(_FORM)
    except (ValueError, OverflowError):
        return _moment(text).strftime(_FORM)


def _bad_expiry(message: str) -> AwsError:
    return AwsError("AuthorizationQueryParametersError", message, status=400)

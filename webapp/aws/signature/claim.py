"""What a signed request says of itself: key, date, region, service, signed headers, signature.

Errors are AWS's own; their codes are put into each service's form by ``refusals``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from webapp.aws.errors import AwsError

ALGORITHM = "AWS4-HMAC-SHA256"
_MARKS = ("X-Amz-Algorithm=", "X-Amz-Credential=", "X-Amz-Signature=")
_OLD_MARKS = ("AWSAccessKeyId=", "Signature=", "Expires=")
"""What an address has that is signed by version 2; all of these."""
_QUERY_FIELDS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
)
_SDK_HEADERS = ("x-amz-target", "amz-sdk-invocation-id", "x-amz-content-sha256")
_DATE = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """``time`` is ``YYYYMMDDTHHMMSSZ``; ``expires`` seconds, for a signature in the query.

    In ``version`` 2, which only S3 still knows, ``expires`` is seconds since 1970.
    """

    access_key: str
    date: str
    region: str
    service: str
    time: str
    signed_headers: tuple[str, ...]
    signature: str
    token: str | None
    in_query: bool
    expires: str | None = None
    version: int = 4

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


def is_aws_call(headers: Mapping[str, str], query: str) -> bool:
    """Tell whether a request is for an AWS service: signed, well or badly, or sent by an SDK.

    ``headers`` have lower-case names. No page can send such headers to another origin.
    """
    if headers.get("authorization", "")[:4].upper() in ("AWS4", "AWS "):
        return True
    if any(mark in query for mark in _MARKS) or _is_version2(query):
        return True
    return any(name in headers for name in _SDK_HEADERS)


def is_signed_in_query(query: str) -> bool:
    """Tell whether the address itself carries a signature, as a presigned link does."""
    return any(mark in query for mark in _MARKS)


def read_claim(headers: Mapping[str, str], query: str) -> Claim:
    """Return what the request says of itself. Raises ``AwsError``."""
    authorization = headers.get("authorization")
    if authorization is not None:
        return _from_header(authorization, headers)
    if is_signed_in_query(query):
        return _from_query(query)
    if _is_version2(query):
        return _from_version2(query)
    raise AwsError("MissingAuthenticationToken", "Missing Authentication Token", status=403)


def _is_version2(query: str) -> bool:
    return all(mark in query for mark in _OLD_MARKS)


def _from_version2(query: str) -> Claim:
    fields = dict(parse_qsl(query, keep_blank_values=True))
    return Claim(
        access_key=fields.get("AWSAccessKeyId", ""),
        date="",
        region="aws-global",
        service="s3",
        time="",
        signed_headers=(),
        signature=fields.get("Signature", ""),
        token=fields.get("x-amz-security-token"),
        in_query=True,
        expires=fields.get("Expires", ""),
        version=2,
    )


def _from_header(authorization: str, headers: Mapping[str, str]) -> Claim:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != ALGORITHM:
        raise _incomplete(f"Unsupported AWS 'algorithm': '{algorithm:.40}'.")
    pairs = [part.strip().partition("=") for part in rest.split(",")]
    fields = {name: value for name, _, value in pairs}
    time = headers.get("x-amz-date", "")
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if not fields.get(name)
    ]
    if not time and "date" not in headers:
        missing.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if missing:
        raise _incomplete(f"{' '.join(missing)} Authorization={authorization:.400}")
    return _claim(
        fields["Credential"],
        time=time,
        signed_headers=fields["SignedHeaders"],
        signature=fields["Signature"],
        token=headers.get("x-amz-security-token"),
        in_query=False,
    )


def _from_query(query: str) -> Claim:
    fields = dict(parse_qsl(query, keep_blank_values=True))
    missing = [
        f"AWS query-string parameters must include '{name}'."
        for name in _QUERY_FIELDS
        if not fields.get(name)
    ]
    if missing:
        raise _incomplete(f"{' '.join(missing)} Re-examine the query-string parameters.")
    if fields["X-Amz-Algorithm"] != ALGORITHM:
        raise _incomplete(f"Unsupported AWS 'algorithm': '{fields['X-Amz-Algorithm']:.40}'.")
    return _claim(
        fields["X-Amz-Credential"],
        time=fields["X-Amz-Date"],
        signed_headers=fields["X-Amz-SignedHeaders"],
        signature=fields["X-Amz-Signature"],
        token=fields.get("X-Amz-Security-Token"),
        in_query=True,
        expires=fields.get("X-Amz-Expires"),
    )


def _claim(
    credential: str,
    *,
    time: str,
    signed_headers: str,
    signature: str,
    token: str | None,
    in_query: bool,
    expires: str | None = None,
) -> Claim:
    parts = credential.split("/")
    if len(parts) != 5 or not all(parts):
        raise _incomplete(
            "Credential must have exactly 5 slash-delimited elements, "
            f"e.g. keyid/date/region/service/term, got '{credential:.200}'"
        )
    access_key, date, region, service, term = parts
    if term != "aws4_request":
        raise _mismatch(
            "Credential should be scoped with a valid terminator: 'aws4_request', "
            f"not '{term:.40}'."
        )
    if time and not _DATE.fullmatch(time):
        raise _incomplete(
            f"Date must be in ISO-8601 'basic format'. Got '{time:.40}'. "
            "See http://en.wikipedia.org/wiki/ISO_8601"
        )
    if time and time[:8] != date:
        raise _mismatch(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
            f"from HTTP: '{date:.40}' != '{time[:8]}', from '{time}'."
        )
    return Claim(
        access_key=access_key,
        date=date,
        region=region,
        service=service,
        time=time,
        signed_headers=tuple(signed_headers.split(";")),
        signature=signature,
        token=token,
        in_query=in_query,
        expires=expires,
    )


def _incomplete(message: str) -> AwsError:
    return AwsError("IncompleteSignature", message, status=400)


def _mismatch(message: str) -> AwsError:
    return AwsError("SignatureDoesNotMatch", message, status=403)

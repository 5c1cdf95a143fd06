"""A function's URL: how it is reached, who may, and from which pages (DG:urls-configuration)."""

import re
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from webapp.runtime.errors import InvalidParameterValue

AuthType = Literal["NONE", "AWS_IAM"]
InvokeMode = Literal["BUFFERED", "RESPONSE_STREAM"]
METHODS = ("GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*")
LONGEST_MAX_AGE_SECONDS = 86_400
_ID_LENGTH = 32
_MOST_ENTRIES = 100
_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^\s/,;\"]{1,240}", re.IGNORECASE)
_HEADER = re.compile(r"\*|[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """From which origins pages may call the URL; what is empty was not configured."""

    allow_credentials: bool = False
    allow_headers: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlConfig:
    """One function's URL. Times are lab time, in seconds."""

    identifier: str
    auth_type: AuthType
    created: float
    modified: float
    invoke_mode: InvokeMode = "BUFFERED"
    cors: Cors | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlTarget:
    """Where a URL leads: a function of a workspace's region, or one of its aliases."""

    workspace: str
    region: str
    function: str
    qualifier: str = ""


def new_identifier() -> str:
    """Return what begins a URL's host: 32 letters and digits that nobody can guess."""
    letters = string.ascii_lowercase + string.digits
    return "".join(secrets.choice(letters) for _ in range(_ID_LENGTH))


def is_identifier(text: str) -> bool:
    """Tell whether a URL could have this id."""
    return re.fullmatch(rf"[a-z0-9]{{{_ID_LENGTH}}}", text) is not None


def check_cors(cors: Cors) -> None:
    """Raise ``InvalidParameterValue`` for what no browser, or no header, could take."""
    _check_entries("AllowOrigins", cors.allow_origins, _ORIGIN, "* or an origin (https://host)")
    _check_entries("AllowHeaders", cors.allow_headers, _HEADER, "* or a header's name")
    _check_entries("ExposeHeaders", cors.expose_headers, _HEADER, "* or a header's name")
    for method in cors.allow_methods:
        if method not in METHODS:
            raise InvalidParameterValue(
                f"AllowMethods holds '{method}'. Use some of {', '.join(METHODS)}."
            )
    if cors.max_age is not None and not 0 <= cors.max_age <= LONGEST_MAX_AGE_SECONDS:
        raise InvalidParameterValue(
            f"MaxAge is {cors.max_age}. Give 0 to {LONGEST_MAX_AGE_SECONDS} seconds."
        )


def _check_entries(
    member: str, entries: Iterable[str], pattern: re.Pattern[str], wanted: str
) -> None:
    listed = tuple(entries)
    if len(listed) > _MOST_ENTRIES:
        raise InvalidParameterValue(
            f"{member} holds {len(listed)} entries. Give at most {_MOST_ENTRIES}."
        )
    for entry in listed:
        if not pattern.fullmatch(entry):
            raise InvalidParameterValue(f"{member} holds '{entry:.80}', which is not {wanted}.")

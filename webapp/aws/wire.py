"""A request and a response of an AWS service as plain data, whoever carries them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRequest:
    """An HTTP request as it came; nothing in ``path`` and ``query`` is decoded.

    ``headers`` have lower-case names; what came twice is joined by commas.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireResponse:
    """An HTTP response. ``body`` is pieces only where the operation streams."""

    status: int
    headers: Mapping[str, str]
    body: bytes | AsyncIterator[bytes] = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSession:
    """A role that somebody has assumed: a handler its function's, under the function's name."""

    role: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who calls: the workspace's owner, or a session of a role in it.

    ``region`` is where a request goes that names none. ``environment`` is the one that a handler
    calls from.
    """

    workspace: str
    region: str
    access_key: str = ""
    session: RoleSession | None = None
    environment: str = ""

"""What one service brings to another: a body on its way to what an ARN names."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """``source`` says in the trace where it comes from, such as ``rule orders``.

    ``principal`` is the service that brings it and ``source_arn`` what it brings it for: a
    function's policy is asked about both. No principal means that a role is used, which needs
    nothing. ``attributes`` are data type and value by name, ``group`` is for FIFO queues and
    topics, ``detail_type`` and ``event_source`` are for buses that get a detail and no whole
    event, which is then about ``resources``;
    ``hops`` counts the buses behind it.
    """

    arn: str
    body: str
    source: str
    run: str
    cause: int | None = None
    principal: str = ""
    source_arn: str = ""
    attributes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    group: str = ""
    detail_type: str = ""
    event_source: str = ""
    resources: tuple[str, ...] = ()
    hops: int = 0
    trace: str = ""
    """The X-Ray header that carries the chain of calls on; it does not go over a bus (9.3)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a parcel was not taken. ``again``: it may be, if it is tried later."""

    code: str
    message: str
    again: bool

"""An event on a bus: the envelope around ``detail`` (lambda-behaviour 7.12)."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

DEFAULT_BUS = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusEvent:
    """``detail`` is JSON text, kept as it was sent: patterns tell 300 from 300.0.

    ``time`` is what the sender says, ``ingested`` when the bus took it; both lab time. ``hops``
    counts the buses that it came over.
    """

    identifier: str
    source: str
    detail_type: str
    detail: str
    account: str
    region: str
    time: float
    ingested: float
    resources: tuple[str, ...] = ()
    hops: int = 0

    @property
    def text(self) -> str:
        """The event as JSON, as rules see it and targets get it."""
        return f'{self.head[:-1]},"detail":{self.detail}}}'

    @property
    def head(self) -> str:
        """The event as JSON without its detail."""
        envelope = {
            "version": "0",
            "id": self.identifier,
            "detail-type": self.detail_type,
            "source": self.source,
            "account": self.account,
            "time": timestamp(self.time),
            "region": self.region,
            "resources": list(self.resources),
        }
        return json.dumps(envelope, separators=(",", ":"), ensure_ascii=False)


def new_event(
    *,
    source: str,
    detail_type: str,
    detail: str,
    account: str,
    region: str,
    now: float,
    time: float | None = None,
    resources: Sequence[str] = (),
) -> BusEvent:
    """Return an event with an id of its own; without a ``time`` it is of now."""
    return BusEvent(
        identifier=str(uuid.uuid4()),
        source=source,
        detail_type=detail_type,
        detail=detail,
        account=account,
        region=region,
        time=now if time is None else time,
        ingested=now,
        resources=tuple(resources),
    )


def timestamp(seconds: float) -> str:
    """Return a moment as EventBridge writes it: whole seconds, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

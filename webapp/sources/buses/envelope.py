"""Events made of what others bring to a bus: a whole event, or a detail alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from webapp.sources.buses.entries import read_object
from webapp.sources.buses.event import BusEvent, new_event
from webapp.sources.buses.transformer import to_json
from webapp.sources.matching.values import loads
from webapp.sources.parcel import Parcel

_TEXTS = ("id", "detail-type", "source")


def event_of(parcel: Parcel, *, account: str, region: str, now: float) -> BusEvent | None:
    """Return the event that a parcel brings, ``None`` if it brings none.

    With an ``event_source`` its body is the detail of a new event. Without one it is an event as a
    rule of another bus matched it, which keeps its id and its time.
    """
    if parcel.event_source:
        detail = read_object(parcel.body)
        if detail is None:
            return None
        return replace(
            new_event(
                source=parcel.event_source,
                detail_type=parcel.detail_type,
                detail=detail,
                account=account,
                region=region,
                now=now,
                resources=parcel.resources,
            ),
            hops=parcel.hops,
        )
    return _forwarded(parcel, account=account, region=region, now=now)


def _forwarded(parcel: Parcel, *, account: str, region: str, now: float) -> BusEvent | None:
    if read_object(parcel.body) is None:
        return None
    document: Mapping[str, Any] = loads(parcel.body)
    if not all(isinstance(document.get(name), str) for name in _TEXTS):
        return None
    detail, resources = document.get("detail"), document.get("resources")
    if not isinstance(detail, dict) or not isinstance(resources, list):
        return None
    made = new_event(
        source=document["source"],
        detail_type=document["detail-type"],
        detail=to_json(detail),
        account=account,
        region=region,
        now=now,
        resources=[str(one) for one in resources],
    )
    return replace(made, identifier=document["id"], hops=parcel.hops)

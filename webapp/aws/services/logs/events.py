"""Log events: putting them, reading a stream, searching a group, trying a pattern.

Events are handed over one by one, so that whoever writes the response takes them off the loop.
"""

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.logs.scope import group_of, now_ms, real_ms, scope_of
from webapp.aws.services.logs.subscriptions import subscriptions_of
from webapp.sources.logs.batch import Batch
from webapp.sources.logs.errors import InvalidParameter
from webapp.sources.logs.model import EventQuery, InputEvent, LogEvent
from webapp.sources.logs.subscriptions import Line

_LATEST_MS = 2**62
_PAGE = 10_000


async def put_log_events(call: Call, request: Request) -> Result:
    """Store a batch. The token is for old clients; nothing asks for it."""
    batch = await call.backends.logs.put(
        scope_of(call),
        request["logGroupName"],
        request["logStreamName"],
        [InputEvent(event["timestamp"], event["message"]) for event in request["logEvents"]],
        now_ms=now_ms(call),
        real_ms=real_ms(call),
    )
    await _show(call, request, batch)
    rejected = {
        "tooNewLogEventStartIndex": batch.too_new_start,
        "tooOldLogEventEndIndex": batch.too_old_end,
        "expiredLogEventEndIndex": batch.expired_end,
    }
    told = rejected if any(index is not None for index in rejected.values()) else None
    return {"nextSequenceToken": f"{now_ms(call):056}", "rejectedLogEventsInfo": told}


async def get_log_events(call: Call, request: Request) -> Result:
    query = EventQuery(
        streams=(request["logStreamName"],),
        start_ms=_time(request, "startTime", 0),
        end_ms=_time(request, "endTime", _LATEST_MS),
        backward=not request.get("startFromHead"),
        limit=request.get("limit") or _PAGE,
    )
    page = await call.backends.logs.read(
        scope_of(call),
        group_of(call, request),
        query,
        token=request.get("nextToken"),
        now_ms=now_ms(call),
    )
    return {
        "events": (_shown(event) for event in page.events),
        "nextForwardToken": page.forward,
        "nextBackwardToken": page.backward,
    }


async def filter_log_events(call: Call, request: Request) -> Result:
    streams, prefix = request.get("logStreamNames"), request.get("logStreamNamePrefix")
    if streams is not None and prefix is not None:
        raise InvalidParameter(
            "Only one of logStreamNames and logStreamNamePrefix can be specified."
        )
    query = EventQuery(
        streams=tuple(streams) if streams is not None else None,
        prefix=prefix or "",
        start_ms=_time(request, "startTime", 0),
        end_ms=_time(request, "endTime", _LATEST_MS) + 1,  # this operation includes its end
        backward=request.get("startFromHead") is False,
        limit=request.get("limit") or _PAGE,
    )
    page = await call.backends.logs.search(
        scope_of(call),
        group_of(call, request),
        query,
        pattern=request.get("filterPattern") or "",
        token=request.get("nextToken"),
        now_ms=now_ms(call),
    )
    return {
        "events": (
            {
                **_shown(event),
                "logStreamName": event.stream,
                "eventId": event.position.event_id,
            }
            for event in page.events
        ),
        "searchedLogStreams": [],
        "nextToken": page.token,
    }


async def test_metric_filter(call: Call, request: Request) -> Result:
    matches = await call.backends.logs.test(
        scope_of(call), request["filterPattern"], request["logEventMessages"]
    )
    return {
        "matches": [
            {
                "eventNumber": match.number,
                "eventMessage": match.message,
                "extractedValues": match.extracted,
            }
            for match in matches
        ]
    }


async def _show(call: Call, request: Request, batch: Batch) -> None:
    """Let the group's subscription filters look at what was stored; what matches is on disk."""
    group, subscriptions = request["logGroupName"], subscriptions_of(call)
    if not subscriptions.watches(group):
        return
    stream, run = request["logStreamName"], call.run
    await subscriptions.put(
        [Line(group, stream, one.timestamp_ms, one.message, run) for one in batch.events]
    )


def _time(request: Request, name: str, otherwise: int) -> int:
    time_ms = request.get(name)
    return otherwise if time_ms is None else min(int(time_ms), _LATEST_MS)


def _shown(event: LogEvent) -> dict[str, str | int]:
    return {
        "timestamp": event.position.timestamp_ms,
        "message": event.message,
        "ingestionTime": event.ingested_ms,
    }


OPERATIONS = {
    "PutLogEvents": put_log_events,
    "GetLogEvents": get_log_events,
    "FilterLogEvents": filter_log_events,
    "TestMetricFilter": test_metric_filter,
}

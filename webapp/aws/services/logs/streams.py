"""Log streams of a group."""

from typing import Any

from webapp.aws.call import Call, Request, Result
from webapp.aws.services.logs.scope import group_of, now_ms, scope_of
from webapp.sources.logs import arns, tokens
from webapp.sources.logs.model import LogStream, StreamQuery

_PAGE = 50


async def create_log_stream(call: Call, request: Request) -> Result:
    stream = LogStream(name=request["logStreamName"], created_ms=now_ms(call))
    await call.backends.logs.create_stream(scope_of(call), request["logGroupName"], stream)
    return {}


async def delete_log_stream(call: Call, request: Request) -> Result:
    await call.backends.logs.delete_stream(
        scope_of(call), request["logGroupName"], request["logStreamName"]
    )
    return {}


async def describe_log_streams(call: Call, request: Request) -> Result:
    """Return streams by name, or by the time of their last event."""
    group, limit = group_of(call, request), request.get("limit") or _PAGE
    query = StreamQuery(
        prefix=request.get("logStreamNamePrefix") or "",
        order_by=request.get("orderBy") or "LogStreamName",
        descending=bool(request.get("descending")),
        after=_after(request),
        limit=limit + 1,
    )
    streams = await call.backends.logs.streams(scope_of(call), group, query)
    shown = [_described(call, group, stream) for stream in streams[:limit]]
    more = _token(streams[limit - 1]) if len(streams) > limit else None
    return {"logStreams": shown, "nextToken": more}


def _token(last: LogStream) -> str:
    return tokens.page_token(last.last_event_ms or 0, last.name)


def _after(request: Request) -> tuple[int, str] | None:
    token = request.get("nextToken")
    if token is None:
        return None
    time_ms, name = tokens.read_page_token(token, int, str)
    return time_ms, name


def _described(call: Call, group: str, stream: LogStream) -> dict[str, Any]:
    return {
        "logStreamName": stream.name,
        "creationTime": stream.created_ms,
        "firstEventTimestamp": stream.first_event_ms,
        "lastEventTimestamp": stream.last_event_ms,
        "lastIngestionTime": stream.ingested_ms,
        "arn": arns.stream_arn(group, stream.name, account=call.account, region=call.region),
        "storedBytes": 0,  # AWS reports a size for groups only since 2019
    }


OPERATIONS = {
    "CreateLogStream": create_log_stream,
    "DeleteLogStream": delete_log_stream,
    "DescribeLogStreams": describe_log_streams,
}

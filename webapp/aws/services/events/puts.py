"""Events put on buses, and patterns tried on one."""

from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.errors import AwsError
from webapp.aws.services.events.places import buses_of
from webapp.sources.buses.entries import EntryError
from webapp.sources.buses.event import BusEvent
from webapp.sources.buses.trial import EventUnreadable, try_pattern
from webapp.sources.errors import SourceBusy, SourceFailed


async def put_events(call: Call, request: Request) -> Result:
    session, given = call.principal.session, request["Entries"]
    try:
        answers = await buses_of(call).put_entries(
            given,
            run=call.run,
            sender=f"lambda {session.name}" if session else "api",
            seconds=lambda time: float(time.timestamp()),
            cause=call.cause,
        )
    except (SourceBusy, SourceFailed) as error:
        # Clients look at each entry, and send those again that failed.
        code = "ThrottlingException" if isinstance(error, SourceBusy) else "InternalFailure"
        answers = [EntryError(code, error.message) for _ in given]
    entries = [_shown(answer) for answer in answers]
    failed = sum(isinstance(answer, EntryError) for answer in answers)
    return {"FailedEntryCount": failed, "Entries": entries}


async def test_event_pattern(call: Call, request: Request) -> Result:
    try:
        trial = try_pattern(request["EventPattern"], request["Event"])
    except EventUnreadable as error:
        raise AwsError("ValidationException", str(error)) from None
    return {"Result": trial.matched}


def _shown(answer: BusEvent | EntryError) -> dict[str, Any]:
    if isinstance(answer, EntryError):
        return {"ErrorCode": answer.code, "ErrorMessage": answer.message}
    return {"EventId": answer.identifier}


OPERATIONS: dict[str, Implementation] = {
    "PutEvents": put_events,
    "TestEventPattern": test_event_pattern,
}

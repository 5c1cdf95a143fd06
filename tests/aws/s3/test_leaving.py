"""Who leaves while a change is made leaves no half of it."""

import asyncio
from typing import Any

from tests.aws.s3.test_in_handlers import wait
from webapp.aws.wire import Principal, WireRequest
from webapp.trace.events import ObjectDeleted, ObjectPut
from webapp.wiring import Application

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


def ask_and_leave(application: Application, method: str, path: str, kind: type[Any]) -> None:
    """Send a request as a handler does, and end when its change has its fact and no more."""
    request = WireRequest(
        method=method,
        path=path,
        headers={"authorization": SIGNED, "x-amz-date": "20260101T000000Z"},
        body=b"x" if method == "PUT" else b"",
    )
    principal = Principal(workspace="local", region="us-east-1")

    async def begin() -> None:
        workspace = await application.services.platform.workspace("local")
        seen = workspace.log.last_sequence
        asking = asyncio.ensure_future(application.aws.answer(request, principal=principal))
        while not any(isinstance(one.fact, kind) for one in workspace.log.since(seen)):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    application.services.loop.call(begin())


def test_a_change_that_was_begun_is_made_whoever_leaves(
    application: Application, s3: Any, bucket: str
) -> None:
    ask_and_leave(application, "PUT", f"/{bucket}/k", ObjectPut)
    wait(s3, Bucket=bucket, Key="k")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    ask_and_leave(application, "DELETE", f"/{bucket}/k", ObjectDeleted)
    s3.put_object(Bucket=bucket, Key="last", Body=b"y")
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert [one["Key"] for one in listed] == ["last"]

"""Function URLs on a shared host: who signed is proved, and strangers need the policy's word."""

import json
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from werkzeug.test import TestResponse

from webapp.classroom.access_keys import AccessKey
from webapp.runtime.code.code import pack
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.policy import Permission
from webapp.runtime.model import Configuration
from webapp.runtime.workspace import Workspace
from webapp.wiring import Application

ADA, BOB = "w0123456789abcdef0123", "wfedcba98765432100123"
GREETER = FunctionReference("greeter")
DATA = pack({"handler.py": "def handler(event, context):\n    return event['requestContext']\n"})


@pytest.fixture(scope="module")
def url(hosted: Application) -> str:
    """Give the signed URL of a function of Ada's."""

    async def make() -> str:
        home = (await hosted.services.platform.workspace(ADA)).home
        await home.registry.create("greeter", configuration=Configuration(), data=DATA, run="r")
        await home.registry.ready("greeter")
        made = await home.urls.create(GREETER, auth_type="AWS_IAM", run="r")
        return hosted.services.site.function_url(made.identifier, region=home.name)

    return hosted.services.loop.call(make())


@pytest.fixture
def ada(hosted: Application) -> Workspace:
    async def opened() -> Workspace:
        return await hosted.services.platform.workspace(ADA)

    return hosted.services.loop.call(opened())


def ask(application: Application, url: str, key: AccessKey, **spoilt: str) -> TestResponse:
    request = AWSRequest("GET", f"{url}path?a=b")
    SigV4Auth(Credentials(key.id, key.secret), "lambda", "us-east-1").add_auth(request)
    headers = {name: str(value) for name, value in request.headers.items()}
    host = url.removeprefix("http://").rstrip("/")
    changed = {name.replace("_", "-"): value for name, value in spoilt.items()}
    answer: TestResponse = application.app.test_client().get(
        "/path?a=b", headers={**headers, "Host": host, **changed}
    )
    return answer


def message(answer: TestResponse) -> Any:
    return json.loads(answer.data)["Message"]


@pytest.mark.slow
def test_the_owner_is_let_in_and_the_event_says_who_it_was(hosted: Application, url: str) -> None:
    key = hosted.services.access_keys.of(ADA)
    answer = ask(hosted, url, key)
    assert answer.status_code == 200
    iam = answer.get_json()["authorizer"]["iam"]
    assert iam["accessKey"] == key.id
    assert iam["userArn"] == f"arn:aws:iam::{iam['accountId']}:root"


def test_a_signature_that_is_forged_or_for_something_else_is_refused(
    hosted: Application, url: str
) -> None:
    keys = hosted.services.access_keys
    forged = ask(hosted, url, AccessKey(keys.of(ADA).id, "guessed"))
    assert (forged.status_code, "signature we calculated" in message(forged)) == (403, True)
    unknown = ask(hosted, url, AccessKey("AKIAIOSFODNN7EXAMPLE", "x"))
    assert unknown.status_code == 403
    moved = ask(hosted, url, keys.of(ADA), X_Amz_Date="20200101T000000Z")
    assert moved.status_code == 403


@pytest.mark.slow
def test_a_stranger_is_let_in_by_the_policy_alone(
    hosted: Application, url: str, ada: Workspace
) -> None:
    key = hosted.services.access_keys.of(BOB)
    answer = ask(hosted, url, key)
    assert (answer.status_code, message(answer)[:9]) == (403, "Forbidden")

    async def allow(permission: Permission) -> None:
        await ada.home.annotations.allow(GREETER, permission, run="r")

    async def account() -> str:
        return (await hosted.services.platform.workspace(BOB)).account

    loop = hosted.services.loop
    bob = loop.call(account())
    assert bob != ada.account
    by_url = Permission(
        statement_id="url",
        action="lambda:InvokeFunctionUrl",
        principal=bob,
        url_auth_type="AWS_IAM",
    )
    loop.call(allow(by_url))
    assert ask(hosted, url, key).status_code == 403
    loop.call(
        allow(Permission(statement_id="invoke", action="lambda:InvokeFunction", principal=bob))
    )
    answer = ask(hosted, url, key)
    assert answer.status_code == 200
    assert answer.get_json()["accountId"] == bob

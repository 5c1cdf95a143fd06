"""boto3 in a handler, unmodified, through its gateway to the door (rule 22)."""

import json
from typing import Any

from webapp.runtime.model import Configuration, Invocation
from webapp.runtime.platform import Deployment
from webapp.trace.events import InvocationAccepted
from webapp.wiring import Application

WHO = """
import boto3
def handler(event, context):
    answer = boto3.client("sts").get_caller_identity()
    return {name: answer[name] for name in ("Account", "Arn")}
"""
ASKING = """
import boto3, botocore.exceptions
def handler(event, context):
    try:
        client = boto3.client(event["service"], region_name=event.get("region"))
        getattr(client, event["operation"])(**event.get("arguments", {}))
    except botocore.exceptions.ClientError as error:
        told = error.response
        return [told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]]
"""
FOREIGN = """
import boto3
def handler(event, context):
    stranger = boto3.client(
        "sts", aws_access_key_id=event["key"], aws_secret_access_key="s", aws_session_token="t"
    )
    return stranger.get_caller_identity()["Arn"]
"""
PLAIN = """
import os, urllib.error, urllib.request
def handler(event, context):
    found = {}
    for path in ("/", "/healthz", "/w/local", "/api/functions", "/static/styles/base.css"):
        try:
            with urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + path) as response:
                found[path] = response.status
        except urllib.error.HTTPError as error:
            found[path] = error.code
    return found
"""


CALLING = """
import boto3
client = boto3.client("lambda")
def handler(event, context):
    answer = client.invoke(FunctionName=event["function"], Payload=b"{}")
    return answer["ResponseMetadata"]["HTTPStatusCode"]
"""
PLAIN_ANSWER = "def handler(event, context):\n    return 'called'\n"


def call(application: Application, name: str, code: str, event: Any = None) -> Any:
    """Deploy a function with a role of its own and invoke it; return what it answers."""
    services = application.services
    configuration = Configuration(
        memory_mb=1769, timeout=60, role="arn:aws:iam::000000000000:role/greeters"
    )
    deployment = Deployment(name=name, configuration=configuration, files={"handler.py": code})
    services.loop.call(services.platform.deploy("local", deployment, run="r"))
    payload = json.dumps(event).encode()
    invocation = Invocation(function=name, payload=payload, run="r")
    outcome = services.loop.call(services.platform.invoke("local", invocation))
    assert outcome.status == "ok", outcome
    return json.loads(outcome.payload)


def test_a_handler_is_a_session_of_its_functions_role(application: Application) -> None:
    who = call(application, "who", WHO)
    account = application.services.loop.call(
        application.services.platform.workspace("local")
    ).home.address.account
    assert who == {
        "Account": account,
        "Arn": f"arn:aws:sts::{account}:assumed-role/greeters/who",
    }


def test_what_the_lab_does_not_serve_says_so(application: Application) -> None:
    event = {"service": "athena", "operation": "list_work_groups"}
    assert call(application, "asking", ASKING, event)[1] == 501


def test_credentials_of_somebody_else_change_nothing(application: Application) -> None:
    """Who knows another environment's key is still itself: the gateway says who speaks."""
    assert call(application, "foreign", FOREIGN, {"key": "ASIAANOTHER"}).endswith("/foreign")


def test_nothing_of_the_app_but_the_door_is_behind_the_gateway(application: Application) -> None:
    statuses = call(application, "plain", PLAIN)
    assert all(status in (400, 403, 404) for status in statuses.values()), statuses


def test_what_a_handler_calls_belongs_to_the_run_of_its_own_call(
    application: Application,
) -> None:
    call(application, "called", PLAIN_ANSWER)
    assert call(application, "calling", CALLING, {"function": "called"}) == 200
    services = application.services
    log = services.loop.call(services.platform.workspace("local")).log
    calls = [one for one in log.since(0) if isinstance(one.fact, InvocationAccepted)]
    names = [(getattr(one.fact, "function", ""), one.run) for one in calls[-2:]]
    assert names == [("calling", "r"), ("called", "r")]

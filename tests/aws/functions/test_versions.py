"""Versions and aliases by boto3 over the real server, as on AWS (9; and 4, 5, 7.3 qualified)."""

import base64
import json
import os
import signal
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.aws.functions.clients import ROLE, SOON, client_of, create, shown, zipped
from tests.aws.functions.test_control import ARN, refused
from tests.server.running import Running, serving

pytestmark = pytest.mark.slow

SAYS = """
import os

def handler(event, context):
    return {
        "text": "TEXT",
        "version": context.function_version,
        "variable": os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
        "arn": context.invoked_function_arn,
        "stream": context.log_stream_name,
    }
"""


def says(text: str) -> str:
    return SAYS.replace("TEXT", text)


def call(client: Any, name: str, qualifier: str | None = None) -> dict[str, Any]:
    """Invoke, and return the payload with the version that the headers tell."""
    members = {} if qualifier is None else {"Qualifier": qualifier}
    answer = client.invoke(FunctionName=name, **members)
    payload: dict[str, Any] = json.load(answer["Payload"])
    return {**payload, "executed": answer["ExecutedVersion"]}


def two_versions(client: Any, name: str) -> None:
    """Publish ``one`` as 1 and ``two`` as 2."""
    create(client, name, says("one"), Publish=True)
    client.update_function_code(FunctionName=name, ZipFile=zipped(says("two")), Publish=True)
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=SOON)


def test_versions_live_as_on_aws(client: Any) -> None:
    first = create(client, "life", says("one"), Publish=True, Description="First")
    assert (first["Version"], first["FunctionArn"]) == ("1", f"{ARN}life")
    waiter = client.get_waiter("published_version_active")
    waiter.wait(FunctionName="life", Qualifier="1", WaiterConfig=SOON)
    again = client.publish_version(FunctionName="life", Description="Not this")
    assert (again["Version"], again["Description"]) == ("1", "First")
    updated = client.update_function_code(
        FunctionName="life", ZipFile=zipped(says("two")), Publish=True
    )
    assert (updated["Version"], updated["FunctionArn"]) == ("2", f"{ARN}life:2")
    client.get_waiter("function_updated_v2").wait(FunctionName="life", WaiterConfig=SOON)
    client.update_function_configuration(FunctionName="life", MemorySize=256)
    client.get_waiter("function_updated_v2").wait(FunctionName="life", WaiterConfig=SOON)
    third = client.publish_version(FunctionName="life", Description="Third")
    assert third["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert (third["FunctionArn"], third["MemorySize"]) == (f"{ARN}life:3", 256)


def test_versions_are_listed_shown_and_deleted_as_on_aws(client: Any) -> None:
    two_versions(client, "listed")
    pages = client.get_paginator("list_versions_by_function").paginate(
        FunctionName="listed", PaginationConfig={"PageSize": 2}
    )
    listed = [one for page in pages for one in page["Versions"]]
    assert [one["Version"] for one in listed] == ["$LATEST", "1", "2"]
    arns = [one["FunctionArn"] for one in listed[:2]]
    assert arns == [f"{ARN}listed:$LATEST", f"{ARN}listed:1"]
    every = client.list_functions(FunctionVersion="ALL")["Functions"]
    mine = [one["Version"] for one in every if one["FunctionName"] == "listed"]
    assert mine == ["$LATEST", "1", "2"]

    got = client.get_function(FunctionName="listed:2")
    assert (got["Configuration"]["State"], got["Configuration"]["Version"]) == ("Active", "2")
    by_arn = client.get_function_configuration(FunctionName=f"{ARN}listed:2")
    assert shown(by_arn) == got["Configuration"]

    client.delete_function(FunctionName="listed", Qualifier="2")
    assert refused(client.get_function, FunctionName="listed", Qualifier="2") == (
        404,
        "ResourceNotFoundException",
        f"Function not found: {ARN}listed:2",
    )
    client.delete_function(FunctionName="listed")
    assert refused(client.list_versions_by_function, FunctionName="listed")[0] == 404
    create(client, "listed", says("anew"))
    assert client.publish_version(FunctionName="listed")["Version"] == "3"


def test_every_version_runs_what_it_froze_and_is_told_who_it_is(client: Any) -> None:
    two_versions(client, "who")
    client.create_alias(FunctionName="who", Name="live", FunctionVersion="1")
    for qualifier, text, version in ((None, "two", "$LATEST"), ("1", "one", "1")):
        said = call(client, "who", qualifier)
        assert (said["text"], said["version"], said["variable"]) == (text, version, version)
        assert said["executed"] == version
        assert f"[{version}]" in said["stream"]
    assert call(client, "who")["arn"] == f"{ARN}who"
    for name, qualifier in (("who", "live"), ("who:live", None), (f"{ARN}who:live", "live")):
        said = call(client, name, qualifier)
        assert (said["text"], said["executed"]) == ("one", "1")
        assert said["arn"] == f"{ARN}who:live"
    tail = client.invoke(FunctionName="who:2", LogType="Tail")["LogResult"]
    assert b"Version: 2" in base64.b64decode(tail)
    assert refused(client.invoke, FunctionName="who:1", Qualifier="2")[1] == (
        "InvalidParameterValueException"
    )
    streamed = client.invoke_with_response_stream(FunctionName="who", Qualifier="live")
    assert streamed["ExecutedVersion"] == "1"
    assert b'"one"' in b"".join(
        one["PayloadChunk"]["Payload"] for one in streamed["EventStream"] if "PayloadChunk" in one
    )
    assert client.invoke(FunctionName="who:live", InvocationType="DryRun")["StatusCode"] == 204


def test_aliases_live_as_on_aws(client: Any) -> None:
    two_versions(client, "named")
    made = client.create_alias(
        FunctionName="named",
        Name="live",
        FunctionVersion="1",
        Description="What people call",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}},
    )
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.25}}
    assert (made["AliasArn"], made["FunctionVersion"]) == (f"{ARN}named:live", "1")
    assert shown(client.get_alias(FunctionName="named", Name="live")) == shown(made)
    through = client.get_function(FunctionName="named", Qualifier="live")["Configuration"]
    assert (through["FunctionArn"], through["Version"]) == (f"{ARN}named:live", "1")

    client.create_alias(FunctionName="named", Name="beta", FunctionVersion="2")
    client.create_alias(FunctionName="named", Name="edge", FunctionVersion="$LATEST")
    pages = client.get_paginator("list_aliases").paginate(
        FunctionName="named", PaginationConfig={"PageSize": 1}
    )
    assert [one["Name"] for page in pages for one in page["Aliases"]] == ["beta", "edge", "live"]
    second = client.list_aliases(FunctionName="named", FunctionVersion="2")["Aliases"]
    assert [one["Name"] for one in second] == ["beta", "live"]

    updated = client.update_alias(
        FunctionName="named",
        Name="live",
        FunctionVersion="2",
        RoutingConfig={"AdditionalVersionWeights": {}},
        RevisionId=made["RevisionId"],
    )
    assert "RoutingConfig" not in updated
    assert (updated["FunctionVersion"], updated["Description"]) == ("2", "What people call")
    stale = {"FunctionName": "named", "Name": "live", "RevisionId": made["RevisionId"]}
    assert refused(client.update_alias, **stale)[:2] == (412, "PreconditionFailedException")
    assert refused(client.delete_function, FunctionName="named:2")[2] == (
        "Unable to delete version because the following aliases reference it: [beta, live]"
    )
    for name in ("live", "live"):
        deleted = client.delete_alias(FunctionName="named", Name=name)
        assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refused(client.get_alias, FunctionName="named", Name="live") == (
        404,
        "ResourceNotFoundException",
        f"Cannot find alias arn: {ARN}named:live",
    )
    assert refused(client.update_alias, FunctionName="named", Name="live") == (
        404,
        "ResourceNotFoundException",
        f"Alias not found: {ARN}named:live",
    )


def test_what_makes_no_alias_is_refused_in_the_services_words(client: Any) -> None:
    two_versions(client, "wrong")
    invalid = 400, "InvalidParameterValueException"
    shape = 400, "ValidationException"
    wrong: list[tuple[dict[str, Any], tuple[int, str], str]] = [
        ({"Name": "123"}, shape, "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
        ({"Name": "n" * 129}, shape, "less than or equal to 128"),
        ({"Name": "<b>"}, shape, "regular expression"),
        ({"FunctionVersion": "live"}, shape, "|[0-9]+)"),
        ({"FunctionVersion": "9" * 400}, (404, "ResourceNotFoundException"), "Function not found"),
        ({"Description": "d" * 257}, shape, "less than or equal to 256"),
        ({"Description": 7}, (400, "SerializationException"), ""),
        ({"RoutingConfig": {"AdditionalVersionWeights": {"1": 0.8, "2": 0.2}}}, invalid, "1"),
        ({"RoutingConfig": {"AdditionalVersionWeights": {"2": 1.5}}}, shape, "1.0"),
        ({"RoutingConfig": {"AdditionalVersionWeights": {"2": -0.5}}}, shape, "0.0"),
        ({"RoutingConfig": {"AdditionalVersionWeights": {"x": 0.5}}}, shape, "[0-9]+"),
        ({"RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}}, invalid, "already included"),
        (
            {"RoutingConfig": {"AdditionalVersionWeights": {"10": 0.5}}},
            (404, "ResourceNotFoundException"),
            f"Function not found: {ARN}wrong:10",
        ),
        ({"FunctionName": "nobody"}, (404, "ResourceNotFoundException"), "Function not found"),
        (
            {"FunctionName": "arn:aws:lambda:us-east-1:999999999999:function:wrong"},
            (403, "AccessDeniedException"),
            "lambda:CreateAlias",
        ),
    ]
    fine = {"FunctionName": "wrong", "Name": "live", "FunctionVersion": "1"}
    for changed, told, words in wrong:
        status, code, message = refused(client.create_alias, **{**fine, **changed})
        assert (status, code) == told, changed
        assert words in message, changed
    assert client.list_aliases(FunctionName="wrong")["Aliases"] == []
    guards = {"FunctionName": "wrong", "CodeSha256": "x" * 5000}
    status, _, message = refused(client.publish_version, **guards)
    assert status == 400
    assert len(message) < 500
    assert refused(client.publish_version, FunctionName="wrong", Description="d" * 257)[0] == 400
    assert refused(client.publish_version, FunctionName="wrong", RevisionId="no")[0] == 412


def test_what_belongs_to_a_qualifier_belongs_to_it_alone(client: Any) -> None:
    two_versions(client, "apart")
    client.create_alias(FunctionName="apart", Name="live", FunctionVersion="1")
    permission = {
        "StatementId": "s3",
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
    }
    added = client.add_permission(FunctionName="apart", Qualifier="live", **permission)
    assert json.loads(added["Statement"])["Resource"] == f"{ARN}apart:live"
    got = client.get_policy(FunctionName="apart", Qualifier="live")
    alias = client.get_alias(FunctionName="apart", Name="live")
    assert got["RevisionId"] == alias["RevisionId"]
    for qualifier in ({}, {"Qualifier": "1"}, {"Qualifier": "2"}):
        assert refused(client.get_policy, FunctionName="apart", **qualifier)[0] == 404
    client.add_permission(FunctionName="apart", Qualifier="2", **permission)
    client.remove_permission(FunctionName="apart", Qualifier="2", StatementId="s3")
    assert refused(client.add_permission, FunctionName="apart:nope", **permission)[2] == (
        f"Cannot find alias arn: {ARN}apart:nope"
    )

    put = client.put_function_event_invoke_config(
        FunctionName="apart", Qualifier="live", MaximumRetryAttempts=0
    )
    assert put["FunctionArn"] == f"{ARN}apart:live"
    assert refused(client.get_function_event_invoke_config, FunctionName="apart:1")[2] == (
        f"The function {ARN}apart:1 doesn't have an EventInvokeConfig"
    )
    client.put_function_event_invoke_config(FunctionName="apart:2", MaximumRetryAttempts=1)
    configs = client.list_function_event_invoke_configs(FunctionName="apart")
    kept = [one["FunctionArn"] for one in configs["FunctionEventInvokeConfigs"]]
    assert kept == [f"{ARN}apart:2", f"{ARN}apart:live"]

    url = client.create_function_url_config(
        FunctionName="apart", Qualifier="live", AuthType="AWS_IAM"
    )
    assert url["FunctionArn"] == f"{ARN}apart:live"
    listed = client.list_function_url_configs(FunctionName="apart")["FunctionUrlConfigs"]
    assert [one["FunctionArn"] for one in listed] == [f"{ARN}apart:live"]
    by_number = {"FunctionName": "apart", "Qualifier": "1", "AuthType": "NONE"}
    assert refused(client.create_function_url_config, **by_number)[0] == 400
    assert refused(client.get_function_url_config, FunctionName="apart")[0] == 404

    assert refused(client.list_tags, Resource=f"{ARN}apart:live")[0] == 400
    for operation, members in (
        (client.update_function_configuration, {"MemorySize": 256}),
        (client.update_function_code, {"ZipFile": zipped()}),
        (client.get_function_concurrency, {}),
    ):
        assert (
            "Aliases and versions do not support this operation"
            in (refused(operation, FunctionName="apart:1", **members)[2])
        )


def test_the_url_of_an_alias_calls_what_the_alias_leads_to(client: Any) -> None:
    two_versions(client, "urls")
    client.create_alias(FunctionName="urls", Name="live", FunctionVersion="1")
    made = client.create_function_url_config(FunctionName="urls", Qualifier="live", AuthType="NONE")
    allowed: dict[str, dict[str, Any]] = {
        "lambda:InvokeFunctionUrl": {"FunctionUrlAuthType": "NONE"},
        "lambda:InvokeFunction": {"InvokedViaFunctionUrl": True},
    }
    for number, (action, condition) in enumerate(allowed.items()):
        client.add_permission(
            FunctionName="urls",
            Qualifier="live",
            StatementId=f"open-{number}",
            Action=action,
            Principal="*",
            **condition,
        )
    with urllib.request.urlopen(_by_loopback(made["FunctionUrl"])) as answer:
        said = json.load(answer)
    assert (said["text"], said["version"], said["arn"]) == ("one", "1", f"{ARN}urls:live")


def _by_loopback(url: str) -> urllib.request.Request:
    """Return a request that needs no name server."""
    parts = urlsplit(url)
    return urllib.request.Request(f"http://127.0.0.1:{parts.port}/", headers={"Host": parts.netloc})


def test_versions_and_aliases_outlive_a_kill(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        client = client_of(server)
        two_versions(client, "kept")
        made = client.create_alias(
            FunctionName="kept",
            Name="live",
            FunctionVersion="1",
            RoutingConfig={"AdditionalVersionWeights": {"2": 1.0}},
        )
        before = client.list_versions_by_function(FunctionName="kept")["Versions"]
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(timeout=60)
    with serving(tmp_path) as server:
        client = client_of(server)
        assert client.list_versions_by_function(FunctionName="kept")["Versions"] == before
        assert shown(client.get_alias(FunctionName="kept", Name="live")) == shown(made)
        assert call(client, "kept", "live")["text"] == "two"
        assert call(client, "kept", "1")["text"] == "one"
        create(client, "other", Role=ROLE, Publish=True)


def test_another_account_finds_nothing_of_it(server: Running, client: Any) -> None:
    two_versions(client, "mine")
    client.create_alias(FunctionName="mine", Name="live", FunctionVersion="1")
    stranger = client_of(server, key="123456789012")
    for name in ("mine", "mine:1", "mine:live"):
        assert refused(stranger.invoke, FunctionName=name)[0] == 404
    assert refused(stranger.get_alias, FunctionName="mine", Name="live")[0] == 404
    assert refused(stranger.publish_version, FunctionName=f"{ARN}mine")[0] == 403

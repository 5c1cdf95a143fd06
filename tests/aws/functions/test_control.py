"""Functions by boto3 over the real server, compared with AWS member by member (1.1, 1.6)."""

import hashlib
import re
import urllib.request
from base64 import b64encode
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.functions.clients import ROLE, SOON, client_of, create, shown, zipped
from tests.server.running import Running

pytestmark = pytest.mark.slow

ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")


def refused(call: Any, **members: Any) -> tuple[int, str, str]:
    """Return status, code and message of a call that is refused."""
    with pytest.raises(ClientError) as caught:
        call(**members)
    answer = caught.value.response
    error = answer["Error"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]


def expected(name: str, data: bytes, **changed: Any) -> dict[str, Any]:
    """Return what AWS shows of a function that has only what is mandatory."""
    digest = hashlib.sha256(data).digest()
    return {
        "FunctionName": name,
        "FunctionArn": f"{ARN}{name}",
        "Runtime": "python3.13",
        "Role": ROLE,
        "Handler": "handler.handler",
        "CodeSize": len(data),
        "CodeSha256": b64encode(digest).decode(),
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "Version": "$LATEST",
        "TracingConfig": {"Mode": "PassThrough"},
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
        **changed,
    }


def plain(configuration: dict[str, Any]) -> dict[str, Any]:
    """Return a configuration without what is new each time, which must look right."""
    left = dict(configuration)
    assert UUID.fullmatch(left.pop("RevisionId"))
    assert STAMP.fullmatch(left.pop("LastModified"))
    arn = left.pop("RuntimeVersionConfig")["RuntimeVersionArn"]
    assert re.fullmatch(r"arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}", arn)
    return left


def test_a_function_lives_as_on_aws_from_its_creation_to_its_deletion(client: Any) -> None:
    data = zipped()
    created = create(client, "life", Timeout=None, Code={"ZipFile": data})
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    pending = {
        "State": "Pending",
        "StateReason": "The function is being created.",
        "StateReasonCode": "Creating",
    }
    assert plain(shown(created)) == expected("life", data, **pending)

    active = {"State": "Active", "LastUpdateStatus": "Successful"}
    got = client.get_function(FunctionName="life")
    assert plain(got["Configuration"]) == expected("life", data, **active)
    assert got["Configuration"]["RevisionId"] != created["RevisionId"]
    assert got["Code"]["RepositoryType"] == "S3"
    assert "Tags" not in got
    with urllib.request.urlopen(got["Code"]["Location"]) as download:
        assert download.read() == data

    changed = client.update_function_configuration(
        FunctionName="life",
        Description="Changed",
        MemorySize=512,
        Timeout=10,
        Environment={"Variables": {"ENV_A": "a"}},
        TracingConfig={"Mode": "Active"},
        DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:000000000000:lost"},
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN"},
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        SnapStart={"ApplyOn": "PublishedVersions"},
    )
    now: dict[str, Any] = {
        "Description": "Changed",
        "MemorySize": 512,
        "Timeout": 10,
        "Environment": {"Variables": {"ENV_A": "a"}},
        "TracingConfig": {"Mode": "Active"},
        "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:000000000000:lost"},
        "LoggingConfig": {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "WARN",
            "SystemLogLevel": "INFO",
            "LogGroup": "/aws/lambda/life",
        },
        "VpcConfig": {
            "SubnetIds": ["subnet-1"],
            "SecurityGroupIds": ["sg-1"],
            "VpcId": "",
            "Ipv6AllowedForDualStack": False,
        },
        "SnapStart": {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"},
    }
    updating = {
        "State": "Active",
        "LastUpdateStatus": "InProgress",
        "LastUpdateStatusReason": "The function is being created.",
        "LastUpdateStatusReasonCode": "Creating",
    }
    assert plain(shown(changed)) == expected("life", data, **now, **updating)
    client.get_waiter("function_updated_v2").wait(FunctionName="life", WaiterConfig=SOON)
    settled = client.get_function_configuration(FunctionName="life", Qualifier="$LATEST")
    qualified = {"FunctionArn": f"{ARN}life:$LATEST"}
    assert plain(shown(settled)) == expected("life", data, **now, **active, **qualified)

    newer = zipped("def handler(event, context):\n    return 2\n")
    client.update_function_code(FunctionName=f"{ARN}life", ZipFile=newer, Architectures=["arm64"])
    client.get_waiter("function_updated_v2").wait(FunctionName="life", WaiterConfig=SOON)
    settled = client.get_function_configuration(FunctionName="function:life")
    on_arm = {"Architectures": ["arm64"]}
    assert plain(shown(settled)) == expected("life", newer, **now, **active, **on_arm)

    gone = client.delete_function(FunctionName="life")
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 204
    for call in (client.delete_function, client.get_function, client.get_function_configuration):
        assert refused(call, FunctionName="life") == (
            404,
            "ResourceNotFoundException",
            f"Function not found: {ARN}life",
        )


def test_logging_that_goes_back_to_text_has_no_levels(client: Any) -> None:
    create(client, "levels", LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"})
    logging = {"LogFormat": "Text", "LogGroup": "/mine"}
    answer = client.update_function_configuration(FunctionName="levels", LoggingConfig=logging)
    assert answer["LoggingConfig"] == logging


def test_revisions_guard_every_change(client: Any) -> None:
    create(client, "guarded")
    for call, members in (
        (client.update_function_code, {"ZipFile": zipped()}),
        (client.update_function_configuration, {"Timeout": 5}),
    ):
        status, code, message = refused(call, FunctionName="guarded", RevisionId="wrong", **members)
        assert (status, code) == (412, "PreconditionFailedException")
        assert message.endswith(
            "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
        )
    status, code, message = refused(
        client.add_permission,
        FunctionName="guarded",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        RevisionId="wrong",
    )
    assert (status, code) == (412, "PreconditionFailedException")
    assert "Call the GetPolicy API" in message


def test_a_dry_run_of_new_code_changes_nothing(client: Any) -> None:
    create(client, "dry")
    before = client.get_function_configuration(FunctionName="dry")
    newer = zipped("X = 1\n")
    would_be = client.update_function_code(FunctionName="dry", ZipFile=newer, DryRun=True)
    assert would_be["CodeSha256"] != before["CodeSha256"]
    assert shown(client.get_function_configuration(FunctionName="dry")) == shown(before)


def test_what_cannot_be_created_is_refused_in_the_services_words(client: Any) -> None:
    create(client, "taken")
    wanted = {
        "FunctionName": "refused",
        "Runtime": "python3.13",
        "Role": ROLE,
        "Handler": "handler.handler",
        "Code": {"ZipFile": zipped()},
    }
    layer = "arn:aws:lambda:us-east-1:000000000000:layer:tools"
    wrong: list[tuple[dict[str, Any], tuple[int, str], str]] = [
        ({"FunctionName": "taken"}, (409, "ResourceConflictException"), "already exist: taken"),
        (
            {"Runtime": "python3.8"},
            (400, "InvalidParameterValueException"),
            "python3.8 is no longer",
        ),
        ({"Runtime": "cobol"}, (400, "ValidationException"), "Value 'cobol' at 'runtime'"),
        (
            {"PublishTo": "LATEST_PUBLISHED"},
            (400, "InvalidParameterValueException"),
            "PublishTo is for functions on capacity providers",
        ),
        ({"PackageType": "Image"}, (400, "InvalidParameterValueException"), "no container images"),
        ({"Code": {}}, (400, "InvalidParameterValueException"), "Please provide a source"),
        (
            {"Code": {"S3Bucket": "bucket", "S3Key": "key"}},
            (400, "InvalidParameterValueException"),
            "Error occurred while GetObject. S3 Error Code: NoSuchBucket.",
        ),
        (
            {"Code": {"ZipFile": b"no zip"}},
            (400, "InvalidParameterValueException"),
            "Could not unzip uploaded file",
        ),
        ({"MemorySize": 127}, (400, "ValidationException"), "at 'memorySize' failed"),
        ({"MemorySize": 10241}, (400, "ValidationException"), "less than or equal to 10240"),
        ({"Timeout": 901}, (400, "ValidationException"), "less than or equal to 900"),
        ({"Role": "me"}, (400, "ValidationException"), "Value 'me' at 'role' failed"),
        ({"Handler": "a b"}, (400, "ValidationException"), "Value 'a b' at 'handler' failed"),
        (
            {"Environment": {"Variables": {"BIG": "x" * 5000}}},
            (400, "InvalidParameterValueException"),
            'exceeded the 4KB limit. String measured: {"BIG":"xxx',
        ),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x"}}},
            (400, "InvalidParameterValueException"),
            "Reserved keys used in this request: AWS_REGION",
        ),
        (
            {"Layers": [f"{layer}{number}:1" for number in range(6)]},
            (400, "InvalidParameterValueException"),
            "Cannot reference more than 5 layers.",
        ),
        (
            {"Layers": [f"{layer}:1", f"{layer}:2"]},
            (400, "InvalidParameterValueException"),
            f"{layer}:1 and {layer}:2 are versions of the same layer",
        ),
        (
            {"Layers": [f"{layer}:1"]},
            (400, "InvalidParameterValueException"),
            f"Layer version {layer}:1 does not exist.",
        ),
        (
            {"Tags": {f"k{number}": "v" for number in range(51)}},
            (400, "InvalidParameterValueException"),
            "Number of tags exceeds resource tag limit.",
        ),
        (
            {"LoggingConfig": {"ApplicationLogLevel": "WARN"}},
            (400, "InvalidParameterValueException"),
            "set LogFormat to JSON",
        ),
        (
            {"FunctionName": "n" * 65},
            (400, "InvalidParameterValueException"),
            "Member must have length less than or equal to 64",
        ),
        (
            {"FunctionName": f"{ARN}{'n' * 140}"},
            (400, "ValidationException"),
            "Member must have length less than or equal to 140",
        ),
        (
            {"FunctionName": "invalid:function:name"},
            (400, "ValidationException"),
            "Member must satisfy regular expression pattern",
        ),
    ]
    for changed, told, words in wrong:
        status, code, message = refused(client.create_function, **{**wanted, **changed})
        assert ((status, code), words in message) == (told, True), (changed, code, message)
    assert refused(client.get_function, FunctionName="refused")[0] == 404


def test_functions_of_other_places_are_not_reached(client: Any, server: Running) -> None:
    create(client, "here")
    name = "arn:aws:lambda:eu-west-1:000000000000:function:here"
    for call in (client.get_function, client.delete_function, client.invoke):
        assert refused(call, FunctionName=name) == (
            404,
            "ResourceNotFoundException",
            "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
        )
    foreign = f"{ARN}here".replace("000000000000", "210987654321")
    status, code, message = refused(client.get_function, FunctionName=foreign)
    assert (status, code) == (403, "AccessDeniedException")
    assert f"lambda:GetFunction on resource: {foreign}" in message
    there = client_of(server, region="eu-west-1")
    assert refused(there.get_function, FunctionName="here")[0] == 404
    create(there, "here", Description="over there")
    assert client.get_function_configuration(FunctionName="here")["Description"] == ""
    other = client_of(server, key="111122223333")
    assert other.list_functions()["Functions"] == []


def test_qualifiers_that_make_no_sense_are_refused(client: Any) -> None:
    create(client, "qualified")
    assert refused(client.get_function, FunctionName="qualified:1", Qualifier="$LATEST") == (
        400,
        "InvalidParameterValueException",
        "The derived qualifier from the function name does not match the specified qualifier.",
    )
    assert refused(client.get_function, FunctionName="qualified", Qualifier="1221") == (
        404,
        "ResourceNotFoundException",
        f"Function not found: {ARN}qualified:1221",
    )
    assert refused(client.delete_function, FunctionName="qualified", Qualifier="$LATEST") == (
        400,
        "InvalidParameterValueException",
        "$LATEST version cannot be deleted without deleting the function.",
    )
    client.delete_function(FunctionName="qualified", Qualifier="1233")
    assert client.get_function(FunctionName="qualified")


def test_functions_are_listed_in_pages_without_their_state(server: Running) -> None:
    client = client_of(server, region="ap-south-1")
    names = [f"listed-{number}" for number in range(5)]
    for name in reversed(names):
        create(client, name)
    pages = list(client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["Functions"]) for page in pages] == [2, 2, 1]
    found = [function for page in pages for function in page["Functions"]]
    assert [function["FunctionName"] for function in found] == names
    assert not {"State", "LastUpdateStatus", "RuntimeVersionConfig"} & found[0].keys()
    every = client.list_functions(FunctionVersion="ALL", MasterRegion="ALL")["Functions"]
    assert every[0]["FunctionArn"].endswith(":function:listed-0:$LATEST")
    assert client.list_functions(FunctionVersion="ALL", MasterRegion="us-east-1")["Functions"] == []
    assert refused(client.list_functions, Marker="made up")[1] == "InvalidParameterValueException"
    usage = client.get_account_settings()
    assert usage["AccountUsage"]["FunctionCount"] == 5
    assert usage["AccountLimit"] == {
        "TotalCodeSize": 2000 * 1024 * 1024,
        "CodeSizeUnzipped": 262144000,
        "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": 1000,
        "UnreservedConcurrentExecutions": 1000,
    }
    assert shown(client.get_function_concurrency(FunctionName="listed-0")) == {}


def test_tags_and_permissions_read_as_on_aws(client: Any) -> None:
    create(client, "written", Tags={"team": "blue"})
    arn = f"{ARN}written"
    assert client.get_function(FunctionName="written")["Tags"] == {"team": "blue"}
    assert (
        client.tag_resource(Resource=arn, Tags={"stage": "test"})["ResponseMetadata"][
            "HTTPStatusCode"
        ]
        == 204
    )
    client.untag_resource(Resource=arn, TagKeys=["team", "nothing"])
    assert client.list_tags(Resource=arn)["Tags"] == {"stage": "test"}
    status, code, _ = refused(client.list_tags, Resource=f"{arn}:1")
    assert (status, code) == (400, "InvalidParameterValueException")
    assert refused(client.tag_resource, Resource="arn:aws:something", Tags={"a": "b"})[1] == (
        "ValidationException"
    )

    added = client.add_permission(
        FunctionName="written",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::uploads",
    )
    statement = (
        '{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},'
        f'"Action":"lambda:InvokeFunction","Resource":"{arn}",'
        '"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::uploads"}}}'
    )
    assert added["Statement"] == statement
    policy = client.get_policy(FunctionName="written")
    assert policy["Policy"] == (
        f'{{"Version":"2012-10-17","Id":"default","Statement":[{statement}]}}'
    )
    revision = client.get_function_configuration(FunctionName="written")["RevisionId"]
    assert policy["RevisionId"] == revision
    client.remove_permission(FunctionName="written", StatementId="s3", RevisionId=revision)
    assert refused(client.get_policy, FunctionName="written") == (
        404,
        "ResourceNotFoundException",
        "The resource you requested does not exist.",
    )


def test_errors_carry_what_aws_puts_beside_their_message(client: Any) -> None:
    with pytest.raises(ClientError) as caught:
        client.get_function(FunctionName="nope")
    answer = caught.value.response
    assert (answer["Type"], answer["Message"]) == ("User", f"Function not found: {ARN}nope")
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amzn-errortype"] == "ResourceNotFoundException"
    assert UUID.fullmatch(headers["x-amzn-requestid"])
    assert answer["ResponseMetadata"]["RequestId"] == headers["x-amzn-requestid"]
    with pytest.raises(ClientError) as caught:
        client.tag_resource(Resource=f"{ARN}nope:1", Tags={"a": "b"})
    assert caught.value.response["Type"] == "User"
    assert caught.value.response["message"].startswith("Tags on function aliases")

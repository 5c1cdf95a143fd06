"""The real CLI drives the real server, as the docs say."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.aws.cli import Ran, aws
from tests.aws.signing import ADA, BOB, TEST_KEY
from tests.server.running import Running, serving
from webapp.classroom.access_keys import AccessKey, AccessKeys

pytestmark = pytest.mark.slow
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
SHARED = {"COLDSTART_SECRET": "s" * 40, "COLDSTART_PASSPHRASE": "open sesame"}


class Command(Protocol):
    def __call__(self, *arguments: str, key: AccessKey = ..., region: str = ...) -> Ran: ...


def command_of(running: Running, home: Path) -> Command:
    address = f"http://127.0.0.1:{running.port}"

    def run(*arguments: str, key: AccessKey = TEST_KEY, region: str = "us-east-1") -> Ran:
        return aws(*arguments, address=address, key=key, region=region, home=home)

    return run


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    settings = {"COLDSTART_ACCOUNT": "123456789012"}
    with serving(tmp_path_factory.mktemp("data"), **settings) as started:
        yield started


@pytest.fixture
def command(running: Running, tmp_path: Path) -> Command:
    return command_of(running, tmp_path)


def test_the_first_command_of_the_docs_answers(command: Command) -> None:
    identity = command("sts", "get-caller-identity").json
    assert identity["Account"] == "123456789012"
    other = command("sts", "get-caller-identity", key=AccessKey("111122223333", "x")).json
    assert other["Arn"] == "arn:aws:iam::111122223333:root"


def test_a_role_is_made_found_and_deleted(command: Command) -> None:
    basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    made = command(
        "iam", "create-role", "--role-name", "cli", "--assume-role-policy-document", TRUST
    )
    assert made.json["Role"]["Arn"] == "arn:aws:iam::123456789012:role/cli"
    attach = ("iam", "attach-role-policy", "--role-name", "cli", "--policy-arn", basic)
    assert command(*attach).status == 0
    roles = command("iam", "list-roles", "--query", "Roles[].RoleName", region="eu-west-1")
    assert roles.json == ["cli"]
    refused = command("iam", "delete-role", "--role-name", "cli")
    assert refused.status == 255
    assert "An error occurred (DeleteConflict) when calling the DeleteRole" in refused.error
    assert (
        command(*("detach-role-policy" if a == "attach-role-policy" else a for a in attach)).status
        == 0
    )
    assert command("iam", "delete-role", "--role-name", "cli").status == 0
    gone = command("iam", "get-role", "--role-name", "cli")
    assert "(NoSuchEntity)" in gone.error


def test_what_is_not_served_says_what_is(command: Command) -> None:
    service = command("ec2", "describe-instances")
    assert service.status == 255
    assert "The service ec2 is not served by this lab. Served are: " in service.error
    operation = command("iam", "list-users")
    assert "ListUsers of the service iam is not served by this lab." in operation.error
    assert "CreateRole" in operation.error


def test_the_rules_of_the_model_come_in_awss_words(command: Command) -> None:
    refused = command("iam", "get-role", "--role-name", "a b")
    assert "(ValidationError)" in refused.error
    assert "1 validation error detected: Value 'a b' at 'roleName' failed" in refused.error


def test_a_shared_host_lets_the_key_of_the_page_in(tmp_path: Path) -> None:
    keys = AccessKeys(secret=SHARED["COLDSTART_SECRET"], shared=True, account="0" * 12)
    with serving(tmp_path / "data", **SHARED) as running:
        command = command_of(running, tmp_path)
        identity = ("sts", "get-caller-identity")
        assert command(*identity, key=keys.of(ADA)).status == 0
        mixed = command(*identity, key=AccessKey(keys.of(ADA).id, keys.of(BOB).secret))
        assert "(SignatureDoesNotMatch)" in mixed.error
        stranger = command(*identity)
        assert "(InvalidClientTokenId)" in stranger.error
        unsigned = command("--no-sign-request", *identity, key=keys.of(ADA))
        assert "(MissingAuthenticationToken)" in unsigned.error


def test_an_event_put_by_the_cli_goes_by_a_rule_to_a_queue(command: Command) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "arn:aws:sqs:us-east-1:123456789012:orders",
    }
    attributes = json.dumps({"Policy": json.dumps({"Statement": [statement]})})
    create = ("sqs", "create-queue", "--queue-name", "orders", "--attributes", attributes)
    made = command(*create).json
    pattern = '{"source": ["shop"], "detail": {"total": [{"numeric": [">", 10]}]}}'
    assert command("events", "put-rule", "--name", "large", "--event-pattern", pattern).status == 0
    arn = "arn:aws:sqs:us-east-1:123456789012:orders"
    targets = ("events", "put-targets", "--rule", "large", "--targets", f"Id=q,Arn={arn}")
    assert command(*targets).json["FailedEntryCount"] == 0
    entries = json.dumps(
        [
            {"Source": "shop", "DetailType": "order", "Detail": json.dumps({"total": total})}
            for total in (5, 50)
        ]
    )
    put = command("events", "put-events", "--entries", entries).json
    assert put["FailedEntryCount"] == 0
    receive = ("sqs", "receive-message", "--queue-url", made["QueueUrl"], "--wait-time-seconds")
    [message] = command(*receive, "10").json["Messages"]
    assert json.loads(message["Body"])["detail"] == {"total": 50}


def test_a_schedule_made_by_the_cli_sends_to_a_queue(running: Running, command: Command) -> None:
    made = command("sqs", "create-queue", "--queue-name", "reminders").json
    target = {
        "Arn": "arn:aws:sqs:us-east-1:123456789012:reminders",
        "RoleArn": "arn:aws:iam::123456789012:role/scheduler",
        "Input": "remember",
    }
    create = (
        *("scheduler", "create-schedule", "--name", "daily"),
        *("--schedule-expression", "rate(1 day)", "--flexible-time-window", "Mode=OFF"),
        *("--target", json.dumps(target)),
    )
    assert command(*create).json["ScheduleArn"].endswith(":schedule/default/daily")
    assert running.send("/w/local/clock", advance=86_400).status == 200
    receive = ("sqs", "receive-message", "--queue-url", made["QueueUrl"], "--wait-time-seconds")
    [message] = command(*receive, "20").json["Messages"]
    assert message["Body"] == "remember"
    assert command("scheduler", "delete-schedule", "--name", "daily").status == 0

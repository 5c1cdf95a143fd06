"""A disk that cannot write: every acknowledgement is refused in the service's own words.

What was refused is nowhere: not in memory, not on disk. Nothing needs a restart afterwards.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.app.application import running
from tests.aws.clients import Boto, listening
from tests.aws.functions.clients import create, shown
from tests.aws.signing import TEST_KEY
from tests.storage.ailing import Ailing
from webapp.wiring import Application

pytestmark = pytest.mark.slow
TROUBLES = {
    "full": Ailing.fill_disk,
    "read-only": Ailing.make_read_only,
    "locked": Ailing.lock,
}
SAID = {
    "full": "The disk is full",
    "read-only": "read-only",
    "locked": "Another program holds",
}
BIG = "x" * 200_000
"""More than a page: a full disk may still have room for a little."""


@dataclass(frozen=True)
class Ground:
    """An application with a function and two queues; a message of one is in somebody's hands."""

    lambda_: Any
    sqs: Any
    sns: Any
    buses: Any
    topic: str
    work: str
    ordered: str
    handle: str

    def seen(self) -> dict[str, Any]:
        """Return what clients see of everything that is kept."""
        sqs, function = self.sqs, {"FunctionName": "worker"}
        urls = sqs.list_queues().get("QueueUrls", [])
        attributes = {
            url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            for url in urls
        }
        configuration = shown(self.lambda_.get_function_configuration(**function))
        asked: dict[str, Callable[..., Any]] = {
            "events": self.lambda_.list_function_event_invoke_configs,
            "recursion": self.lambda_.get_function_recursion_config,
            "versions": self.lambda_.list_versions_by_function,
            "aliases": self.lambda_.list_aliases,
        }
        return {
            "attributes": attributes,
            "topics": shown(self.sns.list_topics()),
            "subscriptions": shown(self.sns.list_subscriptions()),
            "rules": shown(self.buses.list_rules()),
            "targets": shown(self.buses.list_targets_by_rule(Rule="all")),
            "tags": {url: sqs.list_queue_tags(QueueUrl=url).get("Tags") for url in urls},
            "configuration": configuration,
            **{name: shown(ask(**function)) for name, ask in asked.items()},
        }


Act = Callable[[Ground], Any]


def one_entry(answer: Any) -> None:
    """Raise the refusal of an entry as that of its operation."""
    [entry] = answer["Entries"]
    if "ErrorCode" in entry:
        error = {"Code": entry["ErrorCode"], "Message": entry["ErrorMessage"]}
        raise ClientError(
            {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 500}},
            "PutEvents",
        )


def message(number: int) -> dict[str, str]:
    return {"Id": str(number), "MessageBody": BIG}


ACTS: dict[str, Act] = {
    "Invoke Event": lambda on: on.lambda_.invoke(
        FunctionName="worker", InvocationType="Event", Payload=json.dumps(BIG)
    ),
    "InvokeAsync": lambda on: on.lambda_.invoke_async(
        FunctionName="worker", InvokeArgs=json.dumps(BIG)
    ),
    "PutFunctionEventInvokeConfig": lambda on: on.lambda_.put_function_event_invoke_config(
        FunctionName="worker", MaximumRetryAttempts=1
    ),
    "UpdateFunctionEventInvokeConfig": lambda on: on.lambda_.update_function_event_invoke_config(
        FunctionName="worker", MaximumEventAgeInSeconds=90
    ),
    "DeleteFunctionEventInvokeConfig": lambda on: on.lambda_.delete_function_event_invoke_config(
        FunctionName="worker"
    ),
    "PutFunctionRecursionConfig": lambda on: on.lambda_.put_function_recursion_config(
        FunctionName="worker", RecursiveLoop="Allow"
    ),
    "CreateAlias": lambda on: on.lambda_.create_alias(
        FunctionName="worker", Name="new", FunctionVersion="1"
    ),
    "UpdateAlias": lambda on: on.lambda_.update_alias(
        FunctionName="worker", Name="live", Description="other"
    ),
    "DeleteAlias": lambda on: on.lambda_.delete_alias(FunctionName="worker", Name="live"),
    "SendMessage": lambda on: on.sqs.send_message(QueueUrl=on.work, MessageBody=BIG),
    "SendMessage to a FIFO queue": lambda on: on.sqs.send_message(
        QueueUrl=on.ordered, MessageBody=BIG, MessageGroupId="g", MessageDeduplicationId="d"
    ),
    "SendMessageBatch": lambda on: on.sqs.send_message_batch(
        QueueUrl=on.work, Entries=[message(1), message(2)]
    ),
    "ReceiveMessage": lambda on: on.sqs.receive_message(QueueUrl=on.work, WaitTimeSeconds=0),
    "ReceiveMessage from a FIFO queue": lambda on: on.sqs.receive_message(
        QueueUrl=on.ordered, WaitTimeSeconds=0
    ),
    "ChangeMessageVisibility": lambda on: on.sqs.change_message_visibility(
        QueueUrl=on.work, ReceiptHandle=on.handle, VisibilityTimeout=5000
    ),
    "DeleteMessage": lambda on: on.sqs.delete_message(QueueUrl=on.work, ReceiptHandle=on.handle),
    "CreateQueue": lambda on: on.sqs.create_queue(QueueName="another"),
    "SetQueueAttributes": lambda on: on.sqs.set_queue_attributes(
        QueueUrl=on.work, Attributes={"DelaySeconds": "7"}
    ),
    "TagQueue": lambda on: on.sqs.tag_queue(QueueUrl=on.work, Tags={"team": "blue"}),
    "Publish": lambda on: on.sns.publish(TopicArn=on.topic, Message=BIG),
    "CreateTopic": lambda on: on.sns.create_topic(Name="another"),
    "SetTopicAttributes": lambda on: on.sns.set_topic_attributes(
        TopicArn=on.topic, AttributeName="DisplayName", AttributeValue="other"
    ),
    "PutEvents": lambda on: one_entry(
        on.buses.put_events(
            Entries=[{"Source": "shop", "DetailType": "order", "Detail": json.dumps({"a": BIG})}]
        )
    ),
    "PutRule": lambda on: on.buses.put_rule(Name="new", EventPattern='{"source":["shop"]}'),
    "RemoveTargets": lambda on: on.buses.remove_targets(Rule="all", Ids=["1"]),
    "PurgeQueue": lambda on: on.sqs.purge_queue(QueueUrl=on.ordered),
    "DeleteQueue": lambda on: on.sqs.delete_queue(QueueUrl=on.ordered),
}
"""What a client is told only when it is on disk, in an order in which all of it can be done."""
BATCHES: dict[str, Act] = {
    "DeleteMessageBatch": lambda on: on.sqs.delete_message_batch(
        QueueUrl=on.work, Entries=[{"Id": "1", "ReceiptHandle": on.handle}]
    ),
    "ChangeMessageVisibilityBatch": lambda on: on.sqs.change_message_visibility_batch(
        QueueUrl=on.work,
        Entries=[{"Id": "1", "ReceiptHandle": on.handle, "VisibilityTimeout": 60}],
    ),
}
"""Those that answer 200 and refuse entry by entry."""


LARGE = {"Invoke Event", "InvokeAsync", "SendMessage", "SendMessageBatch"}
"""What no full disk has room for."""
LAMBDA = {name for name in ACTS if "Invoke" in name or "Alias" in name or "Recursion" in name}


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with running(tmp_path) as started:
        yield started


@pytest.fixture
def ground(application: Application) -> Iterator[Ground]:
    with listening(application) as address:
        boto = Boto(address, TEST_KEY)
        yield prepared(boto)
        boto.close()


def prepared(boto: Boto) -> Ground:
    lambda_, sqs = boto("lambda"), boto("sqs")
    create(lambda_, "worker", "def handler(event, context):\n    return None\n")
    lambda_.publish_version(FunctionName="worker")
    lambda_.create_alias(FunctionName="worker", Name="live", FunctionVersion="1")
    lambda_.put_function_event_invoke_config(FunctionName="worker", MaximumRetryAttempts=0)
    work = sqs.create_queue(QueueName="work")["QueueUrl"]
    ordered = sqs.create_queue(QueueName="ordered.fifo", Attributes={"FifoQueue": "true"})
    url = ordered["QueueUrl"]
    for number in range(2):
        sqs.send_message(QueueUrl=work, MessageBody=f"{number}")
        sqs.send_message(
            QueueUrl=url, MessageBody="m", MessageGroupId="g", MessageDeduplicationId=f"{number}"
        )
    sns, buses = boto("sns"), boto("events")
    topic = sns.create_topic(Name="news")["TopicArn"]
    asked = sqs.get_queue_attributes(QueueUrl=work, AttributeNames=["QueueArn"])
    arn = asked["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    buses.put_rule(Name="all", EventPattern='{"source":["shop"]}')
    buses.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": arn}])
    [held] = sqs.receive_message(QueueUrl=work, VisibilityTimeout=4000)["Messages"]
    return Ground(lambda_, sqs, sns, buses, topic, work, url, held["ReceiptHandle"])


def refused(act: Act, ground: Ground) -> dict[str, Any] | None:
    """Return the error of an act with its status, ``None`` if it was done."""
    try:
        act(ground)
    except ClientError as error:
        answer: dict[str, Any] = error.response
        return answer
    return None


def check_shape(name: str, answer: dict[str, Any], *, said: str) -> None:
    """Hold a refusal to what the service says where it has failed itself."""
    code, status = answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]
    ours = "ServiceException" if name in LAMBDA else "InternalFailure"
    assert (name, code, status) == (name, ours, 500)
    assert said in answer["Error"]["Message"], name


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_cannot_be_written_is_refused_and_changes_nothing(
    application: Application, ground: Ground, trouble: str
) -> None:
    ailing = Ailing(application.storage.engine)
    done = set()
    for name, act in ACTS.items():
        before = ground.seen()
        TROUBLES[trouble](ailing)
        answer = refused(act, ground)
        ailing.recover()
        if answer is None:
            assert trouble == "full", f"{name} was acknowledged"
            done.add(name)  # there was room for so little
            continue
        check_shape(name, answer, said=SAID[trouble])
        assert ground.seen() == before, name
    assert not done & LARGE
    for name in LARGE if done else ACTS:
        assert refused(ACTS[name], ground) is None, name


@pytest.mark.parametrize("trouble", ["read-only", "locked"])
def test_a_batch_refuses_each_entry_that_cannot_be_written(
    application: Application, ground: Ground, trouble: str
) -> None:
    ailing = Ailing(application.storage.engine)
    before = ground.seen()
    TROUBLES[trouble](ailing)
    for name, act in BATCHES.items():
        [failed] = act(ground)["Failed"]
        assert (failed["Code"], failed["SenderFault"]) == ("InternalFailure", False), name
    ailing.recover()
    assert ground.seen() == before
    for name, act in reversed(BATCHES.items()):
        assert act(ground).get("Failed", []) == [], name


@pytest.mark.parametrize("trouble", ["read-only", "locked"])
def test_records_on_their_way_wait_for_the_disk(
    application: Application, ground: Ground, trouble: str
) -> None:
    """Whoever was told 202 before gets what it asked for, once the disk can write again."""
    create(ground.lambda_, "slowly", "import time\ndef handler(*_):\n    time.sleep(4)\n")
    url = ground.sqs.create_queue(QueueName="records")["QueueUrl"]
    asked = ground.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    ground.lambda_.put_function_event_invoke_config(
        FunctionName="slowly",
        DestinationConfig={"OnSuccess": {"Destination": asked["Attributes"]["QueueArn"]}},
    )
    ground.lambda_.invoke(FunctionName="slowly", InvocationType="Event", Payload="{}")
    ailing, store = Ailing(application.storage.engine), application.services.store
    TROUBLES[trouble](ailing)
    deadline = time.monotonic() + 200
    while store.trouble is None and time.monotonic() < deadline:
        ground.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
    assert SAID[trouble] in str(store.trouble)
    ailing.recover()
    messages: list[Any] = []
    while not messages and time.monotonic() < deadline:
        answer = ground.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)
        messages = answer.get("Messages", [])
    [record] = messages
    assert json.loads(record["Body"])["requestContext"]["condition"] == "Success"


def test_what_was_refused_is_not_there_after_a_restart_and_the_rest_is(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as application, listening(application) as address:
        boto = Boto(address, TEST_KEY)
        ground, ailing = prepared(boto), Ailing(application.storage.engine)
        before = ground.seen()
        ailing.make_read_only()
        for name, act in ACTS.items():
            assert refused(act, ground) is not None, name
        ailing.recover()
        boto.close()
    with running(tmp_path) as application, listening(application) as address:
        boto = Boto(address, TEST_KEY)
        again = prepared_again(boto, ground)
        assert again.seen() == before
        boto.close()


def prepared_again(boto: Boto, ground: Ground) -> Ground:
    """Return the same ground behind another server."""
    sqs = boto("sqs")
    work = sqs.get_queue_url(QueueName="work")["QueueUrl"]
    ordered = sqs.get_queue_url(QueueName="ordered.fifo")["QueueUrl"]
    return Ground(
        boto("lambda"),
        sqs,
        boto("sns"),
        boto("events"),
        ground.topic,
        work,
        ordered,
        ground.handle,
    )

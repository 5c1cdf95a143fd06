"""SQS as older SDKs speak it: forms in, XML out. Read here by botocore with the older model."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.loaders import Loader

from tests.aws.clients import Boto
from tests.aws.sqs.conftest import refusal
from webapp.aws.services.sqs.query import query_model


class _OlderLoader(Loader):  # type: ignore[misc]
    """Gives SQS's model in the older protocol."""

    def load_service_model(self, name: str, kind: str, api_version: str | None = None) -> Any:
        model = super().load_service_model(name, kind, api_version)
        return query_model(model) if (name, kind) == ("sqs", "service-2") else model


@pytest.fixture
def older(boto: Boto) -> Any:
    kept = boto._session.get_component("data_loader")
    boto._session.register_component("data_loader", _OlderLoader())
    client = boto("sqs")
    boto._session.register_component("data_loader", kept)
    assert client.meta.service_model.metadata["protocol"] == "query"
    return client


def test_a_message_goes_the_whole_way(older: Any, make: Callable[..., str]) -> None:
    url = make(VisibilityTimeout="9")
    attributes = {
        "a": {"DataType": "String", "StringValue": "<&>"},
        "b": {"DataType": "Binary", "BinaryValue": b"\x00"},
    }
    sent = older.send_message(QueueUrl=url, MessageBody="<body>", MessageAttributes=attributes)
    received = older.receive_message(
        QueueUrl=url, MessageAttributeNames=["All"], AttributeNames=["All"], MaxNumberOfMessages=2
    )
    [got] = received["Messages"]
    assert (got["MessageId"], got["Body"]) == (sent["MessageId"], "<body>")
    assert got["MessageAttributes"] == attributes
    assert got["Attributes"]["ApproximateReceiveCount"] == "1"
    handle = {"Id": "x", "ReceiptHandle": got["ReceiptHandle"]}
    deleted = older.delete_message_batch(QueueUrl=url, Entries=[handle])
    assert deleted["Successful"] == [{"Id": "x"}]
    asked = older.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    assert asked["Attributes"] == {"VisibilityTimeout": "9"}
    older.tag_queue(QueueUrl=url, Tags={"k": "v"})
    assert older.list_queue_tags(QueueUrl=url)["Tags"] == {"k": "v"}
    assert url in older.list_queues()["QueueUrls"]


def test_errors_have_their_older_names(older: Any) -> None:
    with pytest.raises(older.exceptions.ClientError) as refused:
        older.get_queue_url(QueueName="nowhere")
    assert refusal(refused) == (
        400,
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist for this wsdl version.",
    )
    with pytest.raises(older.exceptions.ClientError) as refused:
        older.send_message_batch(QueueUrl="http://h/nowhere", Entries=[])
    assert refusal(refused)[:2] == (400, "AWS.SimpleQueueService.EmptyBatchRequest")

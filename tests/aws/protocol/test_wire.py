"""Readers undo botocore's serializers, and botocore's parsers undo the writers."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.model import OperationModel, Shape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.aws.protocol.clients import SERVICES, compiled, model, protocol, received, sent
from tests.aws.protocol.values import members

pytestmark = pytest.mark.slow
EXAMPLES = settings(
    max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
AMBIGUOUS = {
    "ListDirectoryBuckets",  # only the host tells it from ListBuckets
    "WriteGetObjectResponse",  # a part of its host is an argument
    # S3's older operations at the addresses of newer ones.
    *("PutBucketNotification", "GetBucketNotification"),
    *("PutBucketLifecycle", "GetBucketLifecycle"),
}


def operation_of(service: str, data: st.DataObject) -> OperationModel:
    named = model(service).operation_names
    names = [name for name in named if name not in AMBIGUOUS]
    return model(service).operation_model(data.draw(st.sampled_from(names)))


@pytest.mark.parametrize("service", SERVICES)
@EXAMPLES
@given(data=st.data())
def test_what_a_client_sends_is_read(service: str, data: st.DataObject) -> None:
    operation = operation_of(service, data)
    shape = operation.input_shape
    parameters = data.draw(members(shape)) if shape else {}
    request = sent(operation, parameters)
    name, labels = protocol(service).find(request)
    assert name == operation.name
    values = compiled(service, name).read(request, labels)
    assert meant(shape, values) == parameters


@pytest.mark.parametrize("service", SERVICES)
@EXAMPLES
@given(data=st.data())
def test_a_client_reads_what_is_written(service: str, data: st.DataObject) -> None:
    operation = operation_of(service, data)
    shape = operation.output_shape
    if operation.has_event_stream_output:
        return  # test_event_stream has these
    values = data.draw(members(shape)) if shape else {}
    response = compiled(service, operation.name).write(values, "the-request-id")
    parsed = received(operation, response)
    assert parsed.pop("ResponseMetadata")["RequestId"] == "the-request-id"
    assert meant(shape, parsed) == meant(shape, values)


def meant(shape: Shape | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what every request or answer has, whatever was said.

    An empty body is that of an empty payload, too; a status and a length are always there.
    """
    payload = shape.serialization.get("payload") if shape else None
    return {
        name: value
        for name, value in values.items()
        if shape is not None
        and name != "ContentLength"
        and shape.members[name].serialization.get("location") != "statusCode"
        and not (name in (payload, "Metadata") and value in ({}, "", b""))
    }

"""Every operation that takes a qualifier reads it alike: beside the name, in it, or in both."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.aws.clients import Boto
from webapp.aws.services.functions import SERVED

PERMISSION = {"StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "*"}
MEMBERS: dict[str, dict[str, Any]] = {
    "AddPermission": PERMISSION,
    "CreateFunctionUrlConfig": {"AuthType": "NONE"},
    "DeleteFunction": {},
    "DeleteFunctionEventInvokeConfig": {},
    "DeleteFunctionUrlConfig": {},
    "GetFunction": {},
    "GetFunctionConfiguration": {},
    "GetFunctionEventInvokeConfig": {},
    "GetFunctionUrlConfig": {},
    "GetPolicy": {},
    "Invoke": {},
    "InvokeWithResponseStream": {},
    "PutFunctionEventInvokeConfig": {"MaximumRetryAttempts": 1},
    "RemovePermission": {"StatementId": "s"},
    "UpdateFunctionEventInvokeConfig": {"MaximumRetryAttempts": 1},
    "UpdateFunctionUrlConfig": {"AuthType": "NONE"},
}
Called = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def called(boto: Boto) -> Called:
    """Return what makes a call that is refused, and gives how."""
    lambda_ = boto("lambda")
    methods = {name: method for method, name in lambda_.meta.method_to_api_mapping.items()}

    def call(operation: str, **members: Any) -> tuple[int, str, str]:
        with pytest.raises(lambda_.exceptions.ClientError) as refused:
            getattr(lambda_, methods[operation])(**MEMBERS[operation], **members)
        answer = refused.value.response
        message = answer["Error"]["Message"]
        return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], message

    return call


def test_none_is_left_out(boto: Boto) -> None:
    model = boto("lambda").meta.service_model
    taking = {
        name
        for name in model.operation_names
        if (shape := model.operation_model(name).input_shape) and "Qualifier" in shape.members
    }
    assert taking & set(SERVED.operations) == set(MEMBERS)


@pytest.mark.parametrize("operation", MEMBERS)
def test_two_qualifiers_that_differ_are_refused(called: Called, operation: str) -> None:
    told = (
        400,
        "InvalidParameterValueException",
        "The derived qualifier from the function name does not match the specified qualifier.",
    )
    assert called(operation, FunctionName="nobody:live", Qualifier="beta") == told


@pytest.mark.parametrize("operation", MEMBERS)
def test_what_is_no_qualifier_is_refused(called: Called, operation: str) -> None:
    for qualifier in ("a b", "x" * 129, ""):
        status, code, _ = called(operation, FunctionName="nobody", Qualifier=qualifier)
        assert (status, code) == (400, "ValidationException"), qualifier[:20]


@pytest.mark.parametrize("operation", MEMBERS)
def test_the_two_ways_to_qualify_are_answered_alike(called: Called, operation: str) -> None:
    beside = called(operation, FunctionName="nobody", Qualifier="live")
    within = called(operation, FunctionName="nobody:live")
    assert beside == within
    assert beside[0] == 404

"""What clients call a function, and the service's words for what is none of this place (1.6)."""

import pytest

from webapp.runtime.errors import (
    AccessDenied,
    InvalidParameterValue,
    ResourceNotFound,
    ValidationFailed,
)
from webapp.runtime.functions.function_reference import FunctionReference, refer
from webapp.runtime.model import Address

ADDRESS = Address(account="123456789012", region="eu-west-1")
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:greeter"


def referred(text: str, qualifier: str | None = None) -> FunctionReference:
    return refer(text, address=ADDRESS, action="InvokeFunction", qualifier=qualifier)


@pytest.mark.parametrize(
    "text", ["greeter", ARN, "function:greeter", "123456789012:function:greeter"]
)
def test_a_name_and_every_part_of_an_arn_mean_the_same(text: str) -> None:
    assert referred(text) == FunctionReference("greeter")
    assert referred(f"{text}:live") == FunctionReference("greeter", "live")
    assert referred(text, "live") == FunctionReference("greeter", "live")
    assert referred(f"{text}:$LATEST", "$LATEST") == FunctionReference("greeter", "$LATEST")


def test_no_qualifier_means_the_newest_code_and_is_not_put_into_the_arn() -> None:
    assert referred("greeter").version == "$LATEST"
    assert referred("greeter").arn(ADDRESS) == ARN
    assert referred("greeter", "$LATEST").arn(ADDRESS) == f"{ARN}:$LATEST"
    assert referred("greeter:7").arn(ADDRESS) == f"{ARN}:7"


def test_two_qualifiers_that_differ_are_refused() -> None:
    with pytest.raises(InvalidParameterValue) as caught:
        referred("greeter:1", "$LATEST")
    assert caught.value.message == (
        "The derived qualifier from the function name does not match the specified qualifier."
    )


def test_a_function_of_another_region_is_not_reachable_from_here() -> None:
    with pytest.raises(ResourceNotFound) as caught:
        referred("arn:aws:lambda:us-east-1:123456789012:function:greeter")
    assert caught.value.message == (
        "Functions from 'us-east-1' are not reachable in this region ('eu-west-1')"
    )


def test_a_function_of_another_account_is_denied_and_both_are_named() -> None:
    other = ARN.replace("123456789012", "210987654321")
    with pytest.raises(AccessDenied) as caught:
        referred(other)
    assert caught.value.status == 403
    assert "arn:aws:iam::123456789012:root is not authorized" in caught.value.message
    assert f"lambda:InvokeFunction on resource: {other} because" in caught.value.message


@pytest.mark.parametrize(
    "text",
    ["", "two words", "invalid:function:name", "greeter:", "greeter\n", "../greeter", f"{ARN}:1:2"],
)
def test_what_is_no_name_is_a_validation_error_with_the_pattern(text: str) -> None:
    with pytest.raises(ValidationFailed, match=r"at 'functionName'.*regular expression pattern"):
        referred(text)

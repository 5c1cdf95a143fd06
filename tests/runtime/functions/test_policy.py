"""Resource-based policies: how statements read, and what they allow (DG:urls-auth)."""

from dataclasses import replace

import pytest

from webapp.runtime.errors import (
    InvalidParameterValue,
    PolicyLengthExceeded,
    ResourceConflict,
    ResourceNotFound,
)
from webapp.runtime.functions.policy import (
    POLICY_BYTES,
    Caller,
    Permission,
    Statement,
    allows,
    document,
    statement,
    statement_text,
    with_statement,
    without_statement,
)

ARN = "arn:aws:lambda:us-east-1:123456789012:function:greeter"
S3 = Permission(
    statement_id="s3",
    action="lambda:InvokeFunction",
    principal="s3.amazonaws.com",
    source_arn="arn:aws:s3:::uploads",
)
PUBLIC = Permission(
    statement_id="public",
    action="lambda:InvokeFunctionUrl",
    principal="*",
    url_auth_type="NONE",
)
NOBODY = Caller()
OWNER = Caller(account="123456789012", arn="arn:aws:iam::123456789012:user/ann")


def test_a_statement_reads_as_on_aws() -> None:
    assert statement_text(statement(S3, resource=ARN)) == (
        '{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},'
        f'"Action":"lambda:InvokeFunction","Resource":"{ARN}",'
        '"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::uploads"}}}'
    )


def test_a_policy_reads_as_on_aws() -> None:
    one = statement(replace(S3, source_arn=None), resource=ARN)
    assert document((one,)) == (
        '{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s3","Effect":"Allow",'
        '"Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",'
        f'"Resource":"{ARN}"}}]}}'
    )


@pytest.mark.parametrize(
    ("principal", "shown"),
    [
        ("*", "*"),
        ("events.amazonaws.com", {"Service": "events.amazonaws.com"}),
        ("123456789012", {"AWS": "arn:aws:iam::123456789012:root"}),
        ("arn:aws:iam::123456789012:user/ann", {"AWS": "arn:aws:iam::123456789012:user/ann"}),
    ],
)
def test_a_principal_is_a_service_an_account_or_somebody(principal: str, shown: object) -> None:
    assert statement(replace(S3, principal=principal), resource=ARN)["Principal"] == shown


@pytest.mark.parametrize("principal", ["", "ann", "invalid.nonaws.com", "1234", "arn:aws:s3:::b"])
def test_any_other_principal_is_invalid(principal: str) -> None:
    with pytest.raises(InvalidParameterValue, match="The provided principal was invalid"):
        statement(replace(S3, principal=principal), resource=ARN)


def test_every_condition_stands_under_its_operator() -> None:
    permission = replace(
        PUBLIC,
        source_arn="arn:aws:s3:::uploads",
        source_account="123456789012",
        principal_org_id="o-1234567890",
        event_source_token="skill",
    )
    assert statement(permission, resource=ARN)["Condition"] == {
        "StringEquals": {
            "lambda:FunctionUrlAuthType": "NONE",
            "aws:PrincipalOrgID": "o-1234567890",
            "AWS:SourceAccount": "123456789012",
            "lambda:EventSourceToken": "skill",
        },
        "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::uploads"},
    }
    via_url = replace(S3, principal="*", source_arn=None, via_url=True)
    condition = statement(via_url, resource=ARN)["Condition"]
    assert condition == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}


@pytest.mark.parametrize(
    ("permission", "why"),
    [
        (replace(S3, url_auth_type="NONE"), "FunctionUrlAuthType is only supported for"),
        (replace(PUBLIC, via_url=True), "InvokedViaFunctionUrl is only supported for"),
        (replace(S3, source_arn="arn:aws:s3:::\0"), "NUL character"),
    ],
)
def test_conditions_that_make_no_sense_are_refused(permission: Permission, why: str) -> None:
    with pytest.raises(InvalidParameterValue, match=why):
        statement(permission, resource=ARN)


def test_a_statement_id_is_taken_once() -> None:
    policy = with_statement((), statement(S3, resource=ARN))
    with pytest.raises(ResourceConflict, match=r"The statement id \(s3\) provided already exists"):
        with_statement(policy, statement(S3, resource=ARN))


def test_a_policy_is_at_most_20_kb() -> None:
    long = [
        statement(
            replace(S3, statement_id=f"s{number}", source_arn="arn:aws:s3:::" + "b" * 1000),
            resource=ARN,
        )
        for number in range(17)
    ]
    policy: tuple[Statement, ...] = ()
    for one in long[:16]:
        policy = with_statement(policy, one)
    assert len(document(policy)) <= POLICY_BYTES
    with pytest.raises(PolicyLengthExceeded) as caught:
        with_statement(policy, long[16])
    assert caught.value.message.endswith("is bigger than the limit (20480).")


def test_a_statement_goes_and_what_is_not_there_is_told() -> None:
    policy = with_statement((), statement(S3, resource=ARN))
    with pytest.raises(ResourceNotFound, match="Statement other is not found in resource policy"):
        without_statement(policy, "other", arn=ARN)
    assert without_statement(policy, "s3", arn=ARN) == ()
    with pytest.raises(ResourceNotFound, match=f"No policy is found for: {ARN}"):
        without_statement((), "s3", arn=ARN)


def allowed(permission: Permission, action: str, caller: Caller, **context: str) -> bool:
    keys = {f"lambda:{name}": value for name, value in context.items()}
    policy = (statement(permission, resource=ARN),)
    return allows(policy, f"lambda:{action}", caller=caller, context=keys)


def test_everybody_may_what_everybody_is_allowed_if_the_conditions_hold() -> None:
    assert allowed(PUBLIC, "InvokeFunctionUrl", NOBODY, FunctionUrlAuthType="NONE")
    assert not allowed(PUBLIC, "InvokeFunctionUrl", NOBODY, FunctionUrlAuthType="AWS_IAM")
    assert not allowed(PUBLIC, "InvokeFunctionUrl", NOBODY)
    assert not allowed(PUBLIC, "InvokeFunction", NOBODY, FunctionUrlAuthType="NONE")


def test_nobody_is_allowed_what_an_account_or_a_service_is() -> None:
    account = replace(PUBLIC, principal=OWNER.account, url_auth_type=None)
    assert allowed(account, "InvokeFunctionUrl", OWNER)
    assert not allowed(account, "InvokeFunctionUrl", NOBODY)
    assert not allowed(account, "InvokeFunctionUrl", Caller(account="210987654321", arn="x"))
    assert not allowed(S3, "InvokeFunction", NOBODY)


def test_one_person_is_allowed_and_not_their_account() -> None:
    ann = replace(PUBLIC, principal=OWNER.arn, url_auth_type=None)
    assert allowed(ann, "InvokeFunctionUrl", OWNER)
    assert not allowed(ann, "InvokeFunctionUrl", replace(OWNER, arn=OWNER.arn + "2"))


@pytest.mark.parametrize("action", ["lambda:*", "*"])
def test_an_asterisk_allows_every_action(action: str) -> None:
    every = replace(PUBLIC, action=action, url_auth_type=None)
    assert allowed(every, "InvokeFunctionUrl", NOBODY)
    assert allowed(every, "InvokeFunction", NOBODY)


def test_a_source_is_compared_with_its_asterisks() -> None:
    one = statement(replace(S3, principal="*", source_arn="arn:aws:s3:::up[x]*"), resource=ARN)
    for source, wanted in (
        ("arn:aws:s3:::up[x]loads", True),
        ("arn:aws:s3:::upxloads", False),
        ("arn:aws:s3:::other", False),
    ):
        context = {"AWS:SourceArn": source}
        assert allows((one,), S3.action, caller=NOBODY, context=context) is wanted
    assert not allows((one,), S3.action, caller=NOBODY, context={})


def test_a_source_that_was_made_to_be_slow_is_compared_at_once() -> None:
    one = statement(replace(S3, principal="*", source_arn="*a" * 2000 + "b"), resource=ARN)
    context = {"AWS:SourceArn": "a" * 5000}
    assert not allows((one,), S3.action, caller=NOBODY, context=context)

"""STS by boto3: who somebody is, before and after a role was assumed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto
from tests.aws.signing import ADA
from webapp.aws.errors import AwsError
from webapp.aws.sessions import Session, Sessions
from webapp.classroom.access_keys import AccessKey, AccessKeys

ROLE = "arn:aws:iam::000000000000:role/path/reader"


def assumed(boto: Boto, arn: str = ROLE, **options: Any) -> Any:
    return boto("sts").assume_role(RoleArn=arn, RoleSessionName="ada", **options)


def with_session(boto: Boto, credentials: Any, *, token: str | None = None) -> Any:
    key = AccessKey(credentials["AccessKeyId"], credentials["SecretAccessKey"])
    return boto("sts", key=key, token=token or credentials["SessionToken"])


def test_the_owner_of_a_workspace_is_its_accounts_root(boto: Boto) -> None:
    identity = boto("sts").get_caller_identity()
    assert identity["Account"] == identity["UserId"] == "000000000000"
    assert identity["Arn"] == "arn:aws:iam::000000000000:root"


def test_a_session_of_a_role_says_so(boto: Boto) -> None:
    answer = assumed(boto, DurationSeconds=900)
    expires = answer["Credentials"]["Expiration"] - datetime.now(UTC)
    assert timedelta(minutes=10) < expires <= timedelta(minutes=15)
    arn = "arn:aws:sts::000000000000:assumed-role/reader/ada"
    assert answer["AssumedRoleUser"]["Arn"] == arn
    identity = with_session(boto, answer["Credentials"]).get_caller_identity()
    assert identity["Arn"] == arn
    assert identity["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]
    assert identity["UserId"].startswith("AROA")
    assert identity["UserId"].endswith(":ada")


def test_a_role_of_another_account_leads_there(boto: Boto) -> None:
    answer = assumed(boto, "arn:aws:iam::111122223333:role/reader")
    identity = with_session(boto, answer["Credentials"]).get_caller_identity()
    assert identity["Account"] == "111122223333"


def test_a_session_token_without_role_is_the_root(boto: Boto) -> None:
    credentials = boto("sts").get_session_token()["Credentials"]
    assert with_session(boto, credentials).get_caller_identity()["Arn"].endswith(":root")


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("arn:aws:iam::1:role/x" + "x" * 20, "ValidationError"),
        ("arn:aws:iam::000000000000:user/x", "ValidationError"),
        ("x" * 20, "ValidationError"),
        ("x", "ValidationError"),
    ],
)
def test_what_is_no_role_cannot_be_assumed(boto: Boto, arn: str, code: str) -> None:
    with pytest.raises(ClientError) as refused:
        assumed(boto, arn)
    assert refused.value.response["Error"]["Code"] == code


def test_a_session_on_a_shared_host_is_proven_by_its_own_secret(hosted_boto: Boto) -> None:
    account = hosted_boto("sts").get_caller_identity()["Account"]
    credentials = assumed(hosted_boto, f"arn:aws:iam::{account}:role/reader")["Credentials"]
    identity = with_session(hosted_boto, credentials).get_caller_identity()
    assert identity["Arn"].endswith("assumed-role/reader/ada")
    wrong = {**credentials, "SecretAccessKey": "other"}
    payload, _, seal = credentials["SessionToken"].partition(".")
    for spoilt, token in (
        (wrong, None),
        (credentials, f"{payload}.{seal[::-1]}"),
        (credentials, f"{payload[:-4]}.{seal}"),
        (credentials, "made up"),
        ({**credentials, "AccessKeyId": "ASIAAAAAAAAAAAAAAAAA"}, None),
    ):
        with pytest.raises(ClientError) as refused:
            with_session(hosted_boto, spoilt, token=token).get_caller_identity()
        code = refused.value.response["Error"]["Code"]
        assert code in ("SignatureDoesNotMatch", "InvalidClientTokenId")


def test_nobody_leaves_their_own_account_on_a_shared_host(hosted_boto: Boto) -> None:
    with pytest.raises(ClientError, match="not authorized to perform: sts:AssumeRole"):
        assumed(hosted_boto, "arn:aws:iam::111122223333:role/reader")


def test_a_session_ends() -> None:
    keys = AccessKeys(secret="s", shared=True, account="000000000000")
    sessions = Sessions(keys)
    key, token = sessions.give(Session(workspace=ADA, role="r", name="n", expires=100.0))
    assert sessions.read(token, access_key=key.id, now=100.0) is not None
    with pytest.raises(AwsError, match="expired"):
        sessions.read(token, access_key=key.id, now=100.1)

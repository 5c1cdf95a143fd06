"""Who may call a function by its URL (DG:urls-auth)."""

from dataclasses import replace

from tests.storage.making import url
from webapp.runtime.functions.policy import Caller, Permission, statement
from webapp.runtime.urls.url_access import NEEDED, missing
from webapp.runtime.urls.url_config import UrlConfig

ARN = "arn:aws:lambda:us-east-1:123456789012:function:greeter"
OWNER = "123456789012"
OPEN: UrlConfig = url("a" * 32)
SIGNED = replace(OPEN, auth_type="AWS_IAM")
BY_URL = Permission(
    statement_id="url", action="lambda:InvokeFunctionUrl", principal="*", url_auth_type="NONE"
)
VIA_URL = Permission(
    statement_id="invoke", action="lambda:InvokeFunction", principal="*", via_url=True
)


def lacking(config: UrlConfig, *permissions: Permission, caller: Caller | None = None) -> object:
    policy = tuple(statement(one, resource=ARN) for one in permissions)
    return missing(policy, config, caller=caller, owner=OWNER)


def test_an_open_url_needs_both_permissions_for_everybody() -> None:
    assert lacking(OPEN) == NEEDED
    assert lacking(OPEN, BY_URL) == ("lambda:InvokeFunction",)
    assert lacking(OPEN, VIA_URL) == ("lambda:InvokeFunctionUrl",)
    assert lacking(OPEN, BY_URL, VIA_URL) == ()


def test_an_open_url_asks_nobody_who_they_are() -> None:
    owner = Caller(account=OWNER, arn=f"arn:aws:iam::{OWNER}:root")
    of_owner = [replace(one, principal=OWNER) for one in (BY_URL, VIA_URL)]
    assert lacking(OPEN, *of_owner, caller=owner) == NEEDED


def test_a_permission_for_open_urls_opens_no_signed_one() -> None:
    stranger = Caller(account="210987654321", arn="arn:aws:iam::210987654321:root")
    assert lacking(SIGNED, BY_URL, VIA_URL, caller=stranger) == ("lambda:InvokeFunctionUrl",)


def test_the_owner_may_call_a_signed_url_and_nobody_may_without_a_signature() -> None:
    assert lacking(SIGNED, caller=Caller(account=OWNER, arn="x")) == ()
    assert lacking(SIGNED, BY_URL, VIA_URL, caller=None) == NEEDED


def test_another_account_needs_both_permissions_for_a_signed_url() -> None:
    stranger = Caller(account="210987654321", arn="arn:aws:iam::210987654321:root")
    theirs = [
        replace(BY_URL, principal=stranger.account, url_auth_type="AWS_IAM"),
        replace(VIA_URL, principal=stranger.account),
    ]
    assert lacking(SIGNED, theirs[0], caller=stranger) == ("lambda:InvokeFunction",)
    assert lacking(SIGNED, *theirs, caller=stranger) == ()

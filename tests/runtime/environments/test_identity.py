"""The role session that an environment is to AWS's services (lambda-behaviour 1.4)."""

import re

from webapp.runtime.environments.identity import role_session
from webapp.runtime.model import Address, Configuration, FunctionRecord
from webapp.runtime.ports import EnvironmentIdentity

ROLE = "arn:aws:iam::123456789012:role/readers"


def identity(environment: str) -> EnvironmentIdentity:
    function = FunctionRecord(
        name="greeter",
        region="eu-west-1",
        configuration=Configuration(role=ROLE),
        code_digest="d",
        code_size_bytes=1,
        code_sha256="s",
        last_modified=0.0,
        revision_id="r",
    )
    address = Address(account="123456789012", region="eu-west-1")
    return role_session(function, workspace="w", address=address, environment=environment)


def test_credentials_look_as_on_aws() -> None:
    mine = identity("one")
    assert re.fullmatch(r"ASIA[A-Z2-7]{16}", mine.access_key_id)
    assert re.fullmatch(r"[A-Za-z0-9+/]{40}", mine.secret_access_key)
    assert len(mine.session_token) > 300


def test_an_identity_names_its_function_and_role() -> None:
    mine = identity("one")
    assert (mine.workspace, mine.account, mine.region) == ("w", "123456789012", "eu-west-1")
    assert (mine.function, mine.environment, mine.role) == ("greeter", "one", ROLE)


def test_no_two_environments_have_the_same_credentials() -> None:
    one, other = identity("one"), identity("other")
    assert one.access_key_id != other.access_key_id
    assert one.secret_access_key != other.secret_access_key
    assert one.session_token != other.session_token


def test_secrets_are_not_printed() -> None:
    mine = identity("one")
    assert mine.secret_access_key not in repr(mine)
    assert mine.session_token not in repr(mine)

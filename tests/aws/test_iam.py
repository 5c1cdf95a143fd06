"""IAM by boto3: what deployment tools do with roles and policies."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto
from webapp.classroom.access_keys import AccessKey

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
LOGS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*"}]}
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
accounts = iter(range(300_000_000_000, 400_000_000_000))


@pytest.fixture
def iam(boto: Boto) -> Any:
    """Give a client of an account that nobody has used yet."""
    return boto("iam", key=AccessKey(str(next(accounts)), "test"))


def create_role(iam: Any, name: str = "role", **more: Any) -> Any:
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), **more)[
        "Role"
    ]


def create_policy(iam: Any, name: str = "policy", **more: Any) -> Any:
    return iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(LOGS), **more)["Policy"]


def refusal(refused: pytest.ExceptionInfo[ClientError]) -> tuple[int, str, str]:
    answer = refused.value.response
    error = answer["Error"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]


def test_a_role_is_what_it_was_made(iam: Any) -> None:
    tags = [{"Key": "team", "Value": "a"}, {"Key": "stage", "Value": ""}]
    made = create_role(
        iam, Path="/app/", Description="What it is for", MaxSessionDuration=7200, Tags=tags
    )
    role = iam.get_role(RoleName="role")["Role"]
    assert role["Arn"].endswith(":role/app/role")
    assert role["RoleId"] == made["RoleId"]
    assert role["AssumeRolePolicyDocument"] == TRUST
    assert (role["Description"], role["MaxSessionDuration"]) == ("What it is for", 7200)
    assert role["Tags"] == tags
    assert role["CreateDate"] == made["CreateDate"]
    [listed] = iam.list_roles(PathPrefix="/app/")["Roles"]
    assert (listed["RoleName"], "Tags" in listed) == ("role", False)
    assert iam.list_roles(PathPrefix="/other/")["Roles"] == []


def test_names_are_taken_whatever_their_case(iam: Any) -> None:
    create_role(iam, "Reader")
    with pytest.raises(ClientError) as refused:
        create_role(iam, "reader")
    assert refusal(refused) == (
        409,
        "EntityAlreadyExists",
        "Role with name reader already exists.",
    )
    with pytest.raises(ClientError) as refused:
        iam.get_role(RoleName="reader")
    assert refusal(refused)[:2] == (404, "NoSuchEntity")


def test_a_role_changes_part_by_part(iam: Any) -> None:
    create_role(iam)
    iam.update_role(RoleName="role", Description="New", MaxSessionDuration=3600)
    assert iam.update_role_description(RoleName="role", Description="Newer")["Role"]
    other = {**TRUST, "Statement": []}
    iam.update_assume_role_policy(RoleName="role", PolicyDocument=json.dumps(other))
    iam.put_role_permissions_boundary(RoleName="role", PermissionsBoundary=BASIC)
    role = iam.get_role(RoleName="role")["Role"]
    assert (role["Description"], role["AssumeRolePolicyDocument"]) == ("Newer", other)
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == BASIC
    iam.delete_role_permissions_boundary(RoleName="role")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="role")["Role"]


def test_a_role_goes_when_it_holds_nothing_any_more(iam: Any) -> None:
    create_role(iam)
    arn = create_policy(iam)["Arn"]
    iam.put_role_policy(RoleName="role", PolicyName="own", PolicyDocument=json.dumps(LOGS))
    for policy in (arn, BASIC, BASIC):
        iam.attach_role_policy(RoleName="role", PolicyArn=policy)
    attached = iam.list_attached_role_policies(RoleName="role")["AttachedPolicies"]
    assert [one["PolicyName"] for one in attached] == ["policy", "AWSLambdaBasicExecutionRole"]
    with pytest.raises(ClientError) as refused:
        iam.delete_role(RoleName="role")
    message = "Cannot delete entity, must detach all policies first."
    assert refusal(refused) == (409, "DeleteConflict", message)
    with pytest.raises(ClientError, match="Cannot delete a policy attached to entities"):
        iam.delete_policy(PolicyArn=arn)
    for policy in (arn, BASIC):
        iam.detach_role_policy(RoleName="role", PolicyArn=policy)
    with pytest.raises(ClientError, match="must delete policies first"):
        iam.delete_role(RoleName="role")
    iam.delete_role_policy(RoleName="role", PolicyName="own")
    assert iam.list_instance_profiles_for_role(RoleName="role")["InstanceProfiles"] == []
    iam.delete_role(RoleName="role")
    iam.delete_policy(PolicyArn=arn)
    assert iam.list_roles()["Roles"] == iam.list_policies(Scope="Local")["Policies"] == []


def test_a_policy_of_a_roles_own_is_kept_as_it_was_sent(iam: Any) -> None:
    create_role(iam)
    document = {**LOGS, "Id": "ä & <b> %2F + \"'"}
    iam.put_role_policy(RoleName="role", PolicyName="own", PolicyDocument=json.dumps(document))
    assert iam.list_role_policies(RoleName="role")["PolicyNames"] == ["own"]
    shown = iam.get_role_policy(RoleName="role", PolicyName="own")
    assert shown["PolicyDocument"] == document
    for call in (iam.get_role_policy, iam.delete_role_policy):
        with pytest.raises(ClientError) as refused:
            call(RoleName="role", PolicyName="none")
        assert refusal(refused)[1:] == (
            "NoSuchEntity",
            "The role policy with name none cannot be found.",
        )


def test_a_managed_policy_has_up_to_five_versions(iam: Any) -> None:
    arn = create_policy(iam, Path="/app/", Description="d")["Arn"]
    for number in range(2, 6):
        document = json.dumps({**LOGS, "Id": str(number)})
        made = iam.create_policy_version(
            PolicyArn=arn, PolicyDocument=document, SetAsDefault=number == 3
        )
        assert made["PolicyVersion"]["VersionId"] == f"v{number}"
    with pytest.raises(ClientError, match="can have up to 5 versions"):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(LOGS))
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (policy["DefaultVersionId"], policy["Description"]) == ("v3", "d")
    shown = iam.get_policy_version(PolicyArn=arn, VersionId="v4")["PolicyVersion"]
    assert (shown["Document"]["Id"], shown["IsDefaultVersion"]) == ("4", False)
    with pytest.raises(ClientError, match="Cannot delete the default version"):
        iam.delete_policy_version(PolicyArn=arn, VersionId="v3")
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v5")
    with pytest.raises(ClientError, match="more than one version"):
        iam.delete_policy(PolicyArn=arn)
    for name in ("v1", "v2", "v3", "v4"):
        iam.delete_policy_version(PolicyArn=arn, VersionId=name)
    [left] = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert (left["VersionId"], left["IsDefaultVersion"]) == ("v5", True)
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(LOGS))
    assert made["PolicyVersion"]["VersionId"] == "v6"


def test_who_holds_a_policy_is_told(iam: Any) -> None:
    arn = create_policy(iam)["Arn"]
    for name in ("a", "b", "c"):
        create_role(iam, name)
    for name in ("a", "c"):
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    roles = iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]
    assert [role["RoleName"] for role in roles] == ["a", "c"]
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 2
    assert iam.list_policies(OnlyAttached=True)["Policies"][0]["AttachmentCount"] == 2


def test_tags_come_and_go_whatever_their_case(iam: Any) -> None:
    create_role(iam, Tags=[{"Key": "Team", "Value": "a"}])
    iam.tag_role(RoleName="role", Tags=[{"Key": "team", "Value": "b"}, {"Key": "x", "Value": "y"}])
    iam.untag_role(RoleName="role", TagKeys=["X", "none"])
    assert iam.list_role_tags(RoleName="role")["Tags"] == [{"Key": "team", "Value": "b"}]
    arn = create_policy(iam)["Arn"]
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "a", "Value": "1"}])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    iam.untag_policy(PolicyArn=arn, TagKeys=["a"])
    assert iam.get_policy(PolicyArn=arn)["Policy"]["Tags"] == []
    with pytest.raises(ClientError, match="Duplicate tag keys"):
        iam.tag_role(RoleName="role", Tags=[{"Key": k, "Value": ""} for k in ("q", "Q")])
    for number in range(49):
        iam.tag_role(RoleName="role", Tags=[{"Key": str(number), "Value": ""}])
    with pytest.raises(ClientError, match="maximum limit: 50"):
        iam.tag_role(RoleName="role", Tags=[{"Key": "one more", "Value": ""}])


def test_lists_come_in_pages(iam: Any) -> None:
    names = [f"role-{number}" for number in range(5)]
    for name in reversed(names):
        create_role(iam, name)
    pages = list(iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 2}))
    assert [len(page["Roles"]) for page in pages] == [2, 2, 1]
    assert [role["RoleName"] for page in pages for role in page["Roles"]] == names
    with pytest.raises(ClientError, match="Invalid Marker"):
        iam.list_roles(Marker="made up")


@pytest.mark.parametrize(
    ("operation", "arguments", "message"),
    [
        ("get_role", {"RoleName": "none"}, "The role with name none cannot be found."),
        ("delete_role", {"RoleName": "none"}, "The role with name none cannot be found."),
        ("update_role", {"RoleName": "none"}, "The role with name none cannot be found."),
        (
            "attach_role_policy",
            {"RoleName": "there", "PolicyArn": "arn:aws:iam::000000000000:policy/none"},
            "Policy arn:aws:iam::000000000000:policy/none does not exist or is not attachable.",
        ),
        (
            "detach_role_policy",
            {"RoleName": "there", "PolicyArn": BASIC},
            f"Policy {BASIC} was not found.",
        ),
        (
            "get_policy",
            {"PolicyArn": "arn:aws:iam::000000000000:policy/none"},
            "Policy arn:aws:iam::000000000000:policy/none was not found.",
        ),
    ],
)
def test_what_is_not_there_is_named(
    iam: Any, operation: str, arguments: dict[str, str], message: str
) -> None:
    create_role(iam, "there")
    with pytest.raises(ClientError) as refused:
        getattr(iam, operation)(**arguments)
    assert refusal(refused) == (404, "NoSuchEntity", message)


@pytest.mark.parametrize("document", ["", "{", "[]", "x" * 3000, "[" * 2000, "1", "null"])
def test_what_is_no_policy_is_refused(iam: Any, document: str) -> None:
    with pytest.raises(ClientError) as refused:
        iam.create_role(RoleName="role", AssumeRolePolicyDocument=document)
    assert refusal(refused)[1] in ("MalformedPolicyDocument", "ValidationError")
    assert iam.list_roles()["Roles"] == []


def test_documents_have_a_size(iam: Any) -> None:
    create_role(iam)
    long = json.dumps({**LOGS, "Id": "x" * 6000})
    with pytest.raises(ClientError, match="Cannot exceed quota for ACLSizePerRole: 2048"):
        iam.update_assume_role_policy(RoleName="role", PolicyDocument=long)
    iam.put_role_policy(RoleName="role", PolicyName="a", PolicyDocument=long)
    with pytest.raises(ClientError, match="Maximum policy size of 10240 bytes exceeded"):
        iam.put_role_policy(RoleName="role", PolicyName="b", PolicyDocument=long)
    for number in range(10):
        iam.attach_role_policy(RoleName="role", PolicyArn=f"arn:aws:iam::aws:policy/P{number}")
    with pytest.raises(ClientError, match="Cannot exceed quota for PoliciesPerRole: 10"):
        iam.attach_role_policy(RoleName="role", PolicyArn=BASIC)


def test_the_model_is_kept_in_awss_words(iam: Any) -> None:
    with pytest.raises(ClientError) as refused:
        create_role(iam, "a b" + "x" * 70, MaxSessionDuration=1)
    status, code, message = refusal(refused)
    assert (status, code) == (400, "ValidationError")
    assert message.startswith("3 validation errors detected: ")
    assert "at 'roleName' failed to satisfy constraint: Member must have length less" in message
    assert r"Member must satisfy regular expression pattern: [\w+=,.@-]+" in message
    assert "Value '1' at 'maxSessionDuration' failed to satisfy constraint: Member must" in message


def test_iam_is_the_same_in_every_region(boto: Boto) -> None:
    key = AccessKey(str(next(accounts)), "test")
    create_role(boto("iam", key=key, region="eu-west-1"))
    assert boto("iam", key=key, region="us-east-1").get_role(RoleName="role")["Role"]

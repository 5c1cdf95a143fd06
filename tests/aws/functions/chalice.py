"""What Chalice 1.34.0 asks of AWS when it deploys an app, call by call, as botocore logs it."""

import json
from typing import Any

from tests.aws.functions.clients import SOON
from tests.aws.logs.clients import client_of
from tests.server.running import Running

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "",
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
LOGS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["logs:*"], "Resource": "*"}],
}
ACCOUNT = "000000000000"


class Chalice:
    """Deploys functions with their triggers as Chalice does, and takes them away again."""

    def __init__(self, server: Running) -> None:
        self.functions = client_of(server, "lambda")
        self.iam = client_of(server, "iam")
        self.events = client_of(server, "events")
        self.sns = client_of(server, "sns")
        self.s3 = client_of(server, "s3")
        self.sqs = client_of(server, "sqs")

    def is_there(self, name: str) -> bool:
        """Ask for role and function, as each deployment begins."""
        try:
            self.iam.get_role(RoleName=name)
        except self.iam.exceptions.NoSuchEntityException:
            role = False
        else:
            role = True
        try:
            self.functions.get_function(FunctionName=name)
        except self.functions.exceptions.ResourceNotFoundException:
            return False
        return role

    def function(self, name: str, code: bytes) -> str:
        """Create a function with a role of its own, or give it other code; return its ARN."""
        arn = self._changed(name, code) if self.is_there(name) else self._created(name, code)
        self.functions.delete_function_concurrency(FunctionName=name)
        return arn

    def _created(self, name: str, code: bytes) -> str:
        trust = json.dumps(TRUST)
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
        self.iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=json.dumps(LOGS))
        function = self.functions.create_function(
            FunctionName=name,
            Runtime="python3.11",
            Code={"ZipFile": code},
            Handler="handler.handler",
            Role=made["Role"]["Arn"],
            Timeout=60,
            MemorySize=128,
            Tags={"aws-chalice": "version=1.34.0:stage=dev:app=shop"},
        )
        self.functions.get_waiter("function_active").wait(FunctionName=name, WaiterConfig=SOON)
        return str(function["FunctionArn"])

    def _changed(self, name: str, code: bytes) -> str:
        self.iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=json.dumps(LOGS))
        self.functions.update_function_code(FunctionName=name, ZipFile=code)
        updated = self.functions.get_waiter("function_updated")
        updated.wait(FunctionName=name, WaiterConfig=SOON)
        function = self.functions.update_function_configuration(
            FunctionName=name,
            Environment={"Variables": {}},
            Runtime="python3.11",
            Timeout=60,
            MemorySize=128,
            Role=f"arn:aws:iam::{ACCOUNT}:role/{name}",
        )
        updated.wait(FunctionName=name, WaiterConfig=SOON)
        self.functions.list_tags(Resource=function["FunctionArn"])
        return str(function["FunctionArn"])

    def let_in(self, arn: str, principal: str, source: str) -> None:
        """Add a permission, unless the function's policy has it."""
        if self.permission(arn, source) is not None:
            return
        self.functions.add_permission(
            FunctionName=arn,
            StatementId=f"lets-{principal.partition('.')[0]}-in",
            Action="lambda:InvokeFunction",
            Principal=principal,
            SourceArn=source,
        )

    def permission(self, arn: str, source: str) -> str | None:
        try:
            policy = json.loads(self.functions.get_policy(FunctionName=arn)["Policy"])
        except self.functions.exceptions.ResourceNotFoundException:
            return None
        for statement in policy["Statement"]:
            if statement["Condition"]["ArnLike"]["AWS:SourceArn"] == source:
                return str(statement["Sid"])
        return None

    def rule(self, name: str, arn: str, **what: str) -> None:
        rule = self.events.put_rule(Name=name, **what)["RuleArn"]
        self.events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}])
        self.let_in(arn, "events.amazonaws.com", rule)

    def subscription(self, topic: str, arn: str) -> str:
        self.let_in(arn, "sns.amazonaws.com", topic)
        subscribed = self.sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
        return str(subscribed["SubscriptionArn"])

    def notification(self, bucket: str, arn: str, *ends: tuple[str, str]) -> None:
        self.let_in(arn, "s3.amazonaws.com", f"arn:aws:s3:::{bucket}")
        told = self.told(bucket)
        told.setdefault("LambdaFunctionConfigurations", []).append(
            {
                "LambdaFunctionArn": arn,
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {
                    "Key": {"FilterRules": [{"Name": name, "Value": value} for name, value in ends]}
                },
            }
        )
        self.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)

    def told(self, bucket: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.s3.get_bucket_notification_configuration(Bucket=bucket)
        del answer["ResponseMetadata"]
        return answer

    def no_notification(self, bucket: str, arn: str) -> None:
        told = self.told(bucket)
        told["LambdaFunctionConfigurations"] = [
            one for one in told["LambdaFunctionConfigurations"] if one["LambdaFunctionArn"] != arn
        ]
        self.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)
        self.no_permission(arn, f"arn:aws:s3:::{bucket}")

    def no_subscription(self, subscription: str, topic: str, arn: str) -> None:
        self.sns.unsubscribe(SubscriptionArn=subscription)
        self.no_permission(arn, topic)

    def no_permission(self, arn: str, source: str) -> None:
        statement = self.permission(arn, source)
        self.functions.remove_permission(FunctionName=arn, StatementId=statement)

    def no_rule(self, name: str) -> None:
        self.events.remove_targets(Rule=name, Ids=["1"])
        self.events.delete_rule(Name=name)

    def no_function(self, arn: str) -> None:
        name = arn.rpartition(":")[2]
        self.functions.delete_function(FunctionName=arn)
        for policy in self.iam.list_role_policies(RoleName=name)["PolicyNames"]:
            self.iam.delete_role_policy(RoleName=name, PolicyName=policy)
        self.iam.delete_role(RoleName=name)

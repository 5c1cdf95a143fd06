"""Statements of a topic's policy, added and removed by their labels."""

from webapp.aws.call import Call, Implementation, Request
from webapp.aws.services.sns.places import topic_of, topics_of
from webapp.sources.topics.permissions import with_permission, without_permission


async def add_permission(call: Call, request: Request) -> None:
    topic = topic_of(call, request["TopicArn"])
    policy = with_permission(
        topic.settings.policy(arn=topic.arn, account=call.account),
        label=request["Label"],
        accounts=request["AWSAccountId"],
        actions=request["ActionName"],
        arn=topic.arn,
    )
    await topics_of(call).set_attribute(topic, "Policy", policy, run=call.run)


async def remove_permission(call: Call, request: Request) -> None:
    topic = topic_of(call, request["TopicArn"])
    policy = topic.settings.policy(arn=topic.arn, account=call.account)
    left = without_permission(policy, label=request["Label"])
    await topics_of(call).set_attribute(topic, "Policy", left, run=call.run)


OPERATIONS: dict[str, Implementation] = {
    "AddPermission": add_permission,
    "RemovePermission": remove_permission,
}

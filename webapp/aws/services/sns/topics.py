"""Topics: created, described, set, listed, deleted."""

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.sns.places import listed, topic_of, topics_of
from webapp.aws.services.sns.tags import by_key


async def create_topic(call: Call, request: Request) -> Result:
    topic = await topics_of(call).create(
        request["Name"],
        attributes=request.get("Attributes", {}),
        tags=by_key(request.get("Tags", [])),
        run=call.run,
    )
    return {"TopicArn": topic.arn}


async def delete_topic(call: Call, request: Request) -> None:
    topics = topics_of(call)
    name = topics.region.topic_name(request["TopicArn"], action=call.operation)
    await topics.delete(name, run=call.run)


async def list_topics(call: Call, request: Request) -> Result:
    return listed(
        topics_of(call).all(),
        request,
        member="Topics",
        key=lambda topic: topic.name,
        shape=lambda topic: {"TopicArn": topic.arn},
    )


async def get_topic_attributes(call: Call, request: Request) -> Result:
    topic = topic_of(call, request["TopicArn"])
    subscriptions = topics_of(call).subscriptions.of_topic(topic.name)
    pending = sum(one.record.pending for one in subscriptions)
    counts = {
        "SubscriptionsPending": str(pending),
        "SubscriptionsConfirmed": str(len(subscriptions) - pending),
        "SubscriptionsDeleted": "0",
    }
    shown = topic.settings.shown(arn=topic.arn, account=call.account)
    return {"Attributes": {**shown, **counts}}


async def set_topic_attributes(call: Call, request: Request) -> None:
    topic = topic_of(call, request["TopicArn"])
    await topics_of(call).set_attribute(
        topic, request["AttributeName"], request.get("AttributeValue", ""), run=call.run
    )


OPERATIONS: dict[str, Implementation] = {
    "CreateTopic": create_topic,
    "DeleteTopic": delete_topic,
    "GetTopicAttributes": get_topic_attributes,
    "ListTopics": list_topics,
    "SetTopicAttributes": set_topic_attributes,
}

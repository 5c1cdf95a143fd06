"""Subscriptions: made, confirmed, described, set, listed, ended."""

from collections.abc import Mapping
from typing import Any

from webapp.aws.call import Call, Implementation, Request, Result
from webapp.aws.services.sns.places import listed, subscription_of, topic_of, topics_of
from webapp.sources.topics.errors import InvalidParameter, NotFound
from webapp.sources.topics.subscription import Subscription, shown

_PENDING = "pending confirmation"


async def subscribe(call: Call, request: Request) -> Result:
    topic = topic_of(call, request["TopicArn"])
    if not request.get("Endpoint"):
        raise InvalidParameter("Endpoint")
    subscription = await topics_of(call).subscriptions.subscribe(
        topic,
        protocol=request["Protocol"],
        endpoint=request["Endpoint"],
        attributes=request.get("Attributes", {}),
        run=call.run,
    )
    if subscription.record.pending and not request.get("ReturnSubscriptionArn"):
        return {"SubscriptionArn": _PENDING}
    return {"SubscriptionArn": subscription.arn}


async def confirm_subscription(call: Call, request: Request) -> Result:
    topic = topic_of(call, request["TopicArn"])
    confirmed = await topics_of(call).subscriptions.confirm(topic, request["Token"], run=call.run)
    return {"SubscriptionArn": confirmed.arn}


async def unsubscribe(call: Call, request: Request) -> None:
    """End a subscription; one that is not there is no error, as on AWS."""
    try:
        subscription = subscription_of(call, request["SubscriptionArn"])
    except NotFound:
        return
    await topics_of(call).subscriptions.unsubscribe(subscription, run=call.run)


async def list_subscriptions(call: Call, request: Request) -> Result:
    return _page(call, topics_of(call).subscriptions.all(), request)


async def list_subscriptions_by_topic(call: Call, request: Request) -> Result:
    topic = topic_of(call, request["TopicArn"])
    return _page(call, topics_of(call).subscriptions.of_topic(topic.name), request)


async def get_subscription_attributes(call: Call, request: Request) -> Result:
    subscription = subscription_of(call, request["SubscriptionArn"])
    attributes = shown(subscription.record, topic_arn=subscription.topic_arn, account=call.account)
    return {"Attributes": attributes}


async def set_subscription_attributes(call: Call, request: Request) -> None:
    subscription = subscription_of(call, request["SubscriptionArn"])
    await topics_of(call).subscriptions.set_attribute(
        subscription,
        request["AttributeName"],
        request.get("AttributeValue", ""),
        run=call.run,
    )


def _page(call: Call, found: list[Subscription], request: Request) -> Result:
    def shape(subscription: Subscription) -> Mapping[str, Any]:
        record = subscription.record
        return {
            "SubscriptionArn": "PendingConfirmation" if record.pending else subscription.arn,
            "Owner": call.account,
            "Protocol": record.protocol,
            "Endpoint": record.endpoint,
            "TopicArn": subscription.topic_arn,
        }

    return listed(
        found,
        request,
        member="Subscriptions",
        key=lambda one: f"{one.record.topic} {one.record.created:020.3f} {one.record.identifier}",
        shape=shape,
    )


OPERATIONS: dict[str, Implementation] = {
    "ConfirmSubscription": confirm_subscription,
    "GetSubscriptionAttributes": get_subscription_attributes,
    "ListSubscriptions": list_subscriptions,
    "ListSubscriptionsByTopic": list_subscriptions_by_topic,
    "SetSubscriptionAttributes": set_subscription_attributes,
    "Subscribe": subscribe,
    "Unsubscribe": unsubscribe,
}

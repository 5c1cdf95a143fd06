"""Sentences about topics and what is published to them (lambda-behaviour 7.10)."""

from webapp.trace.events import (
    Fact,
    MessageFiltered,
    MessagePublished,
    NotificationDeadLettered,
    NotificationDelivered,
    NotificationDiscarded,
    NotificationRefused,
    SubscriptionChanged,
    SubscriptionFact,
    TopicChanged,
)
from webapp.trace.projections import formats

WHY = "Whoever publishes knows the topic alone. Who is subscribed to it gets a copy of its own."
NO_READER_WHY = "No subscription's filter policy lets it through, or there is none."
_SUBSCRIPTIONS = {
    "subscribed": "{endpoint} is subscribed to {topic}.",
    "confirmed": "{endpoint} confirmed: it is subscribed to {topic} now.",
    "attributes": "The subscription of {endpoint} to {topic} is set otherwise.",
    "unsubscribed": "{endpoint} is subscribed to {topic} no more.",
}


def published(fact: MessagePublished, *, number: int) -> str:
    to = formats.count(fact.deliveries, "subscription")
    whom = f"{to} gets it" if fact.deliveries == 1 else f"{to} get it"
    if fact.deliveries == 0:
        whom = "nobody gets it"
    return f"Notification {number} is published to {fact.topic}: {whom}."


def repeated(topic: str, *, number: int) -> str:
    return f"{topic} took a message for a repeat of notification {number} and sent none of it."


def filtered(fact: MessageFiltered, *, number: int) -> str:
    return f"Notification {number} is kept from {reader_name(fact)} by its filter: {fact.reason}."


def delivered(fact: NotificationDelivered, *, number: int) -> str:
    if fact.shown_only:
        return f"Notification {number} would go to {fact.endpoint}; nothing leaves this lab."
    again = f" at attempt {fact.attempt}" if fact.attempt > 1 else ""
    return f"Notification {number} is delivered to {reader_name(fact)}{again}."


def refused(fact: NotificationRefused, *, number: int, now: float) -> str:
    wait = fact.due - now
    when = f"in {formats.duration(wait)}" if wait > 0 else "at once"
    return (
        f"Notification {number} did not reach {reader_name(fact)}: {fact.reason} "
        f"SNS tries again {when} ({fact.phase})."
    )


def dead_lettered(fact: NotificationDeadLettered, *, number: int) -> str:
    target = fact.target.rpartition(":")[2]
    return (
        f"Notification {number} is given up for {reader_name(fact)} and is in {target}. "
        f"{fact.reason}"
    )


def discarded(fact: NotificationDiscarded, *, number: int) -> str:
    return f"Notification {number} is lost for {reader_name(fact)}. {fact.reason}"


def topic_changed(fact: TopicChanged) -> str:
    said = {"created": "created", "attributes": "set otherwise", "deleted": "deleted"}
    return f"Topic {fact.topic} was {said[fact.change]}."


def subscription_changed(fact: SubscriptionChanged) -> str:
    name = endpoint_name(fact.endpoint)
    if fact.change == "pending":
        return (
            f"{name} has to confirm its subscription to {fact.topic}. SNS would send it this "
            f"token; nothing leaves this lab: {fact.token}"
        )
    return _SUBSCRIPTIONS[fact.change].format(endpoint=name, topic=fact.topic)


def wait_why(fact: Fact) -> str:
    """Say what a wait for the next attempt of a delivery rests on."""
    return f"{getattr(fact, 'reason', '')} That passes by itself, so SNS tries again."


def reader_name(fact: SubscriptionFact) -> str:
    """Return the name of who is subscribed."""
    return endpoint_name(fact.endpoint) or "a subscription"


def endpoint_name(endpoint: str) -> str:
    """Return the last part of an ARN; an address or a URL is its own name."""
    return endpoint.rpartition(":")[2] if endpoint.startswith("arn:") else endpoint

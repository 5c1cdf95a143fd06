"""Messages published to a lab's topics: a point on a lane, what became of each copy, and why."""

from typing import Any

from tests.trace.folded import Folded, Row
from tests.trace.lab_script import LAB
from webapp.trace.events import (
    DeliveryAttempted,
    EventQueued,
    InvocationAccepted,
    LabReset,
    MessageFiltered,
    MessagePublished,
    MessageSent,
    NotificationDeadLettered,
    NotificationDelivered,
    NotificationDiscarded,
    NotificationRefused,
    PublicationRepeated,
    SubscriptionChanged,
)
from webapp.trace.projections import LabView

NEWS, READER = "news", "reader"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:archive"
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:reader"


class Topics(Folded):
    """Facts about a topic, folded as they come."""

    def __init__(self, *, queues: frozenset[str] = frozenset()) -> None:
        super().__init__(
            LabView(
                functions=frozenset({READER}),
                queues=queues,
                topics=frozenset({NEWS}),
                lab=LAB,
            )
        )

    def publish(self, number: int = 1, *, deliveries: int = 1, topic: str = NEWS) -> int:
        return self.tell(
            MessagePublished(
                topic=topic,
                message_id=f"m{number}",
                source="page",
                message=f"hello {number}",
                size_bytes=7,
                deliveries=deliveries,
            )
        )

    def about(
        self, kind: type[Any], *, endpoint: str = QUEUE, number: int = 1, **fields: Any
    ) -> int:
        named = {"topic": NEWS, "message_id": f"m{number}", "endpoint": endpoint}
        return self.tell(kind(subscription=endpoint[-4:], **named, **fields))

    def copies(self) -> list[Row]:
        [row] = self.rows("publications")
        copies: list[Row] = row["copies"]
        return copies


def test_a_message_is_a_point_on_its_topics_lane() -> None:
    topics = Topics()
    topics.publish(deliveries=2)
    [lane] = [one for one in topics.rows("lanes") if one["id"] == "sns:news"]
    assert (lane["title"], lane["detail"]) == ("news", "topic")
    [segment] = topics.rows("segments")
    assert (segment["kind"], segment["lane"], segment["failed"]) == (
        "publication",
        lane["id"],
        False,
    )
    assert segment["story"]["what"] == (
        "Notification 1 is published to news: 2 subscriptions get it."
    )
    assert segment["story"]["section"] == "7.10"


def test_what_does_not_match_a_filter_is_shown_with_the_reason() -> None:
    topics = Topics()
    topics.publish(deliveries=0)
    topics.about(MessageFiltered, reason='kind is "open"; the pattern asks for "paid"')
    assert topics.copies()[0] == {
        "subscription": "hive",
        "endpoint": QUEUE,
        "state": "filtered",
        "attempts": 0,
        "reason": 'kind is "open"; the pattern asks for "paid"',
        "due": None,
        "target": "",
    }
    assert topics.story[-1] == (
        'Notification 1 is kept from archive by its filter: kind is "open"; the pattern asks for '
        '"paid".'
    )
    assert topics.rows("segments")[0]["failed"] is True


def test_a_delivery_is_followed_to_its_attempts() -> None:
    topics = Topics()
    topics.publish()
    topics.about(DeliveryAttempted, attempt=1)
    topics.about(
        NotificationRefused, attempt=1, reason="Busy.", due=topics.time + 21, phase="backoff"
    )
    [copy] = topics.copies()
    assert (copy["state"], copy["reason"], copy["attempts"]) == ("waiting", "Busy.", 1)
    wait = topics.rows("segments")[1]
    assert (wait["kind"], wait["end"], wait["text"]) == ("wait", None, "20 s")
    assert (wait["story"]["title"], wait["story"]["badge"]) == ("Wait for attempt 2", "waits")
    assert wait["story"]["what"] == "A delivery of notification 1 waits for attempt 2."
    assert topics.story[-1] == (
        "Notification 1 did not reach archive: Busy. SNS tries again in 20 s (backoff)."
    )
    topics.about(DeliveryAttempted, attempt=2)
    wait = topics.rows("segments")[1]
    assert wait["end"] == topics.time
    assert wait["story"]["what"] == "A delivery of notification 1 waited for attempt 2."
    assert topics.copies()[0]["due"] is None
    topics.about(NotificationDelivered, attempt=2)
    assert topics.copies()[0]["state"] == "delivered"
    assert topics.story[-1] == "Notification 1 is delivered to archive at attempt 2."


def test_what_is_given_up_says_where_it_is_or_that_it_is_lost() -> None:
    topics = Topics()
    topics.publish(deliveries=2)
    letters = "arn:aws:sqs:us-east-1:000000000000:dead"
    topics.about(NotificationDeadLettered, target=letters, reason="Gone.", attempts=1)
    assert topics.story[-1] == "Notification 1 is given up for archive and is in dead. Gone."
    topics.about(NotificationDiscarded, endpoint=FUNCTION, reason="Gone.", attempts=1)
    assert topics.story[-1] == "Notification 1 is lost for reader. Gone."
    assert [copy["state"] for copy in topics.copies()] == ["dead-lettered", "lost"]
    assert topics.rows("segments")[0]["failed"] is True


def test_the_message_leads_to_the_attempt_of_its_function() -> None:
    topics = Topics()
    topics.publish()
    cause = topics.about(DeliveryAttempted, endpoint=FUNCTION, attempt=1)
    queued = EventQueued(
        function=READER,
        request_id="r",
        qualifier="$LATEST",
        source="topic news",
        payload="{}",
        payload_size_bytes=2,
    )
    topics.tell(queued, cause=cause)
    topics.tell(
        InvocationAccepted(
            function=READER, request_id="r", model="asynchronous", source="topic news"
        )
    )
    publication, first, *_ = topics.rows("segments")
    assert publication["story"]["next_segment"] == first["id"]


def test_what_would_leave_the_lab_says_so_and_a_pending_address_shows_its_token() -> None:
    topics = Topics()
    topics.tell(
        SubscriptionChanged(
            topic=NEWS,
            subscription="s",
            protocol="email",
            endpoint="ada@example.org",
            change="pending",
            token="abc",
        )
    )
    assert topics.story[-1].endswith("nothing leaves this lab: abc")
    topics.publish()
    topics.about(NotificationDelivered, endpoint="ada@example.org", attempt=1, shown_only=True)
    assert topics.copies()[0]["state"] == "shown"


def test_other_topics_and_other_regions_are_none_of_this_lab() -> None:
    topics = Topics()
    topics.publish(topic="other")
    topics.tell(PublicationRepeated(topic="other", message_id="m1", source="page"))
    topics.about(NotificationDelivered, number=9, attempt=1)
    assert topics.rows("publications") == []
    assert topics.rows("lanes") == []


def test_the_newest_messages_of_a_topic_come_first_and_a_reset_takes_them_all() -> None:
    topics = Topics()
    for number in range(1, 41):
        topics.publish(number)
    numbers = [row["number"] for row in topics.view.publications(NEWS)]
    assert numbers == list(range(40, 10, -1))
    topics.tell(LabReset(lab=LAB))
    topics.about(NotificationDelivered, attempt=1)
    assert topics.view.publications(NEWS) == ()


def test_every_copy_is_drawn_as_what_comes_of_the_message() -> None:
    topics = Topics(queues=frozenset({"archive"}))
    topics.publish(deliveries=2)
    cause = topics.about(DeliveryAttempted, endpoint=FUNCTION, attempt=1)
    topics.tell(
        EventQueued(
            function=READER,
            request_id="r",
            qualifier="$LATEST",
            source="topic news",
            payload="{}",
            payload_size_bytes=2,
        ),
        cause=cause,
    )
    topics.tell(InvocationAccepted(function=READER, request_id="r", model="asynchronous"))
    cause = topics.about(DeliveryAttempted, attempt=1)
    topics.tell(
        MessageSent(
            queue="archive",
            message_id="m",
            source="topic news",
            visible_at=topics.time + 1,
            body="x",
            size_bytes=1,
        ),
        cause=cause,
    )
    publication, *copies = topics.rows("segments")
    caused = {one["lane"] for one in copies if one.get("cause") == publication["id"]}
    assert caused == {f"queue:{READER}", "sqs:archive"}
    assert not [one for one in copies if one["kind"] == "sends"]

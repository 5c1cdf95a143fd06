"""Changes in a lab's buckets: their lane, their rows, who was told, and what came of it."""

from typing import Any

from tests.trace.lab_script import LAB
from webapp.trace.events import (
    BucketChanged,
    Entry,
    EventPut,
    Fact,
    LabReset,
    MessageSent,
    NotificationFailed,
    NotificationMatched,
    NotificationPassedOver,
    ObjectDeleted,
    ObjectPut,
    RuleMatched,
    TargetGivenUp,
    TargetReached,
    TargetRetryScheduled,
)
from webapp.trace.projections import LabView

QUEUE = "arn:aws:sqs:us-east-1:000000000000:work"
ABOUT: dict[str, Any] = {"bucket": "photos", "key": "in/a.jpg", "event": "ObjectCreated:Put"}
Row = dict[str, Any]


class Buckets:
    """Facts about a bucket and another lab's, folded as they come."""

    def __init__(self) -> None:
        self.view = LabView(
            functions=frozenset({"reader"}),
            queues=frozenset({"work"}),
            buses=frozenset({"shop"}),
            buckets=frozenset({"photos"}),
            lab=LAB,
        )
        self.sequence = 0

    def tell(self, fact: Fact, *, cause: int | None = None, region: str = "") -> int:
        self.sequence += 1
        time = 1000.0 + self.sequence
        self.view.apply(Entry(self.sequence, time, "run-1", cause, fact, region))
        return self.sequence

    def put(self, *, bucket: str = "photos", key: str = "in/a.jpg", **more: Any) -> int:
        fact = ObjectPut(bucket=bucket, key=key, version="null", size_bytes=2048, etag="e")
        return self.tell(fact, **more)

    @property
    def change(self) -> Row:
        return self.view.object_events("photos")[0]

    def rows(self, table: str) -> list[Row]:
        return list(self.view.snapshot()[table])

    @property
    def story(self) -> list[str]:
        return [row["text"] for row in self.rows("story")]


def test_a_change_is_a_point_on_the_lane_of_its_bucket() -> None:
    buckets = Buckets()
    buckets.put()
    [lane] = [row for row in buckets.rows("lanes") if row["kind"] == "queue"]
    assert (lane["title"], lane["detail"]) == ("photos", "bucket")
    [segment] = buckets.rows("segments")
    assert (segment["lane"], segment["kind"]) == (lane["id"], "object")
    assert segment["start"] == segment["end"]
    assert buckets.change["segment"] == segment["id"]
    assert segment["story"]["section"] == "7.11"
    assert buckets.story == ["Change 1: in/a.jpg (2.0 KB) is put into photos."]


def test_each_notification_says_whether_it_tells_and_why_not() -> None:
    buckets = Buckets()
    put = buckets.put()
    buckets.tell(NotificationMatched(**ABOUT, rule="all", target=QUEUE), cause=put)
    reason = "The key does not end with '.txt'."
    buckets.tell(
        NotificationPassedOver(**ABOUT, rule="texts", target=QUEUE, reason=reason), cause=put
    )
    assert buckets.change["event"] == "ObjectCreated:Put"
    assert {one["notification"]: one["state"] for one in buckets.change["notices"]} == {
        "all": "told",
        "texts": "passed over",
    }
    assert buckets.story[1:] == [
        "Notification all tells work of change 1.",
        f"Notification texts does not tell of change 1. {reason}",
    ]


def test_what_could_not_be_told_is_lost_and_the_point_says_so() -> None:
    buckets = Buckets()
    put = buckets.put()
    matched = buckets.tell(NotificationMatched(**ABOUT, rule="all", target=QUEUE), cause=put)
    failed = NotificationFailed(**ABOUT, rule="all", target=QUEUE, reason="NotFound: gone.")
    buckets.tell(failed, cause=matched)
    [notice] = buckets.change["notices"]
    assert (notice["state"], notice["reason"]) == ("failed", "NotFound: gone.")
    assert buckets.rows("segments")[0]["failed"]
    assert buckets.story[-1].endswith("the notification is lost. NotFound: gone.")


ON_ITS_WAY: dict[str, Any] = {
    "bus": "",
    "rule": "photos",
    "event_id": "d1",
    "target": QUEUE,
    "sender": "bucket",
}


def busy(attempt: int) -> TargetRetryScheduled:
    return TargetRetryScheduled(
        **ON_ITS_WAY, attempt=attempt, due=1010.0, wait_seconds=4.0, reason="Busy: later."
    )


def test_a_busy_destination_is_waited_for_on_the_lane_of_the_bucket() -> None:
    buckets = Buckets()
    put = buckets.put()
    matched = buckets.tell(NotificationMatched(**ABOUT, rule="all", target=QUEUE), cause=put)
    buckets.tell(busy(2), cause=matched)
    [notice] = buckets.change["notices"]
    assert (notice["state"], notice["attempts"], notice["due"]) == ("waiting", 1, 1010.0)
    [wait] = [row for row in buckets.rows("segments") if row["kind"] == "wait"]
    assert wait["lane"] == "s3:photos"
    assert wait["story"]["title"] == "Wait for attempt 2"
    assert wait["story"]["what"] == "A delivery of change 1 of photos waits for attempt 2."
    assert wait["story"]["why"].endswith("so S3 tries again.")
    assert wait["story"]["section"] == "7.11"
    assert buckets.story[-1] == (
        "work did not take change 1 of photos. Busy: later. S3 tries again in 4.00 s."
    )


def test_a_destination_that_takes_it_after_a_restart_is_told_after_all() -> None:
    buckets = Buckets()
    put = buckets.put()
    matched = buckets.tell(NotificationMatched(**ABOUT, rule="all", target=QUEUE), cause=put)
    buckets.tell(busy(2), cause=matched)
    buckets.tell(busy(3), cause=None)
    buckets.tell(TargetReached(**ON_ITS_WAY, attempt=3, body="{}"), cause=None)
    [notice] = buckets.change["notices"]
    assert (notice["state"], notice["attempts"], notice["due"]) == ("told", 3, None)
    waits = [row for row in buckets.rows("segments") if row["kind"] == "wait"]
    assert len(waits) == 2
    assert all(one["end"] is not None for one in waits)
    assert buckets.story[-1] == "work has change 1 of photos at attempt 3."


def test_a_notification_that_is_given_up_is_lost_and_the_point_says_so() -> None:
    buckets = Buckets()
    put = buckets.put()
    matched = buckets.tell(NotificationMatched(**ABOUT, rule="all", target=QUEUE), cause=put)
    buckets.tell(busy(2), cause=matched)
    gone = TargetGivenUp(**ON_ITS_WAY, attempts=2, condition="", reason="NotFound: gone.")
    buckets.tell(gone, cause=None)
    [notice] = buckets.change["notices"]
    assert (notice["state"], notice["reason"]) == ("failed", "NotFound: gone.")
    assert buckets.rows("segments")[0]["failed"]
    assert buckets.story[-1].startswith("Change 1 of photos is given up for work after 2 attempts.")


def test_what_another_sender_of_that_name_brings_is_no_buckets() -> None:
    buckets = Buckets()
    put = buckets.put()
    matched = buckets.tell(NotificationMatched(**ABOUT, rule="all", target=QUEUE), cause=put)
    told = len(buckets.story)
    for sender in ("", "subscription filter"):
        other = {**ON_ITS_WAY, "sender": sender}
        buckets.tell(TargetReached(**other, attempt=1, body="{}"), cause=matched)
    assert len(buckets.story) == told


def test_what_a_change_brings_about_comes_of_its_point_also_over_the_default_bus() -> None:
    buckets = Buckets()
    put = buckets.put()
    matched = buckets.tell(NotificationMatched(**ABOUT, rule="all", target=QUEUE), cause=put)
    sent = MessageSent(
        queue="work", message_id="m", source="bucket photos", visible_at=1.0, body="", size_bytes=0
    )
    buckets.tell(sent, cause=matched)
    event = {"event_id": "e", "source": "aws.s3", "detail_type": "Object Created", "detail": "{}"}
    about: dict[str, Any] = {**event, "size_bytes": 2, "sender": "bucket photos"}
    over = buckets.tell(EventPut(bus="default", **about), cause=matched)
    ruled = buckets.tell(
        RuleMatched(bus="default", rule="s3-photos", event_id="e", targets=1), cause=over
    )
    buckets.tell(EventPut(bus="shop", **about), cause=ruled)
    segments = {row["kind"]: row for row in buckets.rows("segments")}
    assert segments["message"]["cause"] == segments["object"]["id"]
    assert segments["bus-event"]["cause"] == segments["object"]["id"]
    assert len(buckets.rows("bus_events")) == 1


def test_a_marker_hides_and_what_is_deleted_is_gone() -> None:
    buckets = Buckets()
    buckets.tell(ObjectDeleted(bucket="photos", key="a", version="v", marker=True))
    assert buckets.change["what"] == "hidden"
    buckets.tell(ObjectDeleted(bucket="photos", key="a", version="v", marker=False))
    assert buckets.change["what"] == "deleted"
    assert buckets.story == [
        "Change 1: a delete marker hides a in photos. Its versions stay.",
        "Change 2: a is deleted from photos for good.",
    ]


def test_a_key_stands_in_a_sentence_on_one_line_and_cut() -> None:
    buckets = Buckets()
    buckets.put(key="a\n\x1b[31mb\u202e" + "c" * 500)
    [said] = buckets.story
    assert said.startswith("Change 1: a␚␚[31mb␚ccc")
    assert len(said) < 200


def test_other_buckets_and_other_regions_are_none_of_the_labs() -> None:
    buckets = Buckets()
    buckets.put(bucket="others")
    buckets.put(region="eu-west-1")
    buckets.tell(BucketChanged(bucket="others", change="deleted"))
    reached = TargetReached(bus="default", rule="r", event_id="e", target=QUEUE, attempt=1, body="")
    buckets.tell(reached, cause=1)
    assert buckets.rows("story") == buckets.rows("segments") == []


def test_a_reset_leaves_nothing_and_late_facts_are_of_the_past() -> None:
    buckets = Buckets()
    put = buckets.put()
    buckets.tell(LabReset(lab=LAB, scope="lab"))
    buckets.tell(NotificationMatched(**ABOUT, rule="all", target=QUEUE), cause=put)
    assert buckets.rows("object_events") == buckets.rows("story") == []

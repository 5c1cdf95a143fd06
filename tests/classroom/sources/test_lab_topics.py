"""The topics of a lab: there, used, reset, brought back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.classroom.local import opened, press
from tests.classroom.topic_course import write_news
from webapp.classroom.labs import Labs
from webapp.classroom.sources.lab_queues import queues_of
from webapp.classroom.sources.lab_topics import topics_of
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.model import Lesson
from webapp.curriculum.scope import lab_entries
from webapp.settings import Settings
from webapp.sources.errors import SourceError
from webapp.trace.events import MessageFiltered, MessagePublished, NotificationDelivered
from webapp.wiring import Application, start

pytestmark = pytest.mark.slow


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    folder = write_news(tmp_path / "lessons")
    running = start(Settings(data=tmp_path / "data", lessons=(folder,)))
    yield running
    running.stop()


@pytest.fixture
def lesson(labs: Labs) -> Lesson:
    return labs.course().lesson("news")


def received(application: Application, name: str, count: int) -> list[str]:
    """Receive so many messages, waiting for each."""
    found: list[str] = []
    while len(found) < count:
        live = queues_of(opened(application)).find(name)
        got = application.services.loop.call(live.receive(10, wait_seconds=20))
        assert got, f"{len(found)} of {count} messages came"
        found += [one.message.body for one in got]
    return found


def subscribed(application: Application) -> dict[str, dict[str, str]]:
    found = topics_of(opened(application)).subscriptions.of_topic("news")
    return {one.record.endpoint.rpartition(":")[2]: dict(one.record.attributes) for one in found}


def test_the_topics_of_a_lab_are_there_when_its_page_is_opened(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    assert subscribed(application) == {
        "news-reader": {},
        "news-archive": {"RawMessageDelivery": "true"},
        "news-paid": {
            "FilterPolicyScope": "MessageAttributes",
            "FilterPolicy": '{"kind": ["paid"]}',
            "RedrivePolicy": json.dumps(
                {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:news-dead"}
            ),
        },
    }


def test_a_press_deploys_and_publishes_and_each_reader_has_what_it_asked_for(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    run = press(labs, lesson, "publish-open")
    assert received(application, "news-archive", 1) == ['{"dish": "soup"}\n']
    [record] = received(application, "news-read", 1)
    assert json.loads(record)["responsePayload"] == '{"dish": "soup"}\n'
    entries = lab_entries(opened(application).log.since(0), lab=lesson.lab)
    [published] = [one for one in entries if isinstance(one.fact, MessagePublished)]
    assert published.run == run
    [filtered] = [one.fact for one in entries if isinstance(one.fact, MessageFiltered)]
    assert filtered.reason == 'kind is "open"; the pattern asks for "paid"'
    delivered = [one.fact for one in entries if isinstance(one.fact, NotificationDelivered)]
    assert len(delivered) == 2


def test_several_messages_carry_what_the_press_says(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "publish-2-paid")
    bodies = [json.loads(body) for body in received(application, "news-paid", 2)]
    assert [body["Subject"] for body in bodies] == ["Paid", "Paid"]
    assert bodies[0]["MessageAttributes"] == {"kind": {"Type": "String", "Value": "paid"}}


def test_a_reset_puts_subscriptions_back_and_an_undo_brings_the_learners_own(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    before = subscribed(application)
    topics = topics_of(opened(application))
    [reader] = [
        one
        for one in topics.subscriptions.of_topic("news")
        if one.record.endpoint.endswith("news-reader")
    ]
    application.services.loop.call(topics.subscriptions.unsubscribe(reader, run=""))
    made = labs.resets.reset("local", lesson, scope="lab")
    assert subscribed(application) == before
    press(labs, lesson, "publish-open")
    received(application, "news-read", 1)
    labs.resets.undo("local", lesson, id=made.id)
    assert subscribed(application) == {
        name: one for name, one in before.items() if name != "news-reader"
    }


def test_a_topic_that_a_learner_deleted_comes_back_with_a_reset_alone(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    topics = topics_of(opened(application))
    application.services.loop.call(topics.delete("news", run=""))
    with pytest.raises(SourceError, match="does not exist"):
        press(labs, lesson, "publish-open")
    labs.resets.reset("local", lesson, scope="lab")
    press(labs, lesson, "publish-open")
    assert len(received(application, "news-archive", 1)) == 1


def test_a_functions_records_and_dead_letters_can_go_to_the_labs_topic(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    wanted = Asynchronous(on_failure="news", dead_letter="news")
    assert labs.adjusting.set_asynchronous("local", lesson, asynchronous=wanted) == wanted
    record = opened(application).registry.get("news-reader")
    topic = topics_of(opened(application)).find("news")
    assert record.event_configs["$LATEST"].on_failure == topic.arn
    assert record.configuration.dead_letter_target == topic.arn

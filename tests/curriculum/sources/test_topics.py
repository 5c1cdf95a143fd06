"""Topics of a lab: what a lesson may say, and what is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.curriculum.fake_lab import FakeLab
from tests.curriculum.small_course import HEAD, lesson_of, only_problem, problems_of
from webapp.curriculum.lab import Lab
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Publish
from webapp.curriculum.scope import lab_entries
from webapp.curriculum.sources.topic import LabSubscription, LabTopic
from webapp.trace.events import TopicChanged

BODY = "## One\n\nText.\n"
TOPICS = """\
  queues:
    small-work: {}
    small-steps.fifo: {}
    small-dead: {}
  topics:
    small-orders:
      subscriptions:
        small-work: {raw: true, filter: {kind: [paid, {prefix: re}]}, dead_letter: small-dead}
        small-greeter: {filter: {order: {sum: [{numeric: [">", 9]}]}}, scope: body}
"""
FIFO = """\
  queues:
    small-steps.fifo: {}
  topics:
    small-line.fifo:
      content_based_deduplication: true
      subscriptions: {small-steps.fifo: {}}
"""
PUBLISH = """\
  publish-2:
    label: Publish 2
    publish:
      topic: small-orders
      body: hello
      subject: Ahoy
      count: 2
      attributes: {kind: paid, sum: 9.5, tags: [a, b]}
"""


def with_topics(topics: str = TOPICS, *, presses: str = "", function: str = "") -> str:
    head = HEAD.replace("presses:\n", f"{topics}presses:\n{presses}")
    return head.replace("{handler: handler.handler}", f"{{handler: handler.handler{function}}}")


def lesson(folder: Path, topics: str = TOPICS, **given: str) -> Lesson:
    return lesson_of(folder, body=BODY, head=with_topics(topics, **given))


def test_a_topic_says_who_hears_of_what(tmp_path: Path) -> None:
    assert lesson(tmp_path).lab.topics == (
        LabTopic(
            name="small-orders",
            subscriptions=(
                LabSubscription(
                    to="small-work",
                    filter={"kind": ["paid", {"prefix": "re"}]},
                    raw=True,
                    dead_letter="small-dead",
                ),
                LabSubscription(
                    to="small-greeter",
                    filter={"order": {"sum": [{"numeric": [">", 9]}]}},
                    scope="body",
                ),
            ),
        ),
    )


def test_a_fifo_topic_says_it_by_its_name(tmp_path: Path) -> None:
    (topic,) = lesson(tmp_path, FIFO).lab.topics
    assert topic.fifo
    assert topic.deduplicates_by_content
    assert topic.subscriptions == (LabSubscription(to="small-steps.fifo"),)


def test_a_press_publishes_with_attributes_of_snss_types(tmp_path: Path) -> None:
    press = lesson(tmp_path, presses=PUBLISH).presses["publish-2"]
    assert press.action == Publish(
        topic="small-orders",
        body="hello",
        subject="Ahoy",
        count=2,
        attributes={
            "kind": ("String", "paid"),
            "sum": ("Number", "9.5"),
            "tags": ("String.Array", '["a", "b"]'),
        },
    )
    assert press.busy == "Publishing"


def test_a_topic_can_be_where_records_go(tmp_path: Path) -> None:
    asynchronous = ", asynchronous: {on_failure: small-orders, dead_letter: small-orders}"
    found = lesson(tmp_path, function=asynchronous).lab.functions[0].knobs.asynchronous
    assert (found.on_failure, found.dead_letter) == ("small-orders", "small-orders")


def one(subscriptions: str, name: str = "small-orders", more: str = "") -> str:
    return (
        "  queues: {small-work: {}, small-steps.fifo: {}}\n"
        f"  topics:\n    {name}:\n      subscriptions: {subscriptions}\n{more}"
    )


@pytest.mark.parametrize(
    ("topics", "words"),
    [
        (one("{nobody: {}}"), "'nobody' cannot be subscribed"),
        (one("{small-steps.fifo: {}}"), "'small-steps.fifo' cannot be subscribed"),
        (one("{small-greeter: {}}", "small-line.fifo"), "cannot be subscribed"),
        (
            one("{small-greeter: {raw: true}}"),
            "Only a queue gets the message without its envelope.",
        ),
        (one("{small-work: {scope: body}}"), "A scope is of a filter."),
        (one("{small-work: {scope: else, filter: {a: [b]}}}"), "'scope' is 'else'"),
        (one("{small-work: {filter: [a]}}"), "'filter' must be a mapping"),
        (one("{small-work: {dead_letter: nobody}}"), "'dead_letter' is 'nobody'"),
        (one("{small-work: {colour: red}}"), "'colour' is not a key here"),
        (
            one("{}", more="      content_based_deduplication: true\n"),
            "Only a FIFO topic finds duplicates.",
        ),
    ],
)
def test_a_wrong_topic_is_refused(tmp_path: Path, topics: str, words: str) -> None:
    found = problems_of(tmp_path, body=BODY, head=with_topics(topics))
    assert any(words in problem.message for problem in found)


def test_a_message_of_a_fifo_topic_belongs_to_a_group(tmp_path: Path) -> None:
    press = "  go:\n    label: Go\n    publish: {topic: small-line.fifo, body: x}\n"
    problem = only_problem(tmp_path, body=BODY, head=with_topics(FIFO, presses=press))
    assert "belongs to a group" in problem.message


def test_a_lab_without_a_topic_publishes_nothing(tmp_path: Path) -> None:
    press = "  go:\n    label: Go\n    publish: {body: x}\n"
    found = problems_of(tmp_path, body=BODY, head=with_topics("", presses=press))
    assert "This lab has no topic. Add one to 'topics'." in [one.message for one in found]


def test_a_lab_sees_the_facts_of_its_own_topics_in_its_own_region() -> None:
    lab = FakeLab()
    lab.add(TopicChanged(topic="mine", change="created"))
    lab.add(TopicChanged(topic="another's", change="created"))
    mine, _ = lab.entries
    elsewhere = replace(mine, sequence=3, region="eu-west-1")
    owned = Lab(slug="cold-and-warm", functions=(), events={}, topics=(LabTopic(name="mine"),))
    assert lab_entries([*lab.entries, elsewhere], lab=owned) == [mine]

"""Queues of a lab and where events go: what a lesson may say, and what is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.curriculum.fake_lab import FakeLab
from tests.curriculum.small_course import HEAD, lesson_of, only_problem, problems_of, write_course
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.lab import Lab
from webapp.curriculum.loader import problems
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Purge, Receive, Send
from webapp.curriculum.scope import lab_entries
from webapp.curriculum.sources.queue import LabQueue, Redrive, targets_first
from webapp.trace.events import MessageDeleted

BODY = "## One\n\nText.\n"
QUEUES = """\
  queues:
    small-orders:
      visibility_timeout: 60
      delay: 5
      retention: 600
      redrive: {dead_letter_queue: small-dead, receives: 3}
    small-dead: {}
"""


def with_queues(queues: str = QUEUES, *, function: str = "", presses: str = "") -> str:
    head = HEAD.replace("presses:\n", f"{queues}presses:\n{presses}")
    return head.replace("{handler: handler.handler}", f"{{handler: handler.handler{function}}}")


def lesson(folder: Path, **given: str) -> Lesson:
    return lesson_of(folder, body=BODY, head=with_queues(**given))


def test_a_queue_is_read_with_sqs_defaults_and_made_after_its_dead_letter_queue(
    tmp_path: Path,
) -> None:
    orders = LabQueue(
        name="small-orders",
        visibility_timeout=60,
        delay=5,
        retention=600,
        redrive=Redrive(dead_letter_queue="small-dead", receives=3),
    )
    dead = LabQueue(name="small-dead")
    assert lesson(tmp_path).lab.queues == (orders, dead)
    assert targets_first((orders, dead)) == [dead, orders]


def test_a_fifo_queue_says_it_by_its_name(tmp_path: Path) -> None:
    queues = "  queues:\n    steps.fifo: {content_based_deduplication: true}\n"
    (queue,) = lesson(tmp_path, queues=queues).lab.queues
    assert queue.fifo
    assert queue.deduplicates_by_content


@pytest.mark.parametrize(
    ("queues", "said"),
    [
        ("orders: {visibility_timeout: 43201}", "must be a number from 0 to 43200"),
        ("orders: {delay: -1}", "must be a number from 0 to 900"),
        ("orders: {retention: 59}", "must be a number from 60 to"),
        ("orders: {redrive: {dead_letter_queue: nowhere, receives: 3}}", "is 'nowhere'"),
        ("orders: {redrive: {dead_letter_queue: orders, receives: 3}}", "would come back to it"),
        ("orders: {fifo: true}", "ends with '.fifo'"),
        ("orders: {content_based_deduplication: true}", "Only a FIFO queue"),
        ("Orders: {}", "needs a name of lower-case letters"),
        ("small-greeter: {}", "already the name of a"),
        ("orders: {timeout: 3}", "'timeout' is not a key here"),
    ],
)
def test_what_no_queue_can_be_is_refused(tmp_path: Path, queues: str, said: str) -> None:
    found = problems_of(tmp_path, body=BODY, head=with_queues(f"  queues:\n    {queues}\n"))
    assert any(said in problem.message for problem in found)


def test_dead_letters_that_go_round_are_refused(tmp_path: Path) -> None:
    queues = (
        "  queues:\n    left: {redrive: {dead_letter_queue: right, receives: 1}}\n"
        "    right: {redrive: {dead_letter_queue: left, receives: 1}}\n"
    )
    found = only_problem(tmp_path, body=BODY, head=with_queues(queues))
    assert found.message == "The dead letters of 'left' would come back to it."


def test_a_queue_of_another_lesson_is_not_named_again(tmp_path: Path) -> None:
    write_course(tmp_path, body=BODY, head=with_queues("  queues:\n    orders: {}\n"))
    other = tmp_path / "01-part" / "02-other"
    (other / "start").mkdir(parents=True)
    (other / "events").mkdir()
    (other / "start" / "handler.py").write_text("def handler(event, context): ...\n")
    (other / "events" / "hello.json").write_text("{}")
    text = with_queues("  queues:\n    orders: {}\n").replace("small-greeter", "other-greeter")
    (other / "lesson.md").write_text(text + BODY)
    course = (
        (tmp_path / "course.yaml")
        .read_text()
        .replace("slug: later, title: Later, minutes: 7", "slug: other")
    )
    (tmp_path / "course.yaml").write_text(course)
    (found,) = problems(tmp_path)
    assert found.message == "Queue 'orders' belongs to lesson 'small' already."


def test_where_events_go_is_read_by_the_names_of_the_lab(tmp_path: Path) -> None:
    said = (
        ", asynchronous: {maximum_retry_attempts: 0, maximum_event_age: 60, "
        "on_failure: small-orders, dead_letter: small-dead}"
    )
    (function,) = lesson(tmp_path, function=said).lab.functions
    assert function.knobs.asynchronous == Asynchronous(
        maximum_retry_attempts=0,
        maximum_event_age=60,
        on_failure="small-orders",
        dead_letter="small-dead",
    )
    assert function.solved_knobs == function.knobs


def test_a_solution_may_send_events_elsewhere(tmp_path: Path) -> None:
    head = with_queues().replace(
        "solution: {presses: [once]}",
        "solution:\n  presses: [once]\n  functions:\n"
        "    small-greeter: {asynchronous: {on_success: small-orders}}",
    )
    (function,) = lesson_of(tmp_path, body=BODY, head=head).lab.functions
    assert function.knobs.asynchronous == Asynchronous()
    assert function.solved_knobs.asynchronous == Asynchronous(on_success="small-orders")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("maximum_retry_attempts: 3", "must be a number from 0 to 2"),
        ("maximum_event_age: 59", "must be a number from 60 to 21600"),
        ("on_success: small-greeter", "is 'small-greeter'"),
        ("on_failure: nowhere", "is 'nowhere'"),
        ("dead_letter: small-greeter", "is 'small-greeter'"),
        ("on_error: small-dead", "'on_error' is not a key here"),
    ],
)
def test_an_end_of_events_that_cannot_be_is_refused(
    tmp_path: Path, said: str, problem: str
) -> None:
    head = with_queues(function=f", asynchronous: {{{said}}}")
    found = only_problem(tmp_path, body=BODY, head=head)
    assert problem in found.message


def test_a_fifo_queue_is_no_destination(tmp_path: Path) -> None:
    head = with_queues(
        "  queues:\n    steps.fifo: {}\n", function=", asynchronous: {on_success: steps.fifo}"
    )
    assert "needs a standard queue" in only_problem(tmp_path, body=BODY, head=head).message


def test_presses_send_receive_and_purge(tmp_path: Path) -> None:
    presses = (
        "  send-3: {label: Send 3, send: {queue: small-orders, event: hello, count: 3}}\n"
        "  text: {label: Send, send: {queue: small-dead, body: Hello, delay: 5}}\n"
        "  take: {label: Take, receive: {queue: small-orders, count: 10, delete: true}}\n"
        "  empty: {label: Empty, purge: {queue: small-orders}}\n"
    )
    found = lesson(tmp_path, presses=presses).presses
    assert found["send-3"].action == Send(queue="small-orders", body='{"name": "Mina"}\n', count=3)
    assert found["send-3"].busy == "Sending 3"
    assert found["text"].action == Send(queue="small-dead", body="Hello", delay=5)
    assert found["take"].action == Receive(queue="small-orders", count=10, delete=True)
    assert found["empty"].action == Purge(queue="small-orders")
    assert [one.icon for one in found.values()][:4] == ["send", "send", "inbox", "trash-2"]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("send: {queue: small-orders}", "A message is the text of 'body' or"),
        ("send: {queue: small-orders, body: a, event: hello}", "A message is the text of 'body'"),
        ("send: {queue: nowhere, body: a}", "is 'nowhere'"),
        ("send: {body: a}", "'queue' is missing"),
        ("send: {queue: small-orders, body: a, count: 101}", "from 1 to 100"),
        ("receive: {queue: small-orders, count: 11}", "from 1 to 10"),
        ("purge: {queue: small-orders, now: true}", "'now' is not a key here"),
    ],
)
def test_a_press_on_a_queue_that_cannot_be_done_is_refused(
    tmp_path: Path, action: str, said: str
) -> None:
    head = with_queues(presses=f"  put: {{label: Put, {action}}}\n")
    found = problems_of(tmp_path, body=BODY, head=head)
    assert any(said in problem.message for problem in found)


def test_messages_of_fifo_queues_need_a_group(tmp_path: Path) -> None:
    head = with_queues(
        "  queues:\n    steps.fifo: {}\n", presses="  put: {label: Put, send: {body: a}}\n"
    )
    assert "belongs to a group" in only_problem(tmp_path, body=BODY, head=head).message


def test_a_lab_sees_the_facts_of_its_own_queues_in_its_own_region() -> None:
    lab = FakeLab()
    lab.add(MessageDeleted(queue="mine", message_id="1"))
    lab.add(MessageDeleted(queue="another's", message_id="2"))
    mine, _ = lab.entries
    elsewhere = replace(mine, sequence=3, region="eu-west-1")
    owned = Lab(slug="cold-and-warm", functions=(), events={}, queues=(LabQueue(name="mine"),))
    assert lab_entries([*lab.entries, elsewhere], lab=owned) == [mine]

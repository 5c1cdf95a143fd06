"""The queues of a lab, and where its functions' events go: there, used, reset, brought back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.classroom.local import opened, press
from tests.classroom.queue_course import write_orders
from webapp.classroom.labs import Labs
from webapp.classroom.sources.lab_queues import queues_of
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.model import Lesson
from webapp.settings import Settings
from webapp.sources.errors import SourceError
from webapp.sources.queues.live_queue import LiveQueue
from webapp.trace.events import MessageDeadLettered, MessageSent, QueueChanged
from webapp.wiring import Application, start

pytestmark = pytest.mark.slow
FAILED, DEAD, STEPS = "orders-failed", "orders-dead", "orders-steps.fifo"


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    folder = write_orders(tmp_path / "lessons")
    running = start(Settings(data=tmp_path / "data", lessons=(folder,)))
    yield running
    running.stop()


@pytest.fixture
def lesson(labs: Labs) -> Lesson:
    return labs.course().lesson("orders")


def queue(application: Application, name: str) -> LiveQueue:
    return queues_of(opened(application)).find(name)


def bodies(live: LiveQueue) -> list[str]:
    return [held.message.body for held in live.queue]


def test_the_queues_of_a_lab_are_there_when_its_page_is_opened(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    failed = queue(application, FAILED)
    assert failed.settings.number("VisibilityTimeout") == 20
    assert failed.settings.redrive is not None
    assert failed.settings.redrive.target_arn == queue(application, DEAD).arn
    assert queue(application, STEPS).settings.fifo


def test_presses_send_receive_and_purge(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    run = press(labs, lesson, "send-3")
    failed = queue(application, FAILED)
    assert bodies(failed) == ['{"dish": "soup"}\n'] * 3
    sent = [one for one in opened(application).log.since(0) if isinstance(one.fact, MessageSent)]
    assert {one.run for one in sent} == {run}
    press(labs, lesson, "receive-2")
    assert (failed.queue.visible, failed.queue.hidden) == (1, 2)
    press(labs, lesson, "take-away")
    assert (failed.queue.visible, failed.queue.hidden) == (0, 2)
    press(labs, lesson, "empty")
    assert len(failed.queue) == 0
    with pytest.raises(SourceError, match="allowed every 60 seconds"):
        press(labs, lesson, "empty")


def test_messages_of_a_fifo_queue_are_told_apart(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "send-step")
    press(labs, lesson, "send-step")
    assert bodies(queue(application, STEPS)) == ["bake"] * 4


def test_a_deployment_lets_events_go_where_the_lesson_says(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    assert labs.asynchronous("local", lesson, function="orders-taker") == Asynchronous(
        maximum_retry_attempts=0, on_success="orders-teller", on_failure=FAILED
    )
    press(labs, lesson, "take")
    registry = opened(application).registry
    config = registry.get("orders-taker").event_configs["$LATEST"]
    assert config.on_failure == queue(application, FAILED).arn
    assert config.on_success == registry.arn("orders-teller")
    assert registry.get("orders-teller").configuration.dead_letter_target == (
        queue(application, DEAD).arn
    )


def test_configuring_one_function_deploys_those_that_get_its_records(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.adjusting.configure(
        "local",
        lesson,
        memory_mb=256,
        timeout=3,
        temporary_mb=512,
        variables={},
        function="orders-taker",
    )
    assert opened(application).registry.get("orders-teller").state == "Active"


def test_what_a_learner_sets_of_events_is_reset_and_brought_back(
    labs: Labs, lesson: Lesson
) -> None:
    wanted = Asynchronous(maximum_event_age=90, on_success=DEAD, dead_letter=FAILED)
    done = labs.adjusting.set_asynchronous("local", lesson, asynchronous=wanted)
    assert done == wanted
    before = labs.state("local", lesson)
    made = labs.resets.reset("local", lesson, scope="configuration")
    assert labs.asynchronous("local", lesson) == lesson.lab.functions[0].knobs.asynchronous
    labs.resets.undo("local", lesson, id=made.id)
    assert labs.state("local", lesson) == before
    assert labs.asynchronous("local", lesson) == wanted


def test_a_reset_empties_the_queues_and_an_undo_brings_back_what_they_held(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "send-3")
    press(labs, lesson, "receive-2")
    change = queues_of(opened(application)).set_attributes(
        FAILED, {"VisibilityTimeout": "7"}, run=""
    )
    application.services.loop.call(change)
    made = labs.resets.reset("local", lesson, scope="lab")
    failed = queue(application, FAILED)
    assert len(failed.queue) == 0
    assert failed.settings.number("VisibilityTimeout") == 20
    press(labs, lesson, "send-3")
    labs.resets.undo("local", lesson, id=made.id)
    failed = queue(application, FAILED)
    assert len(failed.queue) == 6
    assert failed.queue.hidden == 2
    assert failed.settings.number("VisibilityTimeout") == 7


def test_an_undo_says_how_many_messages_it_does_not_bring_back(
    labs: Labs, lesson: Lesson, monkeypatch: pytest.MonkeyPatch, application: Application
) -> None:
    monkeypatch.setattr("webapp.classroom.sources.lab_queues.MOST_KEPT", 2)
    press(labs, lesson, "send-3")
    assert labs.resets.would_lose("local", lesson) == {FAILED: 1}
    made = labs.resets.reset("local", lesson, scope="lab")
    assert made.lost == {FAILED: 1}
    assert labs.resets.undoable("local", lesson) == made
    labs.resets.undo("local", lesson, id=made.id)
    assert len(queue(application, FAILED).queue) == 2
    assert labs.resets.would_lose("local", lesson) == {}


def test_a_queue_that_a_learner_deleted_comes_back_with_a_reset_alone(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    labs.state("local", lesson)
    queues = queues_of(opened(application))
    application.services.loop.call(queues.delete(STEPS, run=""))
    labs.state("local", lesson)
    assert STEPS not in queues
    with pytest.raises(SourceError, match="does not exist"):
        press(labs, lesson, "send-step")
    labs.resets.reset("local", lesson, scope="lab")
    assert STEPS in queues
    press(labs, lesson, "send-step")


def test_the_lab_and_its_messages_are_there_after_a_restart(tmp_path: Path) -> None:
    folder = write_orders(tmp_path / "lessons")
    settings = Settings(data=tmp_path / "data", lessons=(folder,))
    first = start(settings)
    labs = first.services.labs
    lesson = labs.course().lesson("orders")
    press(labs, lesson, "send-3")
    made = labs.resets.reset("local", lesson, scope="lab")
    press(labs, lesson, "send-step")
    first.stop()
    second = start(settings)
    try:
        assert bodies(queue(second, STEPS)) == ["bake", "bake"]
        assert bodies(queue(second, FAILED)) == []
        second.services.labs.resets.undo("local", lesson, id=made.id)
        assert len(bodies(queue(second, FAILED))) == 3
    finally:
        second.stop()


def test_a_message_received_too_often_goes_to_the_labs_dead_letter_queue(
    application: Application, labs: Labs, lesson: Lesson
) -> None:
    press(labs, lesson, "send-3")
    press(labs, lesson, "receive-2")
    labs.pressing.wait("local", lesson, seconds=30)
    press(labs, lesson, "receive-2")
    press(labs, lesson, "receive-2")
    facts = [entry.fact for entry in opened(application).log.since(0)]
    buried = [fact for fact in facts if isinstance(fact, MessageDeadLettered)]
    assert [fact.target for fact in buried] == [DEAD, DEAD]
    assert [fact.change for fact in facts if isinstance(fact, QueueChanged)] == ["created"] * 3

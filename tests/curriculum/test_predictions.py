"""What comes of predictions."""

from dataclasses import replace
from typing import Any

import pytest

from tests.curriculum.call_book import CallBook
from tests.curriculum.fake_lab import FakeLab
from webapp.curriculum.checks.states import WarmEnvironments
from webapp.curriculum.content import Html
from webapp.curriculum.model import UNKNOWN, ExpectedFact, Prediction, PredictionOption
from webapp.curriculum.predictions import NOTHING_HELD, committed, decide, not_decided
from webapp.curriculum.press import Invoke, Press
from webapp.trace.events import (
    EnvironmentRequested,
    EventFinished,
    Fact,
    InvocationFinished,
    InvocationStarted,
    MessageSent,
    RecordDelivered,
)

WARM = ExpectedFact(fact=InvocationStarted, where={"start": ("warm",)}, at_least=1, at_most=1)
NEW = ExpectedFact(fact=EnvironmentRequested, where={"why": ("concurrency",)}, at_least=2)
NONE = ExpectedFact(fact=EnvironmentRequested, at_least=0, at_most=0)


def option(name: str, *expected: ExpectedFact) -> PredictionOption:
    return PredictionOption(
        id=name, text=Html(name), feedback=Html(f"because {name}"), expected=expected
    )


BURST = Prediction(
    id="burst",
    question=Html("How many?"),
    press=Press(
        id="send-3",
        label="Send 3 at once",
        busy="Sending 3",
        action=Invoke(function="greeter", event="greeting", count=3),
    ),
    options=(
        option("none", NONE, ExpectedFact(fact=InvocationStarted, at_least=3)),
        option("two", NEW, WARM),
        PredictionOption(id=UNKNOWN, text=Html("I don’t know"), feedback=Html()),
    ),
    given=(WarmEnvironments(at_least=1, at_most=1),),
    given_text=Html("Exactly one must be warm."),
)


@pytest.fixture
def lab() -> FakeLab:
    return FakeLab()


def burst(lab: FakeLab, chosen: str) -> None:
    lab.invoke()
    lab.commit("burst", chosen)
    lab.invoke(3, press="send-3")


def test_a_right_prediction_has_every_expected_fact(lab: FakeLab) -> None:
    burst(lab, "two")
    outcome = decide(BURST, lab.entries)
    assert outcome is not None
    assert (outcome.held, outcome.right) == (("two",), True)
    assert outcome.explained == "because two"
    assert [(len(ghost.matched), ghost.missing) for ghost in outcome.ghosts] == [(2, 0), (1, 0)]
    assert all(ghost.right for ghost in outcome.ghosts)
    assert len(outcome.deciding) == 3


def test_a_wrong_prediction_says_why_and_shows_what_came_instead(lab: FakeLab) -> None:
    burst(lab, "none")
    outcome = decide(BURST, lab.entries)
    assert outcome is not None
    assert (outcome.held, outcome.right) == (("two",), False)
    assert outcome.explained == "because none"
    no_environment, _ = outcome.ghosts
    assert len(no_environment.surplus) == 2
    assert not no_environment.right


def test_missing_facts_have_a_place_on_the_timeline(lab: FakeLab) -> None:
    environments = lab.invoke(3)
    lab.wait(10)
    lab.commit("burst", "two")
    lab.invoke(3, press="send-3")
    anywhere = Prediction(
        id="burst", question=Html(), press=BURST.press, options=BURST.options, given=()
    )
    outcome = decide(anywhere, lab.entries)
    assert outcome is not None
    new, warm = outcome.ghosts
    assert (new.missing, new.environment, new.time) == (2, None, 1010.2)
    assert (len(warm.matched), len(warm.surplus)) == (1, 2)
    assert warm.environment in environments
    assert outcome.held == ("none",)


def test_a_missing_fact_of_one_function_stands_on_a_lane_of_that_function(lab: FakeLab) -> None:
    lab.function = "shop"
    (shop,) = lab.invoke()
    lab.free.clear()
    lab.function = "greeter"
    (greeter,) = lab.invoke()
    of_shop = ExpectedFact(fact=InvocationFinished, where={"function": ("shop",)}, at_least=1)
    sent = ExpectedFact(fact=MessageSent, where={"queue": ("letters",)}, at_least=1)
    unnamed = ExpectedFact(fact=InvocationFinished, where={"status": ("error",)}, at_least=1)
    asked = replace(BURST, options=(option("all", of_shop, sent, unnamed),), given=())
    lab.commit("burst", "all")
    lab.invoke(3, press="send-3")
    outcome = decide(asked, lab.entries)
    assert outcome is not None
    assert [ghost.environment for ghost in outcome.ghosts] == [shop, None, greeter]
    assert [ghost.queue for ghost in outcome.ghosts] == [None, "letters", None]


def test_not_knowing_is_neither_right_nor_wrong_and_is_explained(lab: FakeLab) -> None:
    burst(lab, UNKNOWN)
    outcome = decide(BURST, lab.entries)
    assert outcome is not None
    assert outcome.right is None
    assert outcome.explained == "because two"


def test_nothing_is_decided_without_a_commitment(lab: FakeLab) -> None:
    lab.invoke()
    lab.invoke(3, press="send-3")
    assert decide(BURST, lab.entries) is None
    assert committed(BURST, lab.entries) is None


def test_an_event_decides_once_it_has_ended_and_its_records_are_delivered(lab: FakeLab) -> None:
    action = Invoke(function="greeter", event="greeting", model="asynchronous")
    press = Press(id="send", label="Send", busy="Sending", action=action)
    event: dict[str, Any] = {"function": "greeter", "request_id": "r"}
    arrives = ExpectedFact(fact=RecordDelivered)
    sent = replace(BURST, press=press, given=(), options=(option("it arrives", arrives),))
    lab.commit("burst", "it arrives")
    lab.begin("send")
    finished = InvocationFinished(
        **event,
        environment="e",
        status="error",
        duration=0.1,
        billed_ms=100,
        memory_mb=128,
        max_memory_mb=40,
    )
    facts: list[Fact] = [
        finished,
        EventFinished(**event, condition="RetriesExhausted", attempts=3, deliveries=1),
        RecordDelivered(**event, kind="destination", target="arn:failed", record="{}"),
    ]
    for fact in facts:
        assert decide(sent, lab.entries) is None
        lab.add(fact)
    outcome = decide(sent, lab.entries)
    assert outcome is not None
    assert outcome.right


def test_a_run_before_the_commitment_does_not_decide(lab: FakeLab) -> None:
    lab.invoke()
    lab.invoke(3, press="send-3")
    lab.commit("burst", "two")
    assert decide(BURST, lab.entries) is None
    lab.wait(480)
    burst(lab, "two")
    outcome = decide(BURST, lab.entries)
    assert outcome is not None
    assert outcome.run == lab.run


def test_another_press_does_not_decide(lab: FakeLab) -> None:
    lab.invoke()
    lab.commit("burst", "two")
    lab.invoke(3, press="send-other")
    assert decide(BURST, lab.entries) is None


def test_a_run_decides_only_when_every_call_has_its_answer(lab: FakeLab) -> None:
    burst(lab, "two")
    last = [entry for entry in lab.entries if isinstance(entry.fact, InvocationFinished)][-1]
    assert decide(BURST, lab.entries[: last.sequence - 1]) is None
    assert decide(BURST, lab.entries[: last.sequence]) is not None


def test_a_run_in_another_state_decides_nothing_and_says_what_it_needs(lab: FakeLab) -> None:
    lab.commit("burst", "two")
    lab.invoke(3, press="send-3")
    assert decide(BURST, lab.entries) is None
    assert not_decided(BURST, lab.entries) == "Exactly one must be warm."
    lab.wait(480)
    lab.invoke()
    lab.invoke(3, press="send-3")
    assert decide(BURST, lab.entries) is not None
    assert not_decided(BURST, lab.entries) is None


def test_the_answer_can_change_until_the_run_and_not_after(lab: FakeLab) -> None:
    lab.commit("burst", "none")
    burst(lab, "two")
    lab.commit("burst", "none")
    assert committed(BURST, lab.entries) == "two"


def test_what_no_option_names_is_said_so(lab: FakeLab) -> None:
    burst(lab, "none")
    narrow = Prediction(
        id="burst", question=Html(), press=BURST.press, options=(BURST.options[0],), given=()
    )
    outcome = decide(narrow, lab.entries)
    assert outcome is not None
    assert (outcome.held, outcome.explained) == ((), NOTHING_HELD)


def test_an_option_can_expect_what_the_function_answers() -> None:
    book = CallBook()
    book.call({}, {"visits": 1, "copy": "a"})
    book.call({}, {"visits": 2})
    book.call({}, status="error")
    ones = ExpectedFact(fact=InvocationFinished, answer={"visits": 1})
    facts = [entry.fact for entry in book.entries]
    assert [fact for fact in facts if ones.matches(fact)] == [facts[2]]

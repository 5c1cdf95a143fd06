"""Checks as folds: facts come one by one, and what is remembered of them stays small."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.curriculum.fake_lab import FakeLab
from webapp.curriculum.checks.answers import (
    AnswerChanges,
    AnswerHolds,
    AnswerKnows,
    Answers,
    AnswersTellStart,
)
from webapp.curriculum.checks.bus_checks import (
    ConsumerFailsApart,
    EventHandled,
    RuleAdded,
    RuleSorts,
)
from webapp.curriculum.checks.caller_checks import CallersNamed
from webapp.curriculum.checks.callers import (
    CallerRetries,
    CallThrottled,
    HttpAnswers,
    ThrottlingOutlasted,
)
from webapp.curriculum.checks.checks import CHECKS as KINDS
from webapp.curriculum.checks.copies import AnswersAgree, AnswersCount, CopiesRepeat
from webapp.curriculum.checks.effects import DoneOnce
from webapp.curriculum.checks.endings import CallAnswers, CallFails, Logged
from webapp.curriculum.checks.event_checks import EventAttempts, EventComesTwice, RecordReaches
from webapp.curriculum.checks.starts import ColdStart, WarmRun, WarmStart
from webapp.curriculum.checks.states import (
    ConcurrencyReserved,
    Configured,
    EnvironmentsAtOnce,
    FaultsSet,
    QuietFor,
    Updated,
    WarmEnvironments,
)
from webapp.curriculum.checks.verdict import REMEMBERED, Check, Judged, Newest
from webapp.trace.events import Entry

CHECKS: tuple[Check[Any], ...] = (
    AnswerChanges(key="visits"),
    AnswerHolds(key="name", of="name"),
    AnswerKnows(key="id", its="request id"),
    Answers(key="total", to={"order": 7}, events={"order": {"n": 1}}),
    AnswersAgree(key="visits", at_least=2),
    AnswersCount(key="visits", at_least=1000),
    AnswersTellStart(key="cold"),
    CallAnswers(seconds=900),
    CallFails(),
    CallThrottled(),
    CallerRetries(caller="greeter", function="other"),
    CallersNamed(function="greeter", key="who", names={"topic": "SNS"}),
    ColdStart(why=("idle",)),
    ColdStart(why=("concurrency",), at_least=2),
    ConcurrencyReserved(function="greeter", exactly=1),
    Configured(timeout=(0, 9), memory_mb=(0, 200)),
    ConsumerFailsApart(producer="greeter", consumer="other"),
    CopiesRepeat(key="visits"),
    DoneOnce(function="greeter", queue="charges", key="name", verb="charged"),
    EnvironmentsAtOnce(at_least=3),
    EventAttempts(at_least=2),
    EventComesTwice(),
    EventHandled(producer="greeter", consumers=("other",)),
    FaultsSet(says="throttled"),
    HttpAnswers(status=500),
    Logged(key="name"),
    QuietFor(seconds=60),
    RecordReaches(target="letters"),
    RuleAdded(bus="shop"),
    RuleSorts(bus="shop", consumer="greeter", key="amount", over=5),
    ThrottlingOutlasted(caller="greeter", function="other"),
    Updated(),
    WarmEnvironments(at_least=2),
    WarmRun(at_least=3),
    WarmStart(at_least=1000),
)
EACH = pytest.mark.parametrize("check", CHECKS, ids=lambda check: type(check).__name__)
DEEDS = st.lists(st.sampled_from((1, 2, 3, "soon", "later", "update")), min_size=1, max_size=8)


def lived(deeds: list[int | str]) -> list[Entry]:
    """Return what happens in a lab in which somebody does all this."""
    lab = FakeLab()
    for deed in deeds:
        if isinstance(deed, int):
            lab.invoke(deed)
        elif deed == "update":
            lab.update()
        else:
            lab.wait({"soon": 70, "later": 480}[deed])
    return lab.entries


def sizes(memory: Any, *, seen: set[int]) -> Iterator[int]:
    """Yield the size of everything that is remembered."""
    if id(memory) in seen or isinstance(memory, Entry | str):
        return
    seen.add(id(memory))
    parts: list[Any] = []
    if is_dataclass(memory):
        parts = [getattr(memory, field.name) for field in fields(memory)]
    elif isinstance(memory, dict | list | set):
        yield len(memory)
        parts = list(memory.values()) if isinstance(memory, dict) else list(memory)
    for part in parts:
        yield from sizes(part, seen=seen)


@settings(max_examples=30)
@given(deeds=DEEDS)
def test_facts_that_come_one_by_one_say_what_they_say_together(deeds: list[int | str]) -> None:
    entries = lived(deeds)
    judged = [Judged.begin(check) for check in CHECKS]
    for number, entry in enumerate(entries, start=1):
        for check, one in zip(CHECKS, judged, strict=True):
            one.take(check, entry)
        if number % 7 == 0 or number == len(entries):
            together = [check.verdict(entries[:number]) for check in CHECKS]
            assert [one.verdict for one in judged] == together


@pytest.fixture(scope="module")
def many_calls() -> list[Entry]:
    return lived([1] * (REMEMBERED + 200))


@EACH
def test_what_a_check_remembers_of_very_many_calls_is_bounded(
    check: Check[Any], many_calls: list[Entry]
) -> None:
    judged = Judged.begin(check)
    for entry in many_calls:
        judged.take(check, entry)
    assert max(sizes(judged.memory, seen=set()), default=0) <= REMEMBERED


def test_every_kind_of_check_is_among_these() -> None:
    kinds: set[object] = {type(check) for check in CHECKS}
    assert kinds == set(KINDS.values())


def test_the_oldest_is_forgotten_first() -> None:
    newest: Newest[int, str] = Newest()
    for number in range(REMEMBERED + 1):
        newest.setdefault(number, "known")
    assert 0 not in newest
    assert 1 in newest
    newest[1] = "again"
    newest[-1] = "new"
    assert 1 in newest, "what is told again is new"
    assert 2 not in newest


def test_what_has_passed_for_good_looks_at_nothing_more() -> None:
    check, entries = ColdStart(), lived([1, 1])
    judged = Judged.begin(check)
    for entry in entries:
        judged.take(check, entry)
    remembered = judged.memory.known.requests
    for entry in lived([3]):
        judged.take(check, entry)
    assert judged.verdict.state == "passed"
    assert len(remembered) == 1

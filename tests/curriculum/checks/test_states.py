"""Checks on the lab's state, on facts made by hand and on their near misses."""

import pytest

from tests.curriculum.call_book import FUNCTION, CallBook
from tests.curriculum.fake_lab import FakeLab
from webapp.curriculum.checks.states import (
    ConcurrencyReserved,
    Configured,
    EnvironmentsAtOnce,
    FaultsSet,
    QuietFor,
    Updated,
    WarmEnvironments,
)
from webapp.trace.events import (
    EnvironmentReset,
    FunctionChanged,
    InvocationFinished,
    ServerRestarted,
)


@pytest.fixture
def lab() -> FakeLab:
    return FakeLab()


def test_a_fault_knob_is_on_while_the_newest_setting_says_so() -> None:
    book, check = CallBook(), FaultsSet(says="throttled")
    assert check.verdict(book.entries).state == "open"
    for detail, state in (("first 3 attempts throttled", "passed"), ("", "open")):
        book.add(
            FunctionChanged(
                function="bill", change="faults", state="Active", revision_id="r", detail=detail
            )
        )
        assert check.verdict(book.entries).state == state


def test_a_burst_has_as_many_environments_at_once_as_calls(lab: FakeLab) -> None:
    lab.invoke()
    lab.invoke(4)
    verdict = EnvironmentsAtOnce(at_least=4).verdict(lab.entries)
    assert verdict.state == "passed"
    assert len(verdict.deciding) == 4


def test_an_environment_that_still_starts_counts_as_busy(lab: FakeLab) -> None:
    lab.invoke(4)
    answers = [entry for entry in lab.entries if isinstance(entry.fact, InvocationFinished)]
    until_first_answer = lab.entries[: answers[0].sequence]
    assert EnvironmentsAtOnce(at_least=4).verdict(until_first_answer).state == "passed"


def test_calls_one_after_another_fail_and_say_how_many_worked(lab: FakeLab) -> None:
    lab.one_by_one(5)
    verdict = EnvironmentsAtOnce(at_least=2).verdict(lab.entries)
    assert verdict.state == "failed"
    assert verdict.message == "5 calls came in one run; at most 1 environment worked at once."


def test_of_a_function_that_is_named_only_its_own_environments_count(lab: FakeLab) -> None:
    lab.invoke(2)
    its_own = EnvironmentsAtOnce(at_least=2, function=lab.function).verdict(lab.entries)
    assert its_own.state == "passed"
    assert len(its_own.deciding) == 2
    for least in (1, 2):
        others = EnvironmentsAtOnce(at_least=least, function="another").verdict(lab.entries)
        assert others.state == "open"


def test_single_calls_are_no_try_at_a_burst(lab: FakeLab) -> None:
    lab.invoke()
    lab.invoke()
    assert EnvironmentsAtOnce(at_least=2).verdict(lab.entries).state == "open"


def test_a_restart_leaves_no_environment_busy_or_warm(lab: FakeLab) -> None:
    lab.invoke(2)
    lab.add(ServerRestarted(epoch=2))
    assert WarmEnvironments().verdict(lab.entries).state == "open"
    lab.free.clear()
    lab.invoke(2)
    assert EnvironmentsAtOnce(at_least=3).verdict(lab.entries).state == "failed"


def test_an_answer_leaves_an_environment_warm_until_it_is_removed(lab: FakeLab) -> None:
    lab.invoke(2)
    assert WarmEnvironments(at_least=2, at_most=2).verdict(lab.entries).state == "passed"
    assert WarmEnvironments(at_least=3).verdict(lab.entries).state == "open"
    assert WarmEnvironments(at_most=1).verdict(lab.entries).state == "open"
    lab.wait(480)
    assert WarmEnvironments().verdict(lab.entries).state == "open"


def test_an_environment_that_was_reset_is_not_warm(lab: FakeLab) -> None:
    (environment,) = lab.invoke()
    lab.add(EnvironmentReset(function=lab.function, environment=environment, reason="timeout"))
    assert WarmEnvironments().verdict(lab.entries).state == "open"


def test_quiet_is_counted_from_the_last_answer_in_lab_time(lab: FakeLab) -> None:
    assert QuietFor(seconds=1).verdict(lab.entries).state == "open"
    lab.invoke()
    lab.wait(419)
    assert QuietFor(seconds=420).verdict(lab.entries).state == "open"
    lab.wait(1)
    assert QuietFor(seconds=420).verdict(lab.entries).state == "passed"


def test_an_update_counts_until_a_call_meets_it(lab: FakeLab) -> None:
    lab.update()
    assert Updated().verdict(lab.entries).state == "open"
    lab.invoke()
    lab.update()
    assert Updated().verdict(lab.entries).state == "passed"
    lab.invoke()
    assert Updated().verdict(lab.entries).state == "open"


def test_an_update_in_progress_is_not_in_effect(lab: FakeLab) -> None:
    lab.invoke()
    lab.update()
    in_progress = [entry for entry in lab.entries if entry.sequence <= len(lab.entries) - 2]
    assert Updated().verdict(in_progress).state == "open"


BRIEF = Configured(timeout=(0, 1), memory_mb=(0, 100_000))


def test_a_configuration_counts_from_its_last_change() -> None:
    book = CallBook()
    assert BRIEF.verdict(book.entries).state == "passed", (
        "as the lesson says, before it is deployed"
    )
    book.change("created", timeout=1)
    assert BRIEF.verdict(book.entries).state == "passed"
    book.change("configuration", timeout=5)
    assert BRIEF.verdict(book.entries).state == "open"
    book.change("configuration", timeout=1)
    verdict = BRIEF.verdict(book.entries)
    assert (verdict.state, verdict.message) == ("passed", "Timeout 1 s, memory 128 MB.")


def test_concurrency_counts_from_its_last_reservation() -> None:
    book, check = CallBook(), ConcurrencyReserved(function=FUNCTION, exactly=1)
    assert check.verdict(book.entries).state == "open"
    for change, detail, state in (
        ("created", "", "open"),
        ("concurrency", "1", "passed"),
        ("configuration", "", "passed"),
        ("concurrency", "none", "open"),
        ("concurrency", "1", "passed"),
        ("deleted", "", "open"),
    ):
        book.change(change, detail=detail)  # type: ignore[arg-type]
        assert check.verdict(book.entries).state == state


def test_memory_is_bounded_too() -> None:
    book, check = CallBook(), Configured(timeout=(0, 900), memory_mb=(256, 512))
    for memory, state in ((128, "open"), (256, "passed"), (512, "passed"), (1024, "open")):
        book.change("configuration", memory_mb=memory)
        assert check.verdict(book.entries).state == state

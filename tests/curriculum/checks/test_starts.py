"""Checks on how calls started, on facts made by hand and on their near misses."""

from dataclasses import replace

import pytest

from tests.curriculum.fake_lab import FakeLab
from webapp.curriculum.checks.starts import ColdStart, WarmRun, WarmStart
from webapp.trace.events import EnvironmentRequested, EnvironmentRetired, InvocationStarted


@pytest.fixture
def lab() -> FakeLab:
    return FakeLab()


def kinds(lab: FakeLab, deciding: tuple[int, ...]) -> list[type]:
    return [type(lab.entries[sequence - 1].fact) for sequence in deciding]


def test_nothing_is_decided_before_anything_ran(lab: FakeLab) -> None:
    for check in (ColdStart(), ColdStart(why=("idle",)), WarmStart(), WarmRun(at_least=2)):
        assert check.verdict(lab.entries).state == "open"


def test_the_first_call_is_a_cold_start_and_leads_to_its_request_and_its_start(
    lab: FakeLab,
) -> None:
    (environment,) = lab.invoke()
    verdict = ColdStart(why=("first call",)).verdict(lab.entries)
    assert verdict.state == "passed"
    assert verdict.message == f"env {environment[:4]} started cold: there was no environment yet."
    assert kinds(lab, verdict.deciding) == [EnvironmentRequested, InvocationStarted]


def test_an_environment_that_was_asked_for_and_never_got_the_call_is_no_cold_start(
    lab: FakeLab,
) -> None:
    lab.invoke()
    before = [entry for entry in lab.entries if not isinstance(entry.fact, InvocationStarted)]
    assert ColdStart().verdict(before).state == "open"


@pytest.mark.parametrize("why", ["concurrency", "update", "idle"])
def test_a_cold_start_of_another_reason_does_not_pass(lab: FakeLab, why: str) -> None:
    lab.invoke()
    assert ColdStart(why=(why,)).verdict(lab.entries).state == "open"


def test_a_cold_start_after_idleness_leads_to_the_removal(lab: FakeLab) -> None:
    lab.invoke()
    lab.wait(480)
    lab.invoke()
    verdict = ColdStart(why=("idle",)).verdict(lab.entries)
    assert verdict.state == "passed"
    assert kinds(lab, verdict.deciding)[0] is EnvironmentRetired


def test_waiting_for_too_short_a_time_fails_and_says_how_long_it_was(lab: FakeLab) -> None:
    (environment,) = lab.invoke()
    lab.wait(300)
    lab.invoke()
    verdict = ColdStart(why=("idle",)).verdict(lab.entries)
    assert verdict.state == "failed"
    assert verdict.message == f"After 5 min, env {environment[:4]} was still there: warm."
    assert len(verdict.deciding) == 2


def test_a_second_call_at_once_is_no_failed_try_to_be_idle(lab: FakeLab) -> None:
    lab.invoke()
    lab.wait(30)
    lab.invoke()
    assert ColdStart(why=("idle",)).verdict(lab.entries).state == "open"


def test_a_later_success_mends_a_failure(lab: FakeLab) -> None:
    for seconds in (300, 480):
        lab.invoke()
        lab.wait(seconds)
    lab.invoke()
    assert ColdStart(why=("idle",)).verdict(lab.entries).state == "passed"


def test_a_burst_starts_cold_by_concurrency(lab: FakeLab) -> None:
    lab.invoke()
    lab.invoke(3)
    assert ColdStart(why=("concurrency",), at_least=2).verdict(lab.entries).state == "passed"
    assert ColdStart(why=("concurrency",), at_least=3).verdict(lab.entries).state == "failed"


def test_a_burst_that_finds_enough_environments_fails_concurrency(lab: FakeLab) -> None:
    lab.entries.clear()
    lab.free = {"a" * 32: lab.time, "b" * 32: lab.time}
    lab.invoke(2)
    verdict = ColdStart(why=("concurrency",)).verdict(lab.entries)
    assert verdict.state == "failed"
    assert verdict.message == "2 calls found 2 environments: none had to start for them."


def test_a_cold_start_after_an_update_passes(lab: FakeLab) -> None:
    lab.invoke()
    lab.update()
    assert ColdStart(why=("update",)).verdict(lab.entries).state == "open"
    lab.invoke()
    verdict = ColdStart(why=("update",)).verdict(lab.entries)
    assert verdict.state == "passed"
    assert len(verdict.deciding) == 3


def test_the_second_call_is_warm_and_leads_to_the_answer_before_it(lab: FakeLab) -> None:
    lab.invoke()
    assert WarmStart().verdict(lab.entries).state == "open"
    lab.invoke()
    verdict = WarmStart().verdict(lab.entries)
    assert verdict.state == "passed"
    assert len(verdict.deciding) == 2


def test_a_second_call_that_starts_cold_fails_the_warm_start_and_says_why(lab: FakeLab) -> None:
    lab.invoke()
    lab.update()
    (environment,) = lab.invoke()
    verdict = WarmStart().verdict(lab.entries)
    assert verdict.state == "failed"
    assert verdict.message == f"env {environment[:4]} had to start: the function had changed."


def test_a_second_burst_is_all_warm(lab: FakeLab) -> None:
    lab.invoke(3)
    assert WarmRun(at_least=3).verdict(lab.entries).state == "open"
    lab.invoke(3)
    verdict = WarmRun(at_least=3).verdict(lab.entries)
    assert verdict.state == "passed"
    assert len(verdict.deciding) == 3


def test_a_second_burst_with_some_cold_calls_fails_and_counts_them(lab: FakeLab) -> None:
    lab.invoke(3)
    lab.retire(next(iter(lab.free)), "idle")
    lab.invoke(3)
    verdict = WarmRun(at_least=3).verdict(lab.entries)
    assert verdict.message == "1 of 3 calls needed a new environment."
    assert verdict.state == "failed"


def test_warm_calls_of_several_clients_at_one_moment_are_a_warm_run(lab: FakeLab) -> None:
    lab.invoke(3)
    lab.invoke(3)
    each_its_own = [
        replace(entry, run=f"{entry.run} {getattr(entry.fact, 'request_id', '')}")
        for entry in lab.entries
    ]
    verdict = WarmRun(at_least=3).verdict(each_its_own)
    assert (verdict.state, len(verdict.deciding)) == ("passed", 3)
    assert WarmRun(at_least=4).verdict(each_its_own).state == "open"


def test_warm_calls_of_several_presses_are_no_warm_run(lab: FakeLab) -> None:
    for _ in range(5):
        lab.invoke()
    assert WarmRun(at_least=3).verdict(lab.entries).state == "open"

"""The check on answers that tell cold from warm."""

import pytest

from tests.curriculum.fake_lab import FakeLab
from webapp.curriculum.answers import AnswersTellStart

CHECK = AnswersTellStart(key="cold")


def test_one_right_answer_of_each_kind_passes() -> None:
    lab = FakeLab(tells=True)
    lab.invoke()
    assert CHECK.verdict(lab.entries).state == "open"
    lab.invoke()
    verdict = CHECK.verdict(lab.entries)
    assert verdict.state == "passed"
    assert len(verdict.deciding) == 2


def test_answers_without_the_key_decide_nothing() -> None:
    lab = FakeLab()
    lab.invoke()
    lab.invoke()
    assert CHECK.verdict(lab.entries).state == "open"


@pytest.mark.parametrize(
    "bodies",
    [
        (["cold"], ["cold"]),
        ("cold", "cold"),
        ({"cold": 1}, {"cold": 0}),
        ({"cold": "true"}, {"cold": "false"}),
        ({"cold": [True]}, {"cold": None}),
    ],
)
def test_only_true_and_false_in_an_object_count(bodies: tuple[object, object]) -> None:
    lab = FakeLab()
    for request, body in zip(("request-1", "request-2"), bodies, strict=True):
        (environment,) = lab.invoke()
        lab.answer(request, environment=environment, body=body)
    assert CHECK.verdict(lab.entries).state != "passed"


def test_always_true_fails_on_the_warm_call() -> None:
    lab = FakeLab()
    lab.invoke()
    (environment,) = lab.invoke()
    lab.answer("request-2", environment=environment, body={"cold": True})
    verdict = CHECK.verdict(lab.entries)
    assert verdict.state == "failed"
    assert verdict.message == f'env {environment[:4]} answered "cold": true on a warm start.'


def test_a_response_that_was_cut_decides_nothing() -> None:
    lab = FakeLab()
    (environment,) = lab.invoke()
    lab.answer("request-1", environment=environment, body={"cold": True})
    broken = lab.entries[-1].fact
    object.__setattr__(broken, "response", '{"cold": true, "text": "aaaa')
    assert CHECK.verdict(lab.entries).state == "open"

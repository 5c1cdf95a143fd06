import inspect
import json
from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trace.fact_streams import arbitrary_entries, arbitrary_facts
from webapp.trace import events
from webapp.trace.codec import UnknownFact, decode, encode
from webapp.trace.events import FACTS, STATUSES, ClockChanged, Entry, Fact, TaskPassed


@pytest.mark.slow
@given(arbitrary_entries())
def test_what_was_encoded_is_decoded_to_the_same(entries: list[Entry]) -> None:
    assert decode(encode(entries)) == entries


@given(arbitrary_facts(), st.floats(allow_nan=False, allow_infinity=False), st.text())
def test_a_time_a_run_and_a_cause_survive(fact: Fact, time: float, run: str) -> None:
    for cause in (None, 17):
        entry = Entry(18, time, run, cause, fact)
        assert decode(encode([entry])) == [entry]


def test_a_fact_is_stored_under_its_kind_with_its_fields_by_name() -> None:
    text = encode([Entry(3, 1.5, "run-1", 2, ClockChanged(rate="60", paused=False))])
    assert json.loads(text) == [
        [3, 1.5, "run-1", 2, "ClockChanged", {"rate": "60", "paused": False}]
    ]


def test_a_region_is_stored_where_there_is_one() -> None:
    fact = ClockChanged(rate="60", paused=False)
    elsewhere = Entry(3, 1.5, "run-1", 2, fact, "eu-west-1")
    assert json.loads(encode([elsewhere]))[0][6:] == ["eu-west-1"]
    assert decode(encode([elsewhere])) == [elsewhere]


def test_the_deciding_facts_of_a_task_are_a_tuple_again() -> None:
    fact = TaskPassed(lab="lab", task="task", deciding=(3, 5))
    assert decode(encode([Entry(6, 1.0, "run-1", None, fact)]))[0].fact == fact


def test_a_field_that_came_later_has_its_default() -> None:
    text = '[[1,1.0,"run-1",null,"TaskPassed",{"lab":"lab","task":"task"}]]'
    assert decode(text)[0].fact == TaskPassed(lab="lab", task="task")


def test_a_kind_that_this_version_does_not_know_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownFact, match=r"fact 7 is a 'MoonLanded'"):
        decode('[[7,1.0,"run-1",null,"MoonLanded",{}]]')


def test_no_entries_are_an_empty_array() -> None:
    assert encode([]) == "[]"
    assert decode("[]") == []


def test_the_list_of_facts_is_closed() -> None:
    named = {kind.__name__ for kind in FACTS}
    assert len(named) == len(FACTS)
    kinds = [kind for kind in vars(events).values() if inspect.isclass(kind)]
    facts = [kind for kind in kinds if issubclass(kind, Fact)]
    bases = {base for kind in facts for base in kind.__mro__[1:]}
    assert named == {kind.__name__ for kind in facts if kind not in bases}


def test_a_fact_never_changes() -> None:
    fact = ClockChanged(rate="60", paused=False)
    with pytest.raises(FrozenInstanceError):
        fact.rate = "1"  # type: ignore[misc]


def test_every_fact_has_a_sentence_of_documentation() -> None:
    assert [kind for kind in FACTS if not (kind.__doc__ or "").rstrip().endswith(".")] == []
    assert all(fields(kind) for kind in FACTS)


def test_a_call_can_end_in_eight_ways() -> None:
    assert len(STATUSES) == len(set(STATUSES)) == 8

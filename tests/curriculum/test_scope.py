"""Which facts a lab sees."""

from dataclasses import replace

from tests.curriculum.fake_lab import FakeLab
from webapp.curriculum.lab import Lab, LabFunction
from webapp.curriculum.lab_files import DEFAULTS
from webapp.curriculum.scope import lab_entries
from webapp.trace.events import ClockChanged, LabReset, RunStarted


def lab_of(name: str) -> Lab:
    function = LabFunction(
        name=name,
        knobs=DEFAULTS,
        solved_knobs=DEFAULTS,
        start={},
        solution={},
    )
    return Lab(slug="cold-and-warm", functions=(function,), events={})


def test_facts_of_other_functions_and_labs_are_left_out() -> None:
    mine, other = FakeLab(function="mine"), FakeLab(function="other", lab="elsewhere")
    mine.invoke()
    other.invoke()
    assert lab_entries([*mine.entries, *other.entries], lab=lab_of("mine")) == mine.entries


def test_a_function_of_that_name_in_another_region_is_not_the_labs() -> None:
    lab = FakeLab(function="mine")
    lab.invoke()
    elsewhere = [replace(entry, region="eu-west-1") for entry in lab.entries]
    assert lab_entries([*elsewhere, *lab.entries], lab=lab_of("mine")) == [
        *(entry for entry in elsewhere if isinstance(entry.fact, RunStarted)),
        *lab.entries,
    ]


def test_facts_of_the_workspace_belong_to_every_lab() -> None:
    lab = FakeLab(function="mine")
    lab.add(ClockChanged(rate="60", paused=False))
    assert lab_entries(lab.entries, lab=lab_of("mine")) == lab.entries


def test_a_reset_of_the_lab_begins_anew_and_one_of_its_code_does_not() -> None:
    lab = FakeLab(function="mine")
    lab.invoke()
    lab.add(LabReset(lab="elsewhere"))
    lab.add(LabReset(lab="cold-and-warm", scope="code"))
    assert len(lab_entries(lab.entries, lab=lab_of("mine"))) == len(lab.entries) - 1
    lab.add(LabReset(lab="cold-and-warm"))
    lab.begin("again")
    (entry,) = lab_entries(lab.entries, lab=lab_of("mine"))
    assert isinstance(entry.fact, RunStarted)

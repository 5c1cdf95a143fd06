"""Schedules of a lab: what a lesson may say, and what is refused."""

from pathlib import Path

import pytest

from tests.curriculum.small_course import lesson_of, only_problem
from tests.curriculum.sources.test_topics import BODY, with_topics
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import SwitchSchedule
from webapp.curriculum.scope import lab_entries
from webapp.curriculum.sources.schedule import LabSchedule
from webapp.trace.events import Entry, Fact, ScheduleChanged, ScheduleFired, TargetReached

SCHEDULES = """\
  buses:
    small-bus: {}
  schedules:
    small-tick: {expression: rate(5 minutes), to: small-greeter, event: hello}
    small-nine:
      expression: cron(0 9 ? * MON-FRI *)
      zone: Europe/Berlin
      window: 15
      to: small-greeter
      input: {a: [1, 2]}
      enabled: false
    small-later: {after: 90, to: small-bus, source: clock, detail_type: tick}
"""
PRESSES = """\
  start-it:
    label: Start it
    enable: {schedule: small-tick}
  end-it:
    label: End it
    disable: {schedule: small-tick}
"""


def lesson(folder: Path, schedules: str = SCHEDULES, **given: str) -> Lesson:
    return lesson_of(folder, body=BODY, head=with_topics(schedules, **given))


def test_a_schedule_says_what_it_runs_and_when(tmp_path: Path) -> None:
    assert lesson(tmp_path).lab.schedules == (
        LabSchedule(
            name="small-tick",
            expression="rate(5 minutes)",
            to="small-greeter",
            input='{"name": "Mina"}\n',
        ),
        LabSchedule(
            name="small-nine",
            expression="cron(0 9 ? * MON-FRI *)",
            zone="Europe/Berlin",
            window=15,
            to="small-greeter",
            input='{"a": [1, 2]}',
            enabled=False,
        ),
        LabSchedule(
            name="small-later",
            after=90,
            to="small-bus",
            input="{}",
            source="clock",
            detail_type="tick",
        ),
    )


def test_presses_enable_and_disable_a_schedule(tmp_path: Path) -> None:
    presses = lesson(tmp_path, presses=PRESSES).presses
    assert presses["start-it"].action == SwitchSchedule(schedule="small-tick", enabled=True)
    assert presses["end-it"].action == SwitchSchedule(schedule="small-tick", enabled=False)
    assert (presses["start-it"].busy, presses["end-it"].busy) == ("Enabling", "Disabling")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rate(5 minutes)", "rate(0 minutes)", "'rate(0 minutes)' is no expression"),
        ("rate(5 minutes)", "every 5 minutes", "It can be rate(5 minutes), cron("),
        ("rate(5 minutes)", "at(2030-02-30T09:00:00)", "is no expression"),
        ("cron(0 9 ? * MON-FRI *)", "cron(0 9 * *)", "is no expression"),
        ("after: 90", "after: 0", "from 1 to 1.2096e+06"),
        ("after: 90, ", "", "or runs once 'after' seconds"),
        ("after: 90", "after: 90, expression: rate(1 day)", "or runs once 'after' seconds"),
        ("Europe/Berlin", "Europe/Atlantis", "'Europe/Atlantis' is no time zone"),
        ("Europe/Berlin", "../../etc/passwd", "is no time zone"),
        ("window: 15", "window: 1441", "from 0 to 1440"),
        ("source: clock, ", "", "'source' is missing"),
        ("event: hello", "event: hello, input: 1", "Give 'input' or 'event', not both"),
        ("event: hello", "event: hello, source: me", "'source' is not a key here"),
        ("to: small-bus", "to: small-nobody", "is 'small-nobody'. It can be"),
        ("small-tick:", "small-greeter:", "is already the name of a"),
        ("small-tick:", f"a{'b' * 64}:", "at most 64 characters"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in SCHEDULES
    head = with_topics(SCHEDULES.replace(old, new))
    if old == "to: small-bus":  # without a bus its source has no meaning
        head = head.replace(", source: clock, detail_type: tick", "")
    assert words in only_problem(tmp_path, body=BODY, head=head).message


def test_a_lab_sees_facts_about_its_own_schedules(tmp_path: Path) -> None:
    about = {"bus": "", "event_id": "e", "target": "t", "attempt": 1, "body": ""}
    facts: list[Fact] = [
        ScheduleChanged(group="default", schedule="small-tick", change="created"),
        ScheduleChanged(group="others", schedule="small-tick", change="created"),
        ScheduleFired(kind="schedule", name="small-tick", due=1.0, group="default"),
        ScheduleFired(kind="rule", name="small-tick", due=1.0),
        ScheduleFired(kind="schedule", name="other", due=1.0, group="default"),
        TargetReached(rule="small-tick", **about),  # type: ignore[arg-type]
        TargetReached(rule="other", **about),  # type: ignore[arg-type]
    ]
    entries = [Entry(n, 0.0, "run", None, fact) for n, fact in enumerate(facts, start=1)]
    seen = lab_entries(entries, lab=lesson(tmp_path).lab)
    assert [entry.sequence for entry in seen] == [1, 3, 6]

"""Versions and aliases as the timeline and the story tell them."""

from dataclasses import replace

import pytest

from tests.trace.lab_rows import rows_of, segment_of, story_of
from tests.trace.lab_script import FUNCTION, Script, environment_id
from webapp.trace.events import (
    AliasDeleted,
    AliasMoved,
    EnvironmentRequested,
    InvocationStarted,
    VersionDeleted,
    VersionPublished,
)

ONE, TWO = environment_id(0x7F3A), environment_id(0xB84C)


@pytest.fixture
def script() -> Script:
    script = Script()
    script.press("Invoke live")
    return script


def call_of_version(script: Script, environment: str, *, version: str, **route: object) -> None:
    """Let an environment of a version serve a call, which came by that route."""
    script.cold_call(environment)
    for number, entry in enumerate(script.entries):
        fact = entry.fact
        if getattr(fact, "environment", "") != environment:
            continue
        if isinstance(fact, EnvironmentRequested):
            script.entries[number] = replace(entry, fact=replace(fact, version=version))
        if isinstance(fact, InvocationStarted):
            told = replace(fact, version=version, **route)  # type: ignore[arg-type]
            script.entries[number] = replace(entry, fact=told)


def test_a_lane_names_the_version_that_it_is_of(script: Script) -> None:
    script.cold_call(ONE)
    call_of_version(script, TWO, version="3")
    titles = [lane["title"] for lane in rows_of(script, "lanes")][1:]
    assert titles == ["env 7f3a", "env b84c v3"]


def test_a_call_says_which_version_chance_chose(script: Script) -> None:
    call_of_version(script, ONE, version="3", alias="live", weight=0.1)
    said = "Alias live sent this call to version 3, weight 10 %."
    story = segment_of(script, ONE, kind="handler")["story"]
    assert said in story["what"]
    assert story["rule"].startswith("An alias of two versions chooses by chance")
    assert story_of(script)[-1].endswith(said)


@pytest.mark.parametrize(
    ("version", "alias", "said"),
    [
        ("3", "live", "Alias live leads to version 3."),
        ("$LATEST", "edge", "Alias edge leads to $LATEST."),
        ("3", "", "Version 3 was asked for."),
    ],
)
def test_a_call_says_by_which_name_it_came(
    script: Script, version: str, alias: str, said: str
) -> None:
    call_of_version(script, ONE, version=version, alias=alias)
    assert said in segment_of(script, ONE, kind="handler")["story"]["what"]


def test_a_plain_call_says_nothing_of_versions(script: Script) -> None:
    script.cold_call(ONE)
    what = segment_of(script, ONE, kind="handler")["story"]["what"]
    assert "ersion" not in what
    assert "LATEST" not in what


def test_publishing_and_moving_are_told_and_marked(script: Script) -> None:
    script.add(VersionPublished(function=FUNCTION, version="1", description="First"))
    script.add(AliasMoved(function=FUNCTION, alias="live", version="1"))
    script.add(
        AliasMoved(
            function=FUNCTION, alias="live", version="1", former="1", second="2", weight=0.125
        )
    )
    script.add(AliasMoved(function=FUNCTION, alias="live", version="2", former="1"))
    script.add(AliasDeleted(function=FUNCTION, alias="live"))
    script.add(VersionDeleted(function=FUNCTION, version="1"))
    assert story_of(script) == [
        (
            "Version 1 of greeter was published (First): code and configuration are frozen. "
            "No environment had to go for it."
        ),
        "Alias live of greeter was made: it leads to version 1.",
        (
            "Alias live of greeter leads to version 1. 12.5 % of the calls go to version 2, "
            "chosen anew for each."
        ),
        "Alias live of greeter was moved from version 1 to version 2.",
        "Alias live of greeter was deleted: calls by its name find nothing.",
        "Version 1 of greeter was deleted, and its environments with it.",
    ]
    assert [mark["text"] for mark in rows_of(script, "marks")] == [
        "Version 1 published",
        "live: version 1",
        "live: version 1, 12.5 % version 2",
        "live: version 2",
        "Alias live deleted",
        "Version 1 deleted",
    ]


def test_the_first_call_of_a_version_says_why_it_is_cold(script: Script) -> None:
    call_of_version(script, ONE, version="1")
    assert story_of(script)[0].startswith(
        "No environment of version 1 existed: every version has its own."
    )

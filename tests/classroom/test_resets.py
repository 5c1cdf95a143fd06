"""Resets of one lab, and what brings back what they took."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.classroom.drafting import Edits
from webapp.classroom.labs import Labs
from webapp.classroom.model import ResetScope
from webapp.classroom.published import WantedAlias
from webapp.classroom.resets import UNDO_SECONDS, Resets
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.model import Faults
from webapp.settings import Settings
from webapp.trace.events import LabReset
from webapp.wiring import Application, start

pytestmark = pytest.mark.slow
ECHO = {"handler.py": "def handler(event, context):\n    return event\n", "build.txt": "1\n"}
CODE = Edits(files=ECHO)


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    running = start(Settings(data=tmp_path))
    yield running
    running.stop()


@pytest.fixture
def labs(application: Application) -> Labs:
    return application.services.labs


@pytest.fixture
def lesson(labs: Labs) -> Lesson:
    return labs.course().lesson("cold-and-warm")


def change_everything(labs: Labs, lesson: Lesson) -> None:
    labs.bench.desk("local", lesson).save(Edits(files=ECHO, event='{"a": 1}'))[1]
    labs.adjusting.configure(
        "local",
        lesson,
        memory_mb=512,
        timeout=9,
        temporary_mb=512,
        variables={"AB": "c"},
        reserved_concurrency=7,
        edits=CODE,
    )
    labs.adjusting.set_faults(
        "local", lesson, faults=Faults(init="slow-init", invocation="raise"), edits=CODE
    )


@pytest.mark.parametrize("scope", ["code", "configuration", "lab"])
def test_what_a_reset_took_comes_back(labs: Labs, lesson: Lesson, scope: ResetScope) -> None:
    change_everything(labs, lesson)
    before = labs.state("local", lesson)
    made = labs.resets.reset("local", lesson, scope=scope)
    reset = labs.state("local", lesson)
    assert reset.undo == made
    assert (reset.files, reset.configuration) != (before.files, before.configuration)
    assert reset.knobs.reserved_concurrency == (7 if scope == "code" else None)
    labs.resets.undo("local", lesson, id=made.id)
    assert labs.state("local", lesson) == before


def test_a_reset_begins_numbers_anew_and_its_undo_brings_versions_and_aliases_back(
    labs: Labs, lesson: Lesson, application: Application
) -> None:
    published = labs.published
    published.publish("local", lesson, description="First", edits=CODE)
    published.publish("local", lesson, edits=Edits(files={**ECHO, "two.py": "2\n"}))
    published.lead("local", lesson, WantedAlias(name="live", version="1", second="2", weight=0.25))
    before = published.look("local", lesson)
    made = labs.resets.reset("local", lesson, scope="lab")
    assert published.look("local", lesson).versions == ()
    assert published.publish("local", lesson, edits=Edits(files={"n.py": "3\n"})).version == "1"
    digests = {one.code_digest for one in before.versions}
    assert application.services.loop.call(gone(application, digests)) == set()
    labs.resets.undo("local", lesson, id=made.id)
    after = published.look("local", lesson)
    assert (after.versions, after.aliases) == (before.versions, before.aliases)
    labs.pressing.invoke("local", lesson, qualifier="2")


async def gone(application: Application, digests: set[str]) -> set[str]:
    """Return which code the store does not have when it takes away what nobody needs."""
    return set(await application.storage.store.delete_unused_archives(digests))


def test_an_undone_reset_of_an_untouched_lab_leaves_it_untouched(
    labs: Labs, lesson: Lesson
) -> None:
    before = labs.state("local", lesson)
    made = labs.resets.reset("local", lesson, scope="lab")
    labs.resets.undo("local", lesson, id=made.id)
    assert labs.state("local", lesson) == before


@pytest.mark.parametrize("typed", [True, False])
def test_the_solutions_code_gives_way_to_ones_own(labs: Labs, lesson: Lesson, typed: bool) -> None:
    if typed:
        labs.bench.desk("local", lesson).keep(Edits(files=ECHO, event='{"a": 1}'))
    before = labs.state("local", lesson)
    made = labs.resets.take_solution("local", lesson)
    taken = labs.state("local", lesson)
    assert taken.files["handler.py"] == lesson.lab.functions[0].solution["handler.py"]
    assert (taken.event, made.scope) == (before.event, "solution")
    labs.resets.undo("local", lesson, id=made.id)
    assert labs.state("local", lesson) == before


def test_only_the_last_reset_can_be_undone_and_only_once(labs: Labs, lesson: Lesson) -> None:
    change_everything(labs, lesson)
    first = labs.resets.reset("local", lesson, scope="code")
    last = labs.resets.reset("local", lesson, scope="configuration")
    with pytest.raises(ResourceNotFound, match="can no longer be undone"):
        labs.resets.undo("local", lesson, id=first.id)
    labs.resets.undo("local", lesson, id=last.id)
    with pytest.raises(ResourceNotFound, match="can no longer be undone"):
        labs.resets.undo("local", lesson, id=last.id)
    assert labs.state("local", lesson).undo is None


def test_after_ten_minutes_a_reset_stands(application: Application, lesson: Lesson) -> None:
    labs = application.services.labs
    made = labs.resets.reset("local", lesson, scope="lab")
    kept = application.storage.undos.read("local", lab=lesson.slug)
    assert kept is not None

    def later(seconds: float) -> Resets:
        return Resets(
            loop=application.services.loop,
            operations=labs._operations,
            bench=labs.bench,
            undos=application.storage.undos,
            live=labs.live,
            now=lambda: kept.made + seconds,
        )

    assert later(UNDO_SECONDS).undoable("local", lesson) == made
    assert later(UNDO_SECONDS + 1).undoable("local", lesson) is None
    with pytest.raises(ResourceNotFound, match="can no longer be undone"):
        later(UNDO_SECONDS + 1).undo("local", lesson, id=made.id)


def test_a_crash_in_the_middle_of_a_reset_loses_no_draft(
    labs: Labs, lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_everything(labs, lesson)
    before = labs.state("local", lesson)

    async def crash(*_given: object, **_named: object) -> int:
        raise OSError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(labs.resets._work, "reset", crash)
        with pytest.raises(OSError, match="the power went"):
            labs.resets.reset("local", lesson, scope="lab")
    found = labs.resets.undoable("local", lesson)
    assert found is not None
    labs.resets.undo("local", lesson, id=found.id)
    assert labs.state("local", lesson).files == before.files


def test_other_pages_are_told_of_a_reset_and_of_its_undo(labs: Labs, lesson: Lesson) -> None:
    cursor, _ = labs.message("local", lesson, after="")
    made = labs.resets.reset("local", lesson, scope="code", tab="one")
    _, news = labs.message("local", lesson, after=str(cursor))
    assert '"draft":{"tab":"one"' in news
    assert '"undo":{"tab":""' in news
    facts = [entry.fact for entry in labs.live("local", lesson).log.since(cursor.sequence)]
    assert LabReset(lab=lesson.slug, scope="code") in facts
    assert made.scope == "code"

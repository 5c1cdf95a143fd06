"""``coldstart lessons``, as an author types it."""

from pathlib import Path

import pytest

from webapp.cli import main

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_lessons_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLDSTART_LESSONS", raising=False)


def test_a_new_lesson_can_be_proved_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "own"
    assert main(["lessons", "new", "mine/first", "--folder", str(folder)]) == 0
    lesson = folder / "01-mine" / "01-first"
    assert f"{lesson} is there." in capsys.readouterr().out
    assert main(["lessons", "check", str(folder)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("first: the start passes 2 of 3 tasks, the solution 3;")
    assert told.endswith("The lessons are in order.\n")


def test_a_folder_of_ones_own_is_taken_from_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.joinpath("own").mkdir()
    monkeypatch.setenv("COLDSTART_LESSONS", str(tmp_path / "own"))
    for name in ("one", "two"):
        assert main(["lessons", "new", f"mine/{name}"]) == 0
    assert main(["lessons", "check", "--only", "two"]) == 0
    told = capsys.readouterr().out
    assert "two: the start passes" in told
    assert "one: the start passes" not in told


def test_a_mistake_is_told_before_anything_runs(
    own: Path, lesson: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson.write_text(lesson.read_text().replace("check: warm_start", "check: hot_start"))
    line = lesson.read_text().split("\n").index("check: hot_start") + 1
    assert main(["lessons", "check", str(own)]) == 1
    told = capsys.readouterr().out.split("\n")
    assert told[0].startswith(f"{lesson}:{line}: 'check' is 'hot_start'. It can be ")
    assert told[-2] == "1 problem"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "{own}", "--only", "nobody"], "There is no lesson 'nobody' to check."),
        (["check", "{own}/nowhere"], "is no folder. Make it, or name another."),
        (["new", "mine/first", "--folder", "{own}"], "The lesson 'first' is there already."),
        (["new", "mine", "--folder", "{own}"], "'mine' names no place. Write it as part/slug."),
        (["new", "../x/y", "--folder", "{own}"], "is not a name of lower-case letters"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    own: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lessons", *(one.replace("{own}", str(own)) for one in arguments)]) == 1
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1


def test_a_folder_that_is_there_is_not_written_over(own: Path) -> None:
    stranger = own / "01-mine" / "02-second"
    stranger.mkdir()
    before = (own / "course.yaml").read_text()
    assert main(["lessons", "new", "mine/second", "--folder", str(own)]) == 1
    assert list(stranger.iterdir()) == []
    assert (own / "course.yaml").read_text() == before

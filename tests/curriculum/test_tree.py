"""Folders of lessons by strangers: read within limits, and nothing outside of them."""

import os
from pathlib import Path

import pytest

from tests.curriculum.small_course import FILE, FOLDER, write_course
from webapp.curriculum import tree
from webapp.curriculum.errors import Problem
from webapp.curriculum.loader import load_course, problems
from webapp.curriculum.tree import Tree, read_tree


def read(folder: Path) -> tuple[Tree, list[Problem]]:
    found: list[Problem] = []
    return read_tree(folder, report=found.append), found


def test_files_are_read_once_with_paths_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.txt").write_text("c")
    (tmp_path / "a" / "d.txt").write_text("d")
    (tmp_path / "a" / ".hidden").write_text("h")
    (tmp_path / "a" / "__pycache__").mkdir()
    (tmp_path / "a" / "__pycache__" / "x.pyc").write_bytes(b"\xff")
    files, found = read(tmp_path)
    assert files.files == {"a/b/c.txt": b"c", "a/d.txt": b"d"}
    assert files.texts("a") == {"b/c.txt": "c", "d.txt": "d"}
    assert not found


@pytest.mark.parametrize("target", ["/etc/passwd", "/etc", "handler.py", "nowhere"])
def test_a_link_is_refused_wherever_it_leads(tmp_path: Path, target: str) -> None:
    write_course(tmp_path)
    (tmp_path / FOLDER / "start" / "secrets").symlink_to(target)
    (problem,) = problems(tmp_path)
    assert str(problem).startswith(f"{FOLDER}/start/secrets:1: 'secrets' is a link, and links are")


def test_the_lesson_itself_cannot_be_a_link(tmp_path: Path) -> None:
    write_course(tmp_path / "course")
    text = tmp_path / "course" / FILE
    text.rename(tmp_path / "elsewhere.md")
    text.symlink_to(tmp_path / "elsewhere.md")
    messages = [problem.message for problem in problems(tmp_path / "course")]
    assert any(message.startswith("'lesson.md' is a link") for message in messages)


def test_a_course_whose_own_folder_is_a_link_is_read(tmp_path: Path) -> None:
    write_course(tmp_path / "course")
    (tmp_path / "link").symlink_to(tmp_path / "course")
    assert load_course(tmp_path / "link").lesson("small").title == "Small"


def test_what_is_no_ordinary_file_is_refused_and_never_opened(tmp_path: Path) -> None:
    write_course(tmp_path)
    os.mkfifo(tmp_path / FOLDER / "start" / "pipe")
    (problem,) = problems(tmp_path)
    assert problem.message == "'pipe' is no ordinary file."


def test_a_large_file_is_refused_and_not_read_to_its_end(tmp_path: Path) -> None:
    write_course(tmp_path)
    with (tmp_path / FOLDER / "start" / "huge.txt").open("wb") as file:
        file.truncate(1 << 40)
    (problem,) = problems(tmp_path)
    assert str(problem) == f"{FOLDER}/start/huge.txt:1: 'huge.txt' is larger than 256 KB."


def test_too_many_files_and_too_much_in_all_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_course(tmp_path)
    monkeypatch.setattr(tree, "MOST_FILES", 2)
    assert any("This is too much." in problem.message for problem in problems(tmp_path))
    monkeypatch.setattr(tree, "MOST_FILES", 2000)
    monkeypatch.setattr(tree, "LARGEST_COURSE_BYTES", 10)
    assert any("This is too much." in problem.message for problem in problems(tmp_path))


def test_folders_in_one_another_have_an_end(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 12)
    deep.mkdir(parents=True)
    (deep / "file").write_text("x")
    files, found = read(tmp_path)
    assert not files.files
    assert [problem.message for problem in found] == [
        "'d' is too deep: a course has 8 folders in one another."
    ]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (BOMB, 2, "This is not YAML: aliases ('*name') are not supported."),
        ("title: &x [*x]\n", 1, "This is not YAML: aliases ('*name') are not supported."),
        ("a: " + "[" * 50_000, 1, "This is not YAML: it is nested too deeply."),
        ("a:\n" + "".join(" " * n + "a:\n" for n in range(1, 200)), 20, "This is not YAML: it is"),
        ("title: \x00\n", 1, "This is not YAML: "),
    ],
)
def test_yaml_that_means_harm_is_told_as_a_mistake(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    write_course(tmp_path)
    (tmp_path / "course.yaml").write_text(text)
    found = problems(tmp_path)
    assert any(one.message.startswith(message) and one.line == line for one in found), found


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' * 40_000, "1" * 10_000, "nan", "\x00"])
def test_an_event_that_means_harm_is_told_as_a_mistake(tmp_path: Path, text: str) -> None:
    write_course(tmp_path)
    (tmp_path / FOLDER / "events" / "hello.json").write_text(text)
    (problem,) = problems(tmp_path)
    assert problem.file == f"{FOLDER}/events/hello.json"
    assert problem.message.startswith("This ")

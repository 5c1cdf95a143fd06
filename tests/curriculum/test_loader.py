"""A whole course: the map, its folders, and reading it again."""

import os
import shutil
from pathlib import Path

import pytest

from tests.curriculum.small_course import FILE, FOLDER, write_course
from webapp.curriculum.course_folder import CourseFolder
from webapp.curriculum.errors import CourseInvalid, Problem
from webapp.curriculum.loader import load_course, problems
from webapp.curriculum.model import Lesson, PlannedLesson


def test_a_course_lists_lessons_with_content_and_planned_ones_in_order(tmp_path: Path) -> None:
    course = load_course(write_course(tmp_path))
    small, later = course.parts[0].lessons
    assert isinstance(small, Lesson)
    assert later == PlannedLesson(slug="later", title="Later", number="1.2", part=1, minutes=7)
    assert list(course) == [small, later]
    assert list(course.lessons) == ["small"]
    assert course.part_of(later).title == "Part"


def test_lessons_with_content_lead_to_each_other(tmp_path: Path) -> None:
    write_course(tmp_path)
    second = tmp_path / "01-part" / "03-third"
    second.mkdir(parents=True)
    for name in ("start", "events"):
        (second / name).mkdir()
    (second / "start" / "handler.py").write_text("x")
    (second / "events" / "hello.json").write_text("{}")
    text = (tmp_path / FILE).read_text().replace("small-greeter", "third-greeter")
    (second / "lesson.md").write_text(text)
    with (tmp_path / "course.yaml").open("a") as file:
        file.write("      - {slug: third}\n")
    course = load_course(tmp_path)
    small, third = course.lesson("small"), course.lesson("third")
    assert (course.before(small), course.after(small)) == (None, third)
    assert (course.before(third), course.after(third)) == (small, None)


def test_two_lessons_cannot_own_one_function(tmp_path: Path) -> None:
    write_course(tmp_path)
    (tmp_path / FOLDER).rename(tmp_path / "copy")
    write_course(tmp_path)
    (tmp_path / "copy").rename(tmp_path / "01-part" / "02-later")
    map_text = (tmp_path / "course.yaml").read_text()
    (tmp_path / "course.yaml").write_text(map_text.replace(", title: Later, minutes: 7", ""))
    assert problems(tmp_path) == (
        Problem(
            "01-part/02-later/lesson.md",
            1,
            "Function 'small-greeter' belongs to lesson 'small' already.",
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("{slug: small}", "{slug: other}", 6, "There is no '01-part/01-other/lesson.md'."),
        ("{slug: small}", "{slug: small, title: x, minutes: 1}", 6, f"'{FILE}' is there: take"),
        (", minutes: 7", "", 7, "'minutes' is missing."),
        ("{slug: later", "{slug: small", 7, "'small' is already the name of a lesson."),
        ("slug: later", "slug: Later On", 7, "A lesson needs a name of lower-case letters"),
        ("slug: later", "slug: later, x: 1", 7, "'x' is not a key here."),
        ("title: Part", "titel: Part", 4, "'titel' is not a key here."),
        ("title: Course", "title: [", 3, "This is not YAML: "),
        ("title: Course\n", "", 1, "'title' is missing."),
        ("parts:", "parts: 7\nports:", 2, "'parts' must be a list of mappings."),
    ],
)
def test_what_is_wrong_in_the_map_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    write_course(tmp_path)
    text = (tmp_path / "course.yaml").read_text()
    assert old in text
    (tmp_path / "course.yaml").write_text(text.replace(old, new, 1))
    found = [one for one in problems(tmp_path) if one.message.startswith(message)]
    assert [(one.file, one.line) for one in found] == [("course.yaml", line)], problems(tmp_path)


def test_a_folder_that_the_map_does_not_have_is_a_problem(tmp_path: Path) -> None:
    write_course(tmp_path)
    (tmp_path / "01-part" / "07-lost").mkdir()
    (tmp_path / "01-part" / "07-lost" / "lesson.md").write_text("")
    (problem,) = problems(tmp_path)
    assert str(problem).startswith("01-part/07-lost/lesson.md:1: 'course.yaml' has no lesson")


def test_a_folder_without_a_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseInvalid, match="There is no 'course"):
        load_course(tmp_path)


def test_a_course_is_read_again_only_when_a_file_changed(tmp_path: Path) -> None:
    folder = CourseFolder(write_course(tmp_path))
    before = folder.course()
    assert folder.course() is before
    (tmp_path / FILE).write_text((tmp_path / FILE).read_text() + "\nOne more line.\n")
    after = folder.course()
    assert after.lesson("small").version != before.lesson("small").version


def _still(folder: Path) -> Path:
    """Let no folder have changed for long, so that it is not listed at every look."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            os.utime(path, (1, 1))
    return folder


def test_a_file_that_comes_or_goes_is_seen_in_folders_that_were_still(tmp_path: Path) -> None:
    write_course(tmp_path)
    extra = tmp_path / FOLDER / "start" / "deep" / "extra.py"
    extra.parent.mkdir()
    folder = CourseFolder(_still(tmp_path))
    versions = [folder.course().lesson("small").version]
    extra.write_text("x = 1\n")
    versions.append(folder.course().lesson("small").version)
    _still(tmp_path)
    assert folder.course().lesson("small").version == versions[1]
    extra.write_text("x = 22\n")
    versions.append(folder.course().lesson("small").version)
    extra.unlink()
    versions.append(folder.course().lesson("small").version)
    assert len({*versions[:3]}) == 3
    assert versions[3] == versions[0]


def test_a_file_is_seen_that_came_at_the_very_time_of_its_folders_last_change(
    tmp_path: Path,
) -> None:
    write_course(tmp_path)
    start = tmp_path / FOLDER / "start"
    _still(tmp_path)
    folder = CourseFolder(tmp_path, now=lambda: 2.0)
    before = folder.course().lesson("small").version
    (start / "extra.py").write_text("x = 1\n")
    os.utime(start, (1, 1))  # as a clock that is too coarse to tell the two apart
    assert folder.course().lesson("small").version != before


def test_a_folder_that_becomes_a_file_is_a_mistake_and_no_failure(tmp_path: Path) -> None:
    write_course(tmp_path)
    folder = CourseFolder(_still(tmp_path))
    shutil.rmtree(tmp_path / FOLDER / "start")
    (tmp_path / FOLDER / "start").write_text("not a folder")
    assert folder.mistakes()
    shutil.rmtree(tmp_path)
    assert folder.mistakes()


def test_a_mistake_is_told_until_it_is_mended_and_the_course_stays_as_it_was(
    tmp_path: Path,
) -> None:
    folder = CourseFolder(write_course(tmp_path))
    before = folder.course()
    text = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(text + "\n{press}`none`\n")
    for _ in range(2):
        assert [str(one) for one in folder.mistakes()] == [
            f"{FILE}:{text.count(chr(10)) + 2}: There is no press 'none' in this lesson."
        ]
        assert folder.course() is before
    (tmp_path / FILE).write_text(text + "\nMended, and longer than before.\n")
    assert folder.mistakes() == ()
    assert folder.course().lesson("small").version != before.lesson("small").version

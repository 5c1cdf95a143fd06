"""Several folders as one course, and what lessons take over from parts and from one another."""

import shutil
from pathlib import Path

import pytest

from tests.curriculum.small_course import FILE, FOLDER, HEAD, lesson_of, problems_of, write_course
from webapp.curriculum.errors import Problem
from webapp.curriculum.lab import Knobs
from webapp.curriculum.loader import load_course, problems
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Invoke, Wait

BODY = "## One\n\nText.\n"


def own_course(folder: Path, *, slug: str = "mine", function: str = "my-greeter") -> Path:
    """Write a course like the small one, with other names."""
    head = HEAD.replace("small-greeter", function)
    write_course(folder, head=head)
    (folder / "01-part").rename(folder / "01-own")
    (folder / "01-own" / "01-small").rename(folder / "01-own" / f"01-{slug}")
    (folder / "course.yaml").write_text(
        "title: Own\nparts:\n  - slug: own\n    title: Own part\n    lessons:\n"
        f"      - {{slug: {slug}}}\n"
    )
    return folder


def test_the_parts_of_an_added_folder_come_after_those_of_the_course(tmp_path: Path) -> None:
    course = load_course(write_course(tmp_path / "a"), own_course(tmp_path / "b"))
    assert course.title == "Course"
    assert [(part.number, part.slug) for part in course.parts] == [(1, "part"), (2, "own")]
    mine = course.lesson("mine")
    assert (mine.number, mine.part, course.part_of(mine).title) == ("2.1", 2, "Own part")
    assert mine.file == f"{tmp_path / 'b'}/01-own/01-mine/lesson.md"
    assert course.after(course.lesson("small")) == mine


def test_a_lesson_of_an_added_folder_may_lead_to_one_of_the_course(tmp_path: Path) -> None:
    base, own = write_course(tmp_path / "a"), own_course(tmp_path / "b")
    text = own / "01-own" / "01-mine" / "lesson.md"
    text.write_text(text.read_text() + "\n[back](lesson:small)\n")
    assert load_course(base, own).lesson("mine").title == "Small"
    assert len(problems(own)) == 1


@pytest.mark.parametrize(
    ("slug", "function", "file", "message"),
    [
        ("small", "my-greeter", "course.yaml", "'small' is already the name of a lesson."),
        ("later", "my-greeter", "course.yaml", "'later' is already the name of a lesson."),
        ("part", "my-greeter", "course.yaml", "'part' is already the name of a part."),
        (
            "mine",
            "small-greeter",
            "01-own/01-mine/lesson.md",
            "Function 'small-greeter' belongs to lesson 'small' already.",
        ),
    ],
)
def test_names_are_unique_across_all_folders(
    tmp_path: Path, slug: str, function: str, file: str, message: str
) -> None:
    base = write_course(tmp_path / "a")
    own = own_course(tmp_path / "b", slug=slug, function=function)
    found = [(one.file, one.message) for one in problems(base, own)]
    assert (f"{own}/{file}", message) in found


def test_an_added_folder_without_a_map_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = problems(write_course(tmp_path / "a"), tmp_path / "empty")
    place = f"{tmp_path / 'empty'}/course.yaml"
    assert found == (Problem(place, 1, "There is no 'course.yaml' in this folder."),)


# -- from part to lesson

PART = """\
minutes: 9
functions: {memory: 256, timeout: 7, variables: {COLOR: red, SIZE: L}}
presses:
  once: {label: Of the part, invoke: {event: shared}}
  pause: {label: Pause, wait: {seconds: 90}}
"""


def with_part(folder: Path, *, part: str = PART, head: str = HEAD) -> Path:
    write_course(folder, head=head, body=BODY)
    (folder / "01-part" / "part.yaml").write_text(part)
    (folder / "01-part" / "events").mkdir()
    (folder / "01-part" / "events" / "shared.json").write_text('{"of": "the part"}\n')
    (folder / "01-part" / "events" / "hello.json").write_text('{"of": "the part"}\n')
    return folder


def test_a_lesson_inherits_what_its_part_says_and_it_does_not(tmp_path: Path) -> None:
    head = HEAD.replace("minutes: 5\n", "").replace(
        "{handler: handler.handler}", "{timeout: 2, variables: {SIZE: M}}"
    )
    lesson = load_course(with_part(tmp_path, head=head)).lesson("small")
    assert lesson.minutes == 9
    assert lesson.lab.functions[0].knobs == Knobs(
        handler="handler.handler",
        memory_mb=256,
        timeout=2,
        variables={"COLOR": "red", "SIZE": "M"},
    )
    assert lesson.presses["pause"].action == Wait(seconds=90)
    assert lesson.lab.events["shared"].startswith('{"of": "the part"')


def test_a_lessons_own_press_and_event_win(tmp_path: Path) -> None:
    lesson = load_course(with_part(tmp_path)).lesson("small")
    assert lesson.minutes == 5
    assert lesson.presses["once"].label == "Invoke once"
    assert lesson.presses["once"].action == Invoke(function="small-greeter", event="hello")
    assert "Mina" in lesson.lab.events["hello"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("minutes: 9", "minutes: 900", 1, "'minutes' must be a number from 1 to 120."),
        ("minutes: 9", "hours: 1", 1, "'hours' is not a key here."),
        ("memory: 256", "memori: 256", 2, "'memori' is not a key here."),
        ("event: shared", "event: none", 4, "'event' is 'none'."),
        ("wait: {seconds: 90}", "wait: {}", 5, "'seconds' is missing."),
    ],
)
def test_what_is_wrong_in_a_part_is_told_once_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    folder = with_part(tmp_path, part=PART.replace(old, new))
    found = [one for one in problems(folder) if one.message.startswith(message)]
    assert [(one.file, one.line) for one in found] == [("01-part/part.yaml", line)]


def test_a_change_of_the_part_changes_the_version_of_its_lessons(tmp_path: Path) -> None:
    before = load_course(with_part(tmp_path)).lesson("small").version
    (tmp_path / "01-part" / "part.yaml").write_text(PART.replace("COLOR: red", "COLOR: blue"))
    assert load_course(tmp_path).lesson("small").version != before


# -- from lesson to lesson


def two_lessons(folder: Path) -> tuple[Lesson, Lesson]:
    """Write a second lesson that has no code of its own."""
    write_course(folder, body=BODY)
    (folder / FOLDER / "solution").mkdir()
    (folder / FOLDER / "solution" / "handler.py").write_text("solved\n")
    second = folder / "01-part" / "02-second"
    shutil.copytree(folder / FOLDER / "events", second / "events")
    head = HEAD.replace("small-greeter", "second-greeter")
    (second / "lesson.md").write_text(head + BODY)
    text = (folder / "course.yaml").read_text()
    (folder / "course.yaml").write_text(
        text[: text.index("      - {slug: later")] + "      - {slug: second}\n"
    )
    course = load_course(folder)
    return course.lesson("small"), course.lesson("second")


def test_a_lesson_without_code_begins_with_the_solution_before_it(tmp_path: Path) -> None:
    first, second = two_lessons(tmp_path)
    assert first.lab.functions[0].changed == {"handler.py": "solved\n"}
    assert second.lab.functions[0].start == {"handler.py": "solved\n"}
    assert second.lab.functions[0].name == "second-greeter"


def test_what_a_lesson_takes_over_is_part_of_its_version(tmp_path: Path) -> None:
    _, before = two_lessons(tmp_path)
    (tmp_path / FOLDER / "solution" / "handler.py").write_text("solved otherwise\n")
    assert load_course(tmp_path).lesson("second").version != before.version


def test_the_first_lesson_has_nothing_to_take_over(tmp_path: Path) -> None:
    write_course(tmp_path)
    (tmp_path / FOLDER / "start" / "handler.py").unlink()
    (problem,) = problems(tmp_path)
    assert (problem.file, problem.message) == (FILE, "There is no code in 'start'.")


# -- the solution


def test_a_solution_may_begin_with_presses_on_the_start_and_configure(tmp_path: Path) -> None:
    head = HEAD.replace(
        "solution: {presses: [once]}",
        "solution:\n  before: [wait]\n  presses: [once]\n"
        "  functions: {small-greeter: {timeout: 9}}",
    )
    lesson = lesson_of(tmp_path, body=BODY, head=head)
    assert [press.id for press in lesson.solution_before] == ["wait"]
    assert [press.id for press in lesson.solution_presses] == ["once"]
    function = lesson.lab.functions[0]
    assert (function.knobs.timeout, function.solved_knobs.timeout) == (3, 9)


def test_the_event_that_the_editor_shows_can_be_chosen(tmp_path: Path) -> None:
    folder = write_course(tmp_path, body=BODY) / FOLDER
    (folder / "events" / "another.json").write_text("{}")
    assert list(load_course(tmp_path).lesson("small").lab.events) == ["another", "hello"]
    text = (folder / "lesson.md").read_text()
    (folder / "lesson.md").write_text(text.replace("lab:\n", "lab:\n  event: hello\n"))
    assert list(load_course(tmp_path).lesson("small").lab.events) == ["hello", "another"]
    head = HEAD.replace("lab:\n", "lab:\n  event: none\n")
    assert problems_of(tmp_path, body=BODY, head=head)[0].message.startswith("'event' is 'none'.")

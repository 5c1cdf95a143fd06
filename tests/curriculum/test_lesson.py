"""A lesson's file and folder: keys, presses, lab, steps, version, and what is wrong with them."""

from pathlib import Path

import pytest

from tests.curriculum.plain_renderer import PlainRenderer
from tests.curriculum.small_course import (
    BODY_LINE,
    FILE,
    FOLDER,
    HEAD,
    TASK,
    lesson_of,
    problems_of,
    write_course,
)
from webapp.curriculum.errors import CourseInvalid, UnknownLesson
from webapp.curriculum.loader import load_course, problems
from webapp.curriculum.press import Configure, Fault, Invoke, Press, Stop, Update, Wait

BODY = f"## One\n\nText.\n\n{TASK}\n## Two *words* {{#second}}\n\nMore.\n"
PRESSES = """\
presses:
  once: {label: Once, invoke: {event: hello}}
  many: {label: Many, busy: Sending them, invoke: {event: hello, count: 5}}
  wait: {label: Wait, wait: {seconds: 90}}
  renew: {label: Update, update: {counter: handler.py}}
  halt: {label: Stop, stop: {}}
  off: {label: Fault off, fault: {name: off}}
  fail: {label: Fail twice, fault: {name: fail, attempts: 2}}
  slow: {label: Slow, fault: {name: slow, milliseconds: 250}}
  set: {label: Set, configure: {memory: 256, variables: {COLOR: red}}}
  single: {label: One, configure: {reserved_concurrency: 1}}
  free: {label: Free, configure: {reserved_concurrency: none}}
solution: {presses: [once, renew]}
---
"""


def head_with(old: str, new: str) -> str:
    assert old in HEAD
    return HEAD.replace(old, new, 1)


def test_a_lesson_has_its_keys_and_its_place(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, body=BODY)
    assert (lesson.slug, lesson.title, lesson.number) == ("small", "Small", "1.1")
    assert (lesson.part, lesson.minutes, lesson.summary) == (1, 5, "A small lesson.")
    assert lesson.lab.slug == "small"
    assert lesson.solution_presses == (lesson.presses["once"],)


def test_second_level_headings_make_steps(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, body=BODY)
    assert [(step.number, step.id) for step in lesson.steps] == [(1, "one"), (2, "second")]
    assert lesson.step("second").title == "Two <em>words</em>"
    assert lesson.step("second").render(PlainRenderer()) == "<p>More.</p>\n"


def test_a_function_has_defaults_and_what_is_configured(tmp_path: Path) -> None:
    given = "{memory: 256, timeout: 9, handler: a.b, variables: {COLOR: red, SIZE: 7}}"
    head = head_with("{handler: handler.handler}", given)
    function = lesson_of(tmp_path, body=BODY, head=head).lab.function("small-greeter").knobs
    assert (function.handler, function.memory_mb, function.timeout) == ("a.b", 256, 9)
    assert function.variables == {"COLOR": "red", "SIZE": "7"}
    plain = lesson_of(tmp_path / "plain", body=BODY).lab.function("small-greeter").knobs
    assert (plain.handler, plain.memory_mb, plain.timeout) == ("handler.handler", 128, 3)


def test_the_solution_is_laid_over_the_start(tmp_path: Path) -> None:
    folder = write_course(tmp_path, body=BODY) / FOLDER
    (folder / "start" / "more").mkdir()
    (folder / "start" / "more" / "data.txt").write_text("data\n")
    (folder / "solution").mkdir()
    (folder / "solution" / "handler.py").write_text("solved\n")
    (folder / "start" / "__pycache__").mkdir()
    (folder / "start" / "__pycache__" / "handler.pyc").write_bytes(b"\xff")
    function = load_course(tmp_path).lesson("small").lab.functions[0]
    assert set(function.start) == {"handler.py", "more/data.txt"}
    assert function.solution == {"handler.py": "solved\n", "more/data.txt": "data\n"}


def test_several_functions_have_a_folder_each(tmp_path: Path) -> None:
    head = head_with("small-greeter: {handler: handler.handler}", "first: {}\n    other: {}")
    head = head.replace("event: hello", "event: hello, function: other")
    folder = write_course(tmp_path, body=BODY, head=head) / FOLDER / "start"
    for name in ("first", "other"):
        (folder / name).mkdir()
        (folder / name / "handler.py").write_text(f"# {name}\n")
    lesson = load_course(tmp_path).lesson("small")
    assert lesson.lab.function("other").start == {"handler.py": "# other\n"}
    assert lesson.presses["once"].action == Invoke(function="other", event="hello")


def test_every_action_makes_a_press(tmp_path: Path) -> None:
    head = HEAD[: HEAD.index("presses:")] + PRESSES
    presses = lesson_of(tmp_path, body=BODY, head=head).presses
    name = "small-greeter"
    assert {press.id: press.action for press in presses.values()} == {
        "once": Invoke(function=name, event="hello"),
        "many": Invoke(function=name, event="hello", count=5),
        "wait": Wait(seconds=90),
        "renew": Update(function=name, counter="handler.py"),
        "halt": Stop(function=name),
        "off": Fault(function=name, name="off"),
        "fail": Fault(function=name, name="fail", attempts=2),
        "slow": Fault(function=name, name="slow", milliseconds=250),
        "set": Configure(function=name, memory_mb=256, variables={"COLOR": "red"}),
        "single": Configure(function=name, reserved_concurrency=1),
        "free": Configure(function=name, reserved_concurrency="none"),
    }
    assert [presses[one].busy for one in ("once", "many", "wait")] == [
        "Invoking",
        "Sending them",
        "Waiting 1.5 minutes",
    ]
    assert [press.icon for press in presses.values()] == [
        "play",
        "layers",
        "fast-forward",
        "code",
        "square",
        "zap",
        "zap",
        "zap",
        "sliders-horizontal",
        "sliders-horizontal",
        "sliders-horizontal",
    ]


@pytest.mark.parametrize(
    ("text", "number"), [("1\n", "2\n"), ("", "1\n"), ("x", "1\n"), ("٣", "1\n"), ("41", "42\n")]
)
def test_an_update_counts_one_higher_and_leaves_other_files_alone(text: str, number: str) -> None:
    files = {"build.txt": text, "handler.py": "x"}
    update = Update(function="f", counter="build.txt")
    assert update.apply(files) == {"build.txt": number, "handler.py": "x"}
    assert files["build.txt"] == text


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("title: Small\n", "", "summary", "'title' is missing."),
        ("minutes: 5", "minutes: 0", "minutes", "'minutes' must be a number from 1 to 120."),
        ("minutes: 5", "minutes: five", "minutes", "'minutes' must be a number from 1 to 120."),
        ("minutes: 5", "minutes: 5\ncolor: x", "color", "'color' is not a key here. There are"),
        ("minutes: 5", "minutes: 5\nminutes: 5", "minutes: 5", "'minutes' is given twice."),
        ("lab:\n", "lab: x\nlob:\n", "lab: x", "'lab' must be a mapping of keys and values."),
        ("lab:\n", "lab:\n  x: 1\n", "x: 1", "'x' is not a key here. There are buckets"),
        ("{handler: ", "{hondler: ", "small-greeter:", "'hondler' is not a key here."),
        ("small-greeter", "Small", "Small:", "A function needs a name of lower-case letters"),
        ("{handler: handler.handler}", "{memory: 64}", "{memory", "'memory' must be a number"),
        ("{handler: handler.handler}", "{timeout: 901}", "{time", "'timeout' must be a number"),
        ("label: Invoke once", "labol: x", "labol", "'label' is missing."),
        ("event: hello", "event: bye", "invoke:", "'event' is 'bye'. It can be hello."),
        ("event: hello", "event: hello, count: 101", "invoke:", "'count' must be a number from 1"),
        (
            "event: hello",
            "event: hello, model: polled",
            "invoke:",
            "'model' is 'polled'. It can be a",
        ),
        ("event: hello", "event: hello, x: 1", "invoke:", "'x' is not a key here."),
        ("event: hello", "event: hello, function: f", "invoke:", "'function' is 'f'."),
        ("invoke: {", "fly: {", "label: Invoke", "A press does one of invoke, request, wait"),
        ("wait: {", "stop: {}\n    wait: {", "label: Wait", "A press does one of invoke, request"),
        ("wait: {seconds: 480}", "wait: {seconds: .nan}", "wait: {", "'seconds' must be a number"),
        ("wait: {seconds: 480}", "update: {counter: x}", "update", "There is no file 'x' in 'sta"),
        ("wait: {seconds: 480}", "fault: {name: flood}", "fault", "'name' is 'flood'. It can be"),
        ("wait: {seconds: 480}", "fault: {name: fail}", "fault", "'attempts' is missing."),
        (
            "wait: {seconds: 480}",
            "fault: {name: throttle, attempts: 101}",
            "fault",
            "'attempts' must be a number from 1 to 100",
        ),
        (
            "wait: {seconds: 480}",
            "fault: {name: slow, milliseconds: 0}",
            "fault",
            "'milliseconds' must be a number from 1",
        ),
        ("  wait:\n", "  once:\n", "  once:\n    label: Wait", "'once' is given twice."),
        ("[once]", "[twice]", "solution", "'presses' holds 'twice'. It can be once, wait."),
        ("presses: [once]", "", "solution", "The solution's presses, in order, are missing."),
        ("solution: {presses: [once]}\n", "", "title", "'solution' is missing."),
        ("[once]}", "[once], x: 1}", "solution", "'x' is not a key here. There are before"),
        ("[once]}", "[once], functions: {f: {}}}", "solution", "There is no function 'f' in"),
        ("wait: {seconds: 480}", "configure: {}", "configure", "Nothing is configured."),
        (
            "wait: {seconds: 480}",
            "configure: {reserved_concurrency: all}",
            "configure",
            "'reserved_concurrency' must be a number from 0 to 1000.",
        ),
    ],
)
def test_what_is_wrong_in_the_keys_is_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, at: str, message: str
) -> None:
    head = head_with(old, new)
    found = problems_of(tmp_path, body=BODY, head=head)
    line = 1 + head[: head.rindex(at) if "given twice" in message else head.index(at)].count("\n")
    places = [(one.file, one.line) for one in found if one.message.startswith(message)]
    assert places == [(FILE, line)], found


def test_a_lesson_without_keys_says_so_once_at_its_first_line(tmp_path: Path) -> None:
    found = problems_of(tmp_path, head="", body="## One\n\nText.\n")
    assert [(one.line, one.message) for one in found] == [
        (1, "A lesson begins with its keys between two lines of '---'.")
    ]


def test_text_before_the_first_step_is_a_problem_at_its_line(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, body="\nHello.\n\n## One\n")
    assert (problem.line, problem.message) == (
        BODY_LINE + 1,
        "Text comes before the first step. Begin with '## Title'.",
    )


def test_two_steps_of_one_name_are_a_problem_at_the_second(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, body="## One\n\nText.\n\n## One\n")
    assert str(problem) == f"{FILE}:{BODY_LINE + 4}: 'one' is already the name of a step."


def test_an_event_that_is_no_json_is_a_problem_in_its_own_file(tmp_path: Path) -> None:
    folder = write_course(tmp_path, body=BODY) / FOLDER / "events"
    (folder / "hello.json").write_text('{\n  "a": \n}\n')
    (problem,) = problems(tmp_path)
    assert (problem.file, problem.line) == (f"{FOLDER}/events/hello.json", 3)
    assert problem.message.startswith("This is not JSON: ")


def test_code_that_is_missing_large_or_no_text_is_a_problem(tmp_path: Path) -> None:
    start = write_course(tmp_path, body=BODY) / FOLDER / "start"
    (start / "blob.bin").write_bytes(b"\xff\xfe\xff")
    (start / "large.txt").write_text("x" * (256 * 1024 + 1))
    messages = {problem.message for problem in problems(tmp_path)}
    assert messages == {
        "'blob.bin' is not text in UTF-8.",
        "'large.txt' is larger than 256 KB.",
    }
    for path in start.iterdir():
        path.unlink()
    assert problems(tmp_path)[0].message == "There is no code in 'start'."


def test_all_problems_of_a_lesson_are_told_at_once_in_order(tmp_path: Path) -> None:
    head = head_with("minutes: 5", "minutes: 0")
    write_course(tmp_path, head=head, body="## One\n\n{press}`no` {part}`no`\n\n# Two\n")
    with pytest.raises(CourseInvalid) as raised:
        load_course(tmp_path)
    lines = [problem.line for problem in raised.value.problems]
    assert lines == sorted(lines)
    assert len(lines) == 4
    assert str(raised.value).count(FILE) == 4


def test_the_version_changes_with_every_file_of_the_lesson(tmp_path: Path) -> None:
    folder = write_course(tmp_path, body=BODY) / FOLDER
    versions = {load_course(tmp_path).lesson("small").version}
    (folder / "start" / "handler.py").write_text("def handler(event, context): 123\n")
    versions.add(load_course(tmp_path).lesson("small").version)
    (folder / "start" / "handler.py").rename(folder / "start" / "other.py")
    versions.add(load_course(tmp_path).lesson("small").version)
    (folder / "events" / "hello.json").write_text("{}")
    versions.add(load_course(tmp_path).lesson("small").version)
    assert len(versions) == 4
    assert load_course(tmp_path).lesson("small").version in versions


def test_what_a_lesson_does_not_have_is_an_error_with_its_name(tmp_path: Path) -> None:
    course = load_course(write_course(tmp_path, body=BODY))
    with pytest.raises(UnknownLesson, match="There is no lesson 'later'"):
        course.lesson("later")
    for find in (course.lesson("small").task, course.lesson("small").step):
        with pytest.raises(KeyError):
            find("none")


def test_a_press_is_the_same_wherever_it_stands(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, body="## One\n\n{press}`once` {press}`once`\n")
    presses = [node.press for node in lesson.steps[0].content.nodes if hasattr(node, "press")]
    assert presses == [lesson.presses["once"]] * 2
    assert isinstance(presses[0], Press)

"""A course of one lesson in a folder, to be spoiled by tests."""

from pathlib import Path

from webapp.curriculum.errors import Problem
from webapp.curriculum.loader import load_course, problems
from webapp.curriculum.model import Lesson

FOLDER = "01-part/01-small"
FILE = f"{FOLDER}/lesson.md"

HEAD = """\
---
title: Small
summary: A small lesson.
minutes: 5
lab:
  functions:
    small-greeter: {handler: handler.handler}
presses:
  once:
    label: Invoke once
    invoke: {event: hello}
  wait:
    label: Wait 8 minutes
    wait: {seconds: 480}
solution: {presses: [once]}
---
"""
BODY_LINE = HEAD.count("\n") + 1
"""The line of the file at which the body begins."""

TASK = """\
:::{task} start
A call starts cold.
---
check: cold_start
:::

:::{hint} start
Press {press}`once`.
:::
"""


def write_course(folder: Path, *, body: str = "## One\n\nText.\n", head: str = HEAD) -> Path:
    lesson = folder / FOLDER
    (lesson / "start").mkdir(parents=True, exist_ok=True)
    (lesson / "events").mkdir(exist_ok=True)
    (lesson / "start" / "handler.py").write_text("def handler(event, context): ...\n")
    (lesson / "events" / "hello.json").write_text('{"name": "Mina"}\n')
    (lesson / "lesson.md").write_text(head + body)
    (folder / "course.yaml").write_text(
        "title: Course\nparts:\n  - slug: part\n    title: Part\n    lessons:\n"
        "      - {slug: small}\n      - {slug: later, title: Later, minutes: 7}\n"
    )
    return folder


def lesson_of(folder: Path, *, body: str, head: str = HEAD) -> Lesson:
    return load_course(write_course(folder, body=body, head=head)).lesson("small")


def problems_of(folder: Path, *, body: str, head: str = HEAD) -> tuple[Problem, ...]:
    return problems(write_course(folder, body=body, head=head))


def only_problem(folder: Path, *, body: str, head: str = HEAD) -> Problem:
    (problem,) = problems_of(folder, body=body, head=head)
    return problem

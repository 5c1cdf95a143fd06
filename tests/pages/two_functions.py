"""A course of one lesson whose lab has two functions."""

from pathlib import Path

LESSON = """\
---
title: A pair
summary: Two functions.
minutes: 5
lab:
  functions:
    pair-cook: {handler: cook.handler}
    pair-waiter: {handler: waiter.handler, memory: 256}
presses:
  cook:
    label: Cook once
    invoke: {function: pair-cook, event: dish}
  renew:
    label: Renew the waiter
    update: {function: pair-waiter, counter: build.txt}
solution: {presses: [cook]}
---

## One

Press {press}`cook` or {press}`renew`.
"""
CODE = 'def handler(event, context):\n    return {{"{word}": event["dish"]}}\n'
FUNCTIONS = {"pair-cook": ("cook.py", "cooked"), "pair-waiter": ("waiter.py", "served")}


def write_pair(folder: Path) -> Path:
    """Write the course into a folder."""
    lesson = folder / "01-part" / "01-pair"
    (lesson / "events").mkdir(parents=True)
    (lesson / "events" / "dish.json").write_text('{"dish": "soup"}\n')
    (lesson / "lesson.md").write_text(LESSON)
    for name, (file, word) in FUNCTIONS.items():
        start = lesson / "start" / name
        start.mkdir(parents=True)
        (start / file).write_text(CODE.format(word=word))
        (start / "build.txt").write_text("1\n")
    solved = lesson / "solution" / "pair-waiter"
    solved.mkdir(parents=True)
    (solved / "waiter.py").write_text(CODE.format(word="solved"))
    (folder / "course.yaml").write_text(
        "title: Two\nparts:\n  - {slug: part, title: Part, lessons: [{slug: pair}]}\n"
    )
    return folder

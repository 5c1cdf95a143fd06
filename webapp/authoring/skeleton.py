"""A lesson to begin with: small, complete, and true, so that it passes the check as it is."""

from pathlib import Path

from webapp.curriculum.lesson import LESSON
from webapp.curriculum.outline import OUTLINE
from webapp.curriculum.outline_edit import EMPTY, PlaceRefused, place_lesson

FUNCTION = "FUNCTION"
TITLE = "TITLE"

START = '''\
"""Greets whoever calls."""


def handler(event, context):
    return {"greeting": "Hello"}
'''
SOLUTION = '''\
"""Greets whoever calls, by name."""


def handler(event, context):
    return {"greeting": f"Hello, {event['name']}"}
'''
EVENT = '{\n  "name": "Mina"\n}\n'
TEXT = """\
---
title: TITLE
summary: Say in one sentence what a learner can do afterwards.
minutes: 10
lab:
  functions:
    FUNCTION: {handler: handler.handler}
presses:
  invoke-once:
    label: Invoke once
    invoke: {event: mina}
solution:
  presses: [invoke-once, invoke-once]
---

## Begin with one idea

Say what this is about, in plain words. A {term}`function` is called, and its first call starts
{term}`cold start|cold`: {press}`invoke-once`.

:::{task} first-call
A call starts cold.
---
check: cold_start
:::

:::{hint} first-call
Press {press}`invoke-once`.
:::

## Let them predict, then run

Say what the question is about. The phases of a call are in {rule}`2.1`.

:::{prediction} second-call
The same function is called again. What runs?
---
press: invoke-once
given:
  - check: warm_environments
needs: The run decides when an environment is free. Invoke once more.
options:
  handler-only:
    text: Only its code for calls
    expect:
      - {fact: InvocationStarted, where: {start: warm}, exactly: 1}
    feedback: Say why it is so.
  everything:
    text: Everything again
    expect:
      - {fact: InvocationStarted, where: {start: cold}, exactly: 1}
    feedback: Say why it is not so.
:::

Press {press}`invoke-once`.

:::{task} second-call-warm
A call is served by what is there already.
---
check: warm_start
:::

:::{hint} second-call-warm
Press {press}`invoke-once` twice.
:::

## Let them write

The answer greets nobody by name; the {term}`event` has it. Change the {part}`code` so that it
greets by name, and press {press}`invoke-once`.

:::{task} greeting
The greeting names who calls.
---
check: answers
key: greeting
to: {mina: "Hello, Mina"}
:::

:::{hint} greeting
The name is `event["name"]`.
:::

:::{badge} Say where this lab is simpler
Say what AWS does differently.
:::

## What to keep

:::{review} first-question
Ask something that the lesson has answered.
---
options:
  right:
    text: The right answer
    right: true
    feedback: Say why it is right.
  wrong:
    text: What somebody may think instead
    feedback: Say what is wrong with it.
:::

:::{review} second-question
Ask something else.
---
options:
  wrong:
    text: What somebody may think
    feedback: Say what is wrong with it.
  right:
    text: The right answer
    right: true
    feedback: Say why it is right.
:::

:::{reflection} own-work
Ask what this means for their own work.
---
answer: Say what a good answer has in it.
:::

:::{solution}
Say what the solution does.
:::
"""


def write_skeleton(folder: Path, *, place: str) -> Path:
    """Write a lesson at ``part/slug`` and put it on the map; return its folder.

    The folder is made, with a map, if it is not there. Raises ``PlaceRefused``.
    """
    part, slash, slug = place.partition("/")
    if not slash:
        raise PlaceRefused(f"'{place}' names no place. Write it as part/slug.")
    outline = folder / OUTLINE
    text = outline.read_text(encoding="utf-8") if outline.is_file() else EMPTY
    placed = place_lesson(text, part=part, slug=slug)
    lesson = folder / placed.folder
    if lesson.exists():
        raise PlaceRefused(f"'{lesson}' is there already.")
    for path, content in _files(slug).items():
        (lesson / path).parent.mkdir(parents=True, exist_ok=True)
        (lesson / path).write_text(content, encoding="utf-8")
    outline.write_text(placed.text, encoding="utf-8")
    return lesson


def _files(slug: str) -> dict[str, str]:
    title = slug.replace("-", " ").capitalize()
    return {
        LESSON: TEXT.replace(TITLE, title).replace(FUNCTION, f"{slug}-greeter"),
        "start/handler.py": START,
        "solution/handler.py": SOLUTION,
        "events/mina.json": EVENT,
    }

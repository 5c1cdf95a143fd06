"""A course of one lesson whose function is called by a topic, by lines of a log, and as SES."""

from pathlib import Path

LESSON = """\
---
title: Door
summary: Whoever calls.
minutes: 5
lab:
  event: lines
  functions:
    door-keeper: {handler: keeper.handler}
    door-till: {handler: till.handler}
  topics:
    door-bell:
      subscriptions:
        door-keeper: {}
  log_filters:
    door-errors: {of: door-till, pattern: ERROR, to: door-keeper}
presses:
  ring:
    label: Ring
    publish: {body: hello}
  print-lines:
    label: Print lines
    invoke: {function: door-till, event: lines}
  call-as-ses:
    label: Call as SES
    invoke: {function: door-keeper, event: mail, model: asynchronous, source: ses}
solution: {presses: [ring]}
---

## One

:::{caller} bell
It rings.
---
name: The bell
model: asynchronous
source: topic
presses: ring
known_by: "`Sns` is there."
fields: {"Records[0].Sns.Message": what was said}
:::

:::{caller} paper
It is printed on.
---
name: The paper
model: asynchronous
source: subscription filter
presses: print-lines
known_by: "`awslogs` is there."
:::

:::{caller} mail
It comes by mail.
---
name: SES
model: asynchronous
source: ses
presses: call-as-ses
stands_in: true
known_by: "`aws:ses`"
lesson: door
:::

:::{review} whose
Whose is it?
---
event: mail
options:
  ses: {text: That of SES, feedback: So., right: true}
  sns: {text: That of SNS, feedback: No.}
:::
"""
KEEPER = "def handler(event, context):\n    return sorted(event)\n"
TILL = """\
def handler(event, context):
    for line in event["lines"]:
        print(line)
"""


def write_door(folder: Path) -> Path:
    """Write the course into a folder."""
    lesson = folder / "01-house" / "01-door"
    (lesson / "events").mkdir(parents=True)
    (lesson / "events" / "lines.json").write_text('{"lines": ["all is well", "ERROR no paper"]}\n')
    (lesson / "events" / "mail.json").write_text('{"mail": "<img src=x onerror=alert(1)>"}\n')
    (lesson / "lesson.md").write_text(LESSON)
    for name, code in (("keeper", KEEPER), ("till", TILL)):
        (lesson / "start" / f"door-{name}").mkdir(parents=True)
        (lesson / "start" / f"door-{name}" / f"{name}.py").write_text(code)
    (folder / "course.yaml").write_text(
        "title: House\nparts:\n  - {slug: house, title: House, lessons: [{slug: door}]}\n"
    )
    return folder

"""A course of two lessons: one whose lab has a bucket and schedules, and one to go to."""

from pathlib import Path

LESSON = """\
---
title: Photos
summary: A bucket that tells, and a clock.
minutes: 5
lab:
  functions:
    photo-reader: {handler: reader.handler, asynchronous: {on_success: photo-read}}
  queues:
    photo-read: {}
    photo-gone: {}
    photo-audit: {}
    photo-ticks: {}
  topics:
    photo-news:
      subscriptions: {photo-audit: {raw: true}}
  buses:
    photo-bus:
      rules:
        all: {pattern: {source: [aws.s3]}, to: photo-audit}
  buckets:
    photo-store:
      versioning: true
      notifications:
        pictures: {events: ["s3:ObjectCreated:*"], prefix: in/, suffix: .jpg, to: photo-reader}
        texts: {events: ["s3:ObjectCreated:*"], suffix: .txt, to: photo-news}
        gone: {events: ["s3:ObjectRemoved:*"], to: photo-gone}
        all: {to: photo-bus}
      objects: {readme.txt: Put pictures here., in/old.jpg: old}
  schedules:
    photo-tick: {expression: rate(1 minute), to: photo-reader, input: {Records: []}}
    photo-once: {after: 90, to: photo-ticks, input: once}
    photo-off: {expression: rate(1 day), to: photo-ticks, enabled: false}
presses:
  put-picture:
    label: Put a picture
    put_object: {key: in/cat.jpg, body: purr}
  put-2:
    label: Put two texts
    put_object: {key: "*.txt", body: hello, count: 2}
  delete-picture:
    label: Delete the picture
    delete_object: {key: in/cat.jpg}
  start-ticks:
    label: Start the clock
    enable: {schedule: photo-tick}
  end-ticks:
    label: End the clock
    disable: {schedule: photo-tick}
  wait-3-minutes:
    label: Wait 3 minutes
    wait: {seconds: 180}
solution: {presses: [put-picture]}
---

## One

Press {press}`put-picture`.
"""
CODE = """\
def handler(event, context):
    return [record["s3"]["object"]["key"] for record in event["Records"]]
"""
OTHER = """\
---
title: Other
summary: Another lab.
minutes: 5
lab:
  functions:
    other-reader: {}
presses:
  once:
    label: Invoke once
    invoke: {event: hello}
solution: {presses: [once]}
---

## One

Press {press}`once`.
"""


def write_photos(folder: Path) -> Path:
    """Write the course into a folder."""
    lesson = folder / "01-press" / "01-photos"
    (lesson / "start").mkdir(parents=True)
    (lesson / "lesson.md").write_text(LESSON)
    (lesson / "start" / "reader.py").write_text(CODE)
    other = folder / "01-press" / "02-other"
    (other / "start").mkdir(parents=True)
    (other / "events").mkdir()
    (other / "lesson.md").write_text(OTHER)
    (other / "start" / "handler.py").write_text("def handler(event, context): ...\n")
    (other / "events" / "hello.json").write_text("{}\n")
    (folder / "course.yaml").write_text(
        "title: Press\nparts:\n"
        "  - {slug: press, title: Press, lessons: [{slug: photos}, {slug: other}]}\n"
    )
    return folder

"""A course of one lesson whose lab has a topic with a function and two queues subscribed."""

from pathlib import Path

LESSON = """\
---
title: News
summary: One message, several readers.
minutes: 5
lab:
  functions:
    news-reader: {handler: reader.handler, asynchronous: {on_success: news-read}}
  queues:
    news-read: {}
    news-archive: {}
    news-paid: {}
    news-dead: {}
  topics:
    news:
      subscriptions:
        news-reader: {}
        news-archive: {raw: true}
        news-paid: {filter: {kind: [paid]}, dead_letter: news-dead}
presses:
  publish-open:
    label: Publish an open order
    publish: {event: order, attributes: {kind: open}}
  publish-2-paid:
    label: Publish two paid orders
    publish: {event: order, attributes: {kind: paid}, subject: Paid, count: 2}
solution: {presses: [publish-open]}
---

## One

Press {press}`publish-open`.
"""
CODE = "def handler(event, context):\n    return event['Records'][0]['Sns']['Message']\n"


def write_news(folder: Path) -> Path:
    """Write the course into a folder."""
    lesson = folder / "01-press" / "01-news"
    (lesson / "events").mkdir(parents=True)
    (lesson / "events" / "order.json").write_text('{"dish": "soup"}\n')
    (lesson / "lesson.md").write_text(LESSON)
    (lesson / "start").mkdir()
    (lesson / "start" / "reader.py").write_text(CODE)
    (folder / "course.yaml").write_text(
        "title: Press\nparts:\n  - {slug: press, title: Press, lessons: [{slug: news}]}\n"
    )
    return folder

"""A course of one lesson whose lab has a bus with rules for a function, a queue and another bus."""

from pathlib import Path

LESSON = """\
---
title: Routes
summary: One event, several rules.
minutes: 5
lab:
  functions:
    bus-reader: {handler: reader.handler, asynchronous: {on_success: bus-read}}
  queues:
    bus-read: {}
    bus-large: {}
    bus-audit: {}
    bus-dead: {}
  buses:
    bus-shop:
      rules:
        orders:
          pattern: {source: [shop], detail-type: [order]}
          to: bus-reader
        large:
          pattern: {detail: {total: [{numeric: [">", 100]}]}}
          to: [bus-large, bus-archive]
          dead_letter: bus-dead
          retries: 2
        off:
          pattern: {source: [shop]}
          to: bus-dead
          enabled: false
    bus-archive:
      rules:
        all:
          pattern: {source: [{exists: true}]}
          to: bus-audit
presses:
  put-small:
    label: Put a small order
    put_event: {bus: bus-shop, source: shop, detail_type: order, event: small}
  put-large:
    label: Put a large order
    put_event: {bus: bus-shop, source: shop, detail_type: order, event: large}
solution: {presses: [put-small]}
---

## One

Press {press}`put-small`.
"""
CODE = "def handler(event, context):\n    return event['detail']['total']\n"


def write_routes(folder: Path) -> Path:
    """Write the course into a folder."""
    lesson = folder / "01-press" / "01-routes"
    (lesson / "events").mkdir(parents=True)
    (lesson / "events" / "small.json").write_text('{"total": 5}\n')
    (lesson / "events" / "large.json").write_text('{"total": 500}\n')
    (lesson / "lesson.md").write_text(LESSON)
    (lesson / "start").mkdir()
    (lesson / "start" / "reader.py").write_text(CODE)
    (folder / "course.yaml").write_text(
        "title: Press\nparts:\n  - {slug: press, title: Press, lessons: [{slug: routes}]}\n"
    )
    return folder

"""A course of one lesson whose lab has two functions and three queues."""

from pathlib import Path

LESSON = """\
---
title: Orders
summary: Orders that go their ways.
minutes: 5
lab:
  functions:
    orders-taker:
      handler: taker.handler
      asynchronous:
        maximum_retry_attempts: 0
        on_success: orders-teller
        on_failure: orders-failed
    orders-teller:
      handler: teller.handler
      asynchronous: {dead_letter: orders-dead}
  queues:
    orders-failed:
      visibility_timeout: 20
      redrive: {dead_letter_queue: orders-dead, receives: 1}
    orders-dead: {}
    orders-steps.fifo: {}
presses:
  take:
    label: Take an order
    invoke: {function: orders-taker, event: order}
  send-3:
    label: Send 3
    send: {queue: orders-failed, event: order, count: 3}
  send-step:
    label: Send a step
    send: {queue: orders-steps.fifo, body: bake, group: cake, count: 2}
  receive-2:
    label: Receive 2
    receive: {queue: orders-failed, count: 2}
  take-away:
    label: Take one away
    receive: {queue: orders-failed, delete: true}
  empty:
    label: Empty the queue
    purge: {queue: orders-failed}
solution: {presses: [take]}
---

## One

Press {press}`take`.
"""
CODE = 'def handler(event, context):\n    return {{"{word}": 1}}\n'
FUNCTIONS = {"orders-taker": "taker", "orders-teller": "teller"}


def write_orders(folder: Path) -> Path:
    """Write the course into a folder."""
    lesson = folder / "01-shop" / "01-orders"
    (lesson / "events").mkdir(parents=True)
    (lesson / "events" / "order.json").write_text('{"dish": "soup"}\n')
    (lesson / "lesson.md").write_text(LESSON)
    for name, word in FUNCTIONS.items():
        start = lesson / "start" / name
        start.mkdir(parents=True)
        (start / f"{word}.py").write_text(CODE.format(word=word))
    (folder / "course.yaml").write_text(
        "title: Shop\nparts:\n  - {slug: shop, title: Shop, lessons: [{slug: orders}]}\n"
    )
    return folder

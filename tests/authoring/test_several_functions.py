"""A lesson whose lab has two functions, of several files each: read, and proved as it runs."""

from pathlib import Path

import pytest

from webapp.authoring.proof import prove
from webapp.settings import Settings

pytestmark = pytest.mark.slow

MENU = 'PRICES = {"tea": 2}\n'
KITCHEN = """\
from menu import PRICES


def handler(event, context):
    return {"price": PRICES[event["item"]]}
"""
TILL = """\
from rates import RATE


def handler(event, context):
    return {"tax": 0}
"""
TILL_SOLVED = TILL.replace('{"tax": 0}', '{"tax": event["price"] * RATE}')


def make_two(lesson: Path) -> None:
    """Turn the lesson as it is begun into one with two functions."""
    for path in [*lesson.parent.rglob("*.py"), *lesson.parent.rglob("*.json")]:
        path.unlink()
    files = {
        "start/kitchen/handler.py": KITCHEN,
        "start/kitchen/menu.py": MENU,
        "start/till/handler.py": TILL,
        "start/till/rates.py": "RATE = 0.5\n",
        "solution/till/handler.py": TILL_SOLVED,
        "events/order.json": '{"item": "tea"}\n',
        "events/bill.json": '{"price": 4}\n',
    }
    for name, content in files.items():
        (lesson.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (lesson.parent / name).write_text(content)
    text = lesson.read_text()
    for old, new in {
        "    first-greeter: {handler: handler.handler}": "    kitchen: {}\n    till: {timeout: 2}",
        "invoke: {event: mina}": "invoke: {event: order, function: kitchen}\n"
        "  pay:\n    label: Pay\n    invoke: {event: bill, function: till}",
        "  presses: [invoke-once, invoke-once]": "  presses: [invoke-once, invoke-once, pay]\n"
        "  functions:\n    till: {timeout: 9}",
        'key: greeting\nto: {mina: "Hello, Mina"}': "key: tax\nto: {bill: 2}",
    }.items():
        assert old in text
        text = text.replace(old, new)
    lesson.write_text(text)


def test_each_function_has_its_own_files_and_presses_reach_the_one_they_name(
    own: Path, lesson: Path
) -> None:
    make_two(lesson)
    settings = Settings(lessons=(own,))
    (proof,) = prove(settings, wanted=lambda one: one.slug == "first")
    assert [str(problem) for problem in proof.problems] == []
    assert proof.story.startswith("the start passes 2 of 3 tasks, the solution 3;")


def test_the_solution_of_the_second_function_is_proved_too(own: Path, lesson: Path) -> None:
    make_two(lesson)
    (lesson.parent / "solution" / "till" / "handler.py").write_text(TILL)
    (proof,) = prove(Settings(lessons=(own,)), wanted=lambda one: one.slug == "first")
    assert any("does not pass task 'greeting'" in str(problem) for problem in proof.problems)

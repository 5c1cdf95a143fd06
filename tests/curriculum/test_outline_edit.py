"""A lesson put on a course map: nothing else of the file changes."""

import pytest

from webapp.curriculum.outline_edit import EMPTY, PlaceRefused, place_lesson

MAP = """\
# The map.
title: Course
parts:
  - slug: first
    title: First
    lessons:
      - {slug: one}
      - {slug: two, title: "Two, planned", minutes: 7}  # soon
      - slug: three
        title: Three
        minutes: 5
  - slug: second
    title: Second
    lessons:
      - {slug: four}
# The end.
"""


def test_a_new_lesson_comes_last_in_its_part() -> None:
    placed = place_lesson(MAP, part="first", slug="new")
    assert placed.folder == "01-first/04-new"
    assert placed.text == MAP.replace(
        "        minutes: 5\n", "        minutes: 5\n      - {slug: new}\n"
    )
    placed = place_lesson(MAP, part="second", slug="new")
    assert placed.folder == "02-second/02-new"
    assert placed.text == MAP.replace("{slug: four}\n", "{slug: four}\n      - {slug: new}\n")


def test_a_planned_lesson_becomes_real_in_its_place() -> None:
    placed = place_lesson(MAP, part="first", slug="two")
    assert placed.folder == "01-first/02-two"
    assert placed.text == MAP.replace(
        '{slug: two, title: "Two, planned", minutes: 7}', "{slug: two}"
    )
    placed = place_lesson(MAP, part="first", slug="three")
    assert placed.folder == "01-first/03-three"
    assert "      - {slug: three}\n  - slug: second\n" in placed.text


def test_a_new_part_comes_last() -> None:
    placed = place_lesson(MAP, part="the-third", slug="new")
    assert placed.folder == "03-the-third/01-new"
    assert placed.text.startswith(MAP)
    assert placed.text.removeprefix(MAP) == (
        "  - slug: the-third\n    title: The third\n    lessons:\n      - {slug: new}\n"
    )


def test_an_empty_map_gets_its_first_part() -> None:
    placed = place_lesson(EMPTY, part="mine", slug="first")
    assert placed.folder == "01-mine/01-first"
    assert placed.text == (
        "title: My lessons\nparts:\n  - slug: mine\n    title: Mine\n    lessons:\n"
        "      - {slug: first}\n"
    )


@pytest.mark.parametrize(
    ("text", "part", "slug", "message"),
    [
        (MAP, "first", "one", "The lesson 'one' is there already."),
        (MAP, "First", "new", "'First' is not a name of lower-case letters"),
        (MAP, "first", "../x", "'../x' is not a name of lower-case letters"),
        ("title: [", "first", "new", "'course.yaml' is not YAML."),
        ("parts:\n  - {slug: a, title: A, lessons: []}\n", "a", "new", "Write the lessons of 'a'"),
        ("parts:\n  - {slug: a, title: A}\n", "a", "new", "Write the lessons of 'a'"),
    ],
)
def test_what_cannot_be_done_is_refused(text: str, part: str, slug: str, message: str) -> None:
    with pytest.raises(PlaceRefused) as refused:
        place_lesson(text, part=part, slug=slug)
    assert str(refused.value).startswith(message)

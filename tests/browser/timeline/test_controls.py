"""What a person does with the timeline: keys, mouse, table; and what the page hears of it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.timeline.rows import failures, invoke_once, lesson, many, one_of
from tests.browser.timeline.stage import Timeline


def test_zoom_keeps_following_and_a_drag_ends_it(timeline: Timeline) -> None:
    timeline.apply(lesson().message(now=64.0))
    timeline.press("+")
    assert timeline.heard("timeline-follow") == []
    box = timeline.facts.bounding_box()
    assert box is not None
    mouse = timeline.page.mouse
    mouse.move(box["x"] + 300, box["y"] + 60)
    mouse.down()
    mouse.move(box["x"] + 500, box["y"] + 60, steps=4)
    mouse.up()
    timeline.settle()
    assert timeline.heard("timeline-follow") == [False]
    assert timeline.heard("timeline-select") == []
    timeline.press("f")
    assert timeline.heard("timeline-follow") == [False, True]


def test_the_wheel_zooms_at_the_pointer_with_control_and_pans_with_shift(
    timeline: Timeline,
) -> None:
    timeline.apply(one_of("handler").message(now=0.45))
    box = timeline.box("s1")
    x = box["x"] + box["width"] / 4
    timeline.page.mouse.move(x, box["y"] + 10)
    timeline.page.keyboard.down("Control")
    timeline.page.mouse.wheel(0, -300)
    timeline.page.keyboard.up("Control")
    timeline.settle()
    zoomed = timeline.host.locator(".timeline-scale text").text_content()
    assert zoomed != "50 ms"
    timeline.page.keyboard.down("Shift")
    timeline.page.mouse.wheel(0, 200)
    timeline.page.keyboard.up("Shift")
    timeline.settle()
    assert timeline.heard("timeline-follow") == [False]


def test_fit_shows_the_newest_run_whole_again(timeline: Timeline) -> None:
    timeline.apply(one_of("handler").message(now=0.45))
    before = timeline.box("s1")["width"]
    for key in ("+", "+", "+"):
        timeline.press(key)
    assert timeline.box("s1")["width"] > before
    timeline.press("0")
    assert timeline.box("s1")["width"] == pytest.approx(before, rel=0.1)


def test_the_arrow_keys_walk_through_time_and_lanes(timeline: Timeline) -> None:
    script = one_of("handler")
    invoke_once(script, lane="7f3a", at=0.5, length=0.2)
    script.add("throttled", lane="caller", at=0.9, end=0.9, text="429")
    timeline.apply(script.message(now=1.0))
    walked = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp", "End", "ArrowLeft", "Home"):
        timeline.press(key)
        walked.append(timeline.selected)
    assert walked == ["s1", "s2", "s3", "s2", "s4", "s3", "s1"]
    assert timeline.heard("timeline-select") == walked
    active = timeline.facts.get_attribute("aria-activedescendant")
    expect(timeline.page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    expect(timeline.page.locator(f"#{active}")).to_have_attribute(
        "aria-label", "Handler on 7f3a at 0:00.000, 400 ms."
    )


def test_a_chosen_fact_that_is_out_of_sight_is_not_named_as_active(timeline: Timeline) -> None:
    script = one_of("handler")
    invoke_once(script, lane="7f3a", at=30.0, length=0.2)
    timeline.apply(script.message(now=31.0))
    timeline.press("Home")
    expect(timeline.facts).to_have_attribute("aria-activedescendant", re.compile("-fact-"))
    for key in ("+", "+", "+", "+"):
        timeline.press(key)
    timeline.facts.hover()
    timeline.page.keyboard.down("Shift")
    timeline.page.mouse.wheel(0, 20_000)
    timeline.page.keyboard.up("Shift")
    timeline.settle()
    assert timeline.selected == "s1"
    assert timeline.host.locator("[data-segment='s1']").count() == 0
    assert timeline.facts.get_attribute("aria-activedescendant") is None


def test_brackets_walk_through_runs_enter_opens_and_escape_clears(timeline: Timeline) -> None:
    timeline.apply(failures().message(now=425.0))
    timeline.press("[")
    second = timeline.selected
    timeline.press("[")
    assert timeline.selected == "s10"
    timeline.press("]")
    assert timeline.selected == second
    timeline.press("Enter")
    assert timeline.heard("timeline-open") == [second]
    timeline.press("Escape")
    assert timeline.heard("timeline-select")[-1] is None


def test_a_press_selects_even_the_thinnest_fact_and_a_double_press_opens(
    timeline: Timeline,
) -> None:
    script = one_of("handler", end=1.5)
    script.add("handler", lane="7f3a", at=1.6, end=1.6001)
    timeline.apply(script.message(now=1.8))
    box = timeline.box("s2")
    timeline.page.mouse.click(box["x"] + 4, box["y"] + 12)
    assert timeline.heard("timeline-select") == ["s2"]
    timeline.page.mouse.dblclick(box["x"] + 4, box["y"] + 12)
    assert timeline.heard("timeline-open") == ["s2"]
    ring = timeline.host.locator(".timeline-ring")
    expect(ring).to_be_visible()


def test_selecting_from_the_page_is_silent_and_brings_the_fact_into_view(
    timeline: Timeline,
) -> None:
    timeline.apply(failures().message(now=425.0))
    timeline.act("host.select('s1')")
    expect(timeline.fact("s1")).to_be_in_viewport()
    expect(timeline.host.locator('.timeline-lane[data-lane="7f3a"]')).to_have_attribute(
        "data-selected", "true"
    )
    assert timeline.heard("timeline-select") == []


def test_a_term_on_the_page_lights_its_lane(timeline: Timeline) -> None:
    timeline.apply(failures().message(now=425.0))
    lane = timeline.host.locator('.timeline-lane[data-lane="b84c"]')
    timeline.act("host.highlight(['b84c'])")
    expect(lane).to_have_attribute("data-lit", "true")
    timeline.act("host.highlight(null)")
    expect(lane).to_have_attribute("data-lit", "false")


def test_the_tip_tells_name_start_and_length(timeline: Timeline) -> None:
    timeline.apply(one_of("handler").message(now=0.5))
    timeline.fact("s1").hover()
    expect(timeline.host.locator(".timeline-tip")).to_have_text("Handler0:00.000400 ms")
    timeline.page.mouse.move(2, 2)
    expect(timeline.host.locator(".timeline-tip")).to_be_hidden()


def test_the_table_has_a_row_for_every_fact_and_shares_the_selection(timeline: Timeline) -> None:
    script = failures()
    timeline.apply(script.message(now=425.0))
    timeline.act("host.select('s2'); host.view = 'table'")
    table = timeline.page.get_by_role("table")
    expect(timeline.facts).to_be_hidden()
    expect(table.locator("tbody tr")).to_have_count(len(script.segments))
    expect(table.locator('tr[aria-current="true"]')).to_have_attribute("data-segment", "s2")
    table.get_by_role("button", name="Timeout").click()
    assert timeline.selected == timeline.heard("timeline-select")[-1]
    timeline.act("host.view = 'plot'")
    expect(timeline.facts).to_be_visible()


def test_the_table_of_a_long_trace_begins_with_its_newest_rows(timeline: Timeline) -> None:
    timeline.apply(many(1000).message(now=300.0))
    timeline.act("host.view = 'table'")
    rows = timeline.page.get_by_role("table").locator("tbody tr")
    expect(rows).to_have_count(400)
    timeline.page.get_by_role("button", name="Show all 1,000 rows").click()
    expect(rows).to_have_count(1000)

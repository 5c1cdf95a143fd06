"""The timeline on a page of its own, fed by hand."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.timeline.rows import ORIGIN, Script, failures, lesson, many, one_of
from tests.browser.timeline.stage import Timeline

AXE = Path(__file__).parents[2] / "vendor" / "axe.min.js"


SIGNS = [
    ("download", 'rect.texture[fill$="-dots)"]'),
    ("download", 'use[href$="#arrow-down-to-line"]'),
    ("start", 'rect.texture[fill$="-bars)"]'),
    ("start", 'use[href$="#power"]'),
    ("init", 'use[href$="#braces"]'),
    ("init-failed", 'rect.texture[fill$="-stripes)"]'),
    ("init-failed", 'use[href$="#x"]'),
    ("handler", "path.body"),
    ("error", 'use[href$="#x"]'),
    ("timeout", 'rect.texture[fill$="-hatch)"]'),
    ("timeout", "rect.extra"),
    ("timeout", 'use[href$="#timer"]'),
    ("memory", 'rect.texture[fill$="-rules)"]'),
    ("memory", "rect.extra"),
    ("memory", 'use[href$="#memory-stick"]'),
    ("stopped", 'use[href$="#square"]'),
    ("throttled", 'use[href$="#hand"]'),
    ("frozen", 'use[href$="#snowflake"]'),
    ("reset", "path.stroke.dots"),
    ("ended", "path.stop"),
    ("waits", "path.body"),
    ("attempt", "path.body"),
    ("wait", "rect.pill"),
    ("visibility", "rect.pill"),
    ("batch-window", "path.bracket"),
    ("record", 'use[href$="#check"]'),
    ("a-kind-of-next-year", "path.body"),
]


def test_every_kind_has_a_sign_beside_its_colour(timeline: Timeline) -> None:
    for kind, sign in SIGNS:
        timeline.apply(one_of(kind).message(now=0.5))
        fact = timeline.fact("s1")
        expect(fact).to_have_attribute("data-kind", kind)
        expect(fact.locator(sign).first).to_be_attached()


def test_the_name_of_a_lane_that_is_too_long_loses_its_middle(timeline: Timeline) -> None:
    script = one_of("handler")
    script.lane("a-function-with-a-long-name-that-handles-orders", kind="caller")
    timeline.apply(script.message(now=0.5))
    title = timeline.host.locator(".timeline-lane-title").last
    expect(title).to_have_text("A-function-with-a-long-name-that-handles-orders")
    beginning, end = title.locator("span").all()
    assert beginning.evaluate("it => it.scrollWidth > it.clientWidth"), "the beginning is not cut"
    column, tail = title.bounding_box(), end.bounding_box()
    assert column is not None
    assert tail is not None
    assert tail["x"] + tail["width"] <= column["x"] + column["width"] + 1, "the end is out of sight"


def test_a_name_that_fits_is_not_divided(timeline: Timeline) -> None:
    script = one_of("handler")
    script.lane("events-shop", kind="caller")
    timeline.apply(script.message(now=0.5))
    title = timeline.host.locator(".timeline-lane-title").last
    expect(title.locator(".timeline-lane-start")).to_be_empty()
    expect(title).to_have_text("Events-shop")


def test_a_short_name_of_a_lane_begins_where_its_column_begins(timeline: Timeline) -> None:
    script = one_of("handler")
    script.lane("caller", kind="caller")
    timeline.apply(script.message(now=0.5))
    title = timeline.host.locator(".timeline-lane-title").last
    expect(title).to_have_text("Caller")
    column, name = title.bounding_box(), title.locator("span").last.bounding_box()
    assert column is not None
    assert name is not None
    assert name["x"] == column["x"]


def test_a_running_fact_has_a_dashed_outline_and_reaches_to_now(timeline: Timeline) -> None:
    timeline.apply(one_of("running", end=None).message(now=0.5))
    expect(timeline.fact("s1").locator("path.body.dashed")).to_be_visible()
    now = timeline.host.locator(".timeline-now").bounding_box()
    assert now is not None
    box = timeline.box("s1")
    assert box["x"] + box["width"] == pytest.approx(now["x"], abs=3)


def test_the_last_part_of_an_error_is_notched_and_a_handler_is_round(timeline: Timeline) -> None:
    timeline.apply(one_of("error").message(now=0.5))
    notched = timeline.fact("s1").locator("path.body").get_attribute("d")
    timeline.apply(one_of("handler").message(now=0.5))
    round_ended = timeline.fact("s1").locator("path.body").get_attribute("d")
    assert "L" in str(notched)
    assert "L" not in str(round_ended)


def test_a_failed_call_is_crossed_behind_its_bar(timeline: Timeline) -> None:
    script = one_of("handler")
    script.add("waits", lane="caller", at=0.0, end=0.41, text="waits 410 ms", failed=True)
    timeline.apply(script.message(now=0.6))
    expect(timeline.fact("s2").locator("use.cross")).to_be_visible()


def test_throttled_calls_too_close_to_tell_apart_share_a_sign_that_counts_them(
    timeline: Timeline,
) -> None:
    script = one_of("handler")
    for _ in range(3):
        script.add("throttled", lane="caller", at=0.001, end=0.001, text="429")
    timeline.apply(script.message(now=0.6))
    expect(timeline.fact("s2")).to_contain_text("429 × 3")
    expect(timeline.fact("s3")).to_have_count(0)


def test_words_beside_a_fact_end_before_the_plot_does(timeline: Timeline) -> None:
    script = one_of("handler", end=0.04)
    said = "202 Accepted after 1.9 ms, then gone"
    script.add("sends", lane="caller", at=0.0, end=0.002, text=said)
    timeline.apply(script.message(now=0.05))
    timeline.facts.focus()
    expect(timeline.fact("s2")).to_contain_text("202 Accepted")
    for _ in range(6):
        plot = timeline.facts.bounding_box()
        words = timeline.fact("s2").locator("text.outside")
        if words.count():
            box = words.bounding_box()
            assert plot is not None
            assert box is not None
            assert box["x"] + box["width"] <= plot["x"] + plot["width"] + 1
            assert said.startswith(words.text_content() or "-")
        timeline.press("-")
    expect(timeline.facts).to_have_css("box-shadow", "none")


def test_an_empty_timeline_says_so_and_keeps_the_button_of_the_page(timeline: Timeline) -> None:
    expect(timeline.host).to_contain_text("Nothing has run.")
    button = timeline.page.get_by_role("button", name="Invoke once")
    button.click()
    timeline.apply(one_of("handler").message(now=0.5))
    expect(button).to_be_hidden()
    expect(timeline.facts).to_be_visible()


def test_text_is_whole_or_absent_at_every_zoom(timeline: Timeline) -> None:
    timeline.apply(failures().message(now=425.0))
    for _ in range(8):
        clipped = timeline.host.evaluate(
            """host => [...host.querySelectorAll(".fact.bar")].flatMap((fact) => {
              const inside = fact.querySelector("text.inside")?.getBoundingClientRect();
              const bar = fact.querySelector("path.body")?.getBoundingClientRect();
              return inside && (inside.left < bar.left || inside.right > bar.right)
                ? [fact.dataset.segment] : [];
            })"""
        )
        assert clipped == []
        timeline.act("host.zoomOut()")


def test_a_change_of_a_row_redraws_it_and_a_removed_row_goes(timeline: Timeline) -> None:
    script = one_of("running", end=None)
    script.add("waits", lane="caller", at=0.0, end=None)
    timeline.apply(script.message(now=0.5))
    done = one_of("handler", end=0.45).segments[0]
    timeline.apply({"segments": [done]})
    expect(timeline.fact("s1")).to_have_attribute("data-kind", "handler")
    timeline.act("host.select('s1')")
    timeline.apply({"removed": ["s1"]})
    expect(timeline.fact("s1")).to_have_count(0)
    assert timeline.selected is None


def test_a_reset_leaves_nothing_of_what_was_before(timeline: Timeline) -> None:
    timeline.apply(failures().message(now=425.0))
    timeline.apply(one_of("handler").message(now=0.5))
    assert timeline.host.evaluate("host => host.segments.map(({ id }) => id)") == ["s1"]
    expect(timeline.host.locator(".timeline-lane")).to_have_count(2)


def test_of_five_thousand_facts_only_those_in_view_are_drawn(timeline: Timeline) -> None:
    timeline.apply(many(5000).message(now=1000.5))
    assert 0 < timeline.host.locator('[role="option"]').count() < 600
    timeline.press("Home")
    expect(timeline.fact("s1")).to_be_in_viewport()
    expect(timeline.fact("s1")).to_have_attribute("aria-setsize", "5000")


def test_more_than_six_lanes_scroll_below_an_axis_that_stays(timeline: Timeline) -> None:
    timeline.apply(lesson().message(now=64.0))
    axis = timeline.host.locator(".timeline-axis").bounding_box()
    body = timeline.host.locator(".timeline-body")
    assert body.evaluate("body => body.scrollHeight > body.clientHeight")
    body.evaluate("body => { body.scrollTop = 100 }")
    timeline.settle()
    assert timeline.host.locator(".timeline-axis").bounding_box() == axis


def test_following_scrolls_to_the_lane_that_the_newest_run_reached(timeline: Timeline) -> None:
    script = lesson()
    script.lane("ab12", detail="128 MB")
    timeline.apply(script.message(now=64.0))
    newest = timeline.host.locator(".timeline-lane", has_text="ab12")
    expect(newest).not_to_be_in_viewport()
    script.begin("Invoke once", at=65.0, end=66.0)
    script.add("handler", lane="ab12", at=65.0, end=66.0)
    timeline.apply(script.message(now=67.0))
    expect(newest).to_be_in_viewport(ratio=0.9)
    timeline.host.locator(".timeline-body").evaluate("body => { body.scrollTop = 0 }")
    timeline.settle()
    expect(newest).not_to_be_in_viewport()


COUNT_LOOKS = """() => {
  window.looks = [];
  const asked = [[Element, "clientWidth"], [Element, "clientHeight"], [Element, "scrollTop"],
    [Element, "scrollHeight"], [HTMLElement, "offsetHeight"]];
  for (const [{ prototype }, name] of asked) {
    const { get, set } = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(prototype, name, { set, configurable: true,
      get() { window.looks.push(name); return get.call(this); } });
  }
  const { getBoundingClientRect } = Element.prototype;
  Element.prototype.getBoundingClientRect = function () {
    window.looks.push("getBoundingClientRect");
    return getBoundingClientRect.call(this);
  };
}"""


def test_a_run_on_lanes_that_are_there_asks_the_page_for_no_size(timeline: Timeline) -> None:
    script = lesson()
    timeline.apply(script.message(now=64.0))
    timeline.settle()
    timeline.page.evaluate(COUNT_LOOKS)
    lane = str(script.lanes[-1]["id"])
    for count in range(10):
        script.begin("Invoke once", at=65.0 + count, end=65.5 + count)
        script.add("handler", lane=lane, at=65.0 + count, end=65.5 + count)
        timeline.apply(script.message(now=65.5 + count))
    shown = timeline.host.locator(".timeline-lane", has_text=lane)
    expect(shown).to_be_in_viewport(ratio=0.9)
    # The first run scrolls to its lane, and where that led is asked once; the others ask nothing.
    assert len(timeline.page.evaluate("window.looks")) <= 24


def test_environments_that_ended_long_ago_fold_while_following(timeline: Timeline) -> None:
    script = lesson()
    for lane in script.lanes[1:]:
        lane["ended"] = True
    script.lane("ab12", detail="128 MB")
    script.begin("Invoke once", at=900.0, end=901.9)
    script.add("handler", lane="ab12", at=900.0, end=901.9)
    timeline.apply(script.message(now=902.0))
    timeline.press("+")
    timeline.press("+")
    expect(timeline.host.locator(".timeline-lane")).to_have_count(2)
    timeline.page.get_by_role("button", name="Show 10 ended environments").click()
    expect(timeline.host.locator(".timeline-lane")).to_have_count(12)


def test_calls_that_overlap_share_the_lane_of_the_caller(timeline: Timeline) -> None:
    timeline.apply(lesson().message(now=64.0))
    tops = timeline.host.evaluate(
        """host => [...host.querySelectorAll('[data-kind="waits"]')]
          .map((fact) => fact.getBoundingClientRect().top)"""
    )
    assert len(set(tops)) >= 10


def test_a_prediction_surrounds_the_fact_it_meant_or_stands_empty(timeline: Timeline) -> None:
    script = one_of("handler")
    ghost = {"lane": None, "time": None, "text": "warm"}
    script.ghosts = [
        {**ghost, "id": "g1", "segment": "s1", "right": True},
        {**ghost, "id": "g2", "segment": None, "lane": "7f3a", "time": ORIGIN + 2, "right": False},
    ]
    timeline.apply(script.message(now=5.0))
    expect(timeline.host.locator('[data-ghost="right"]')).to_have_count(1)
    expect(timeline.host.locator('[data-ghost="wrong"]')).to_have_count(1)
    expect(timeline.host.locator(".timeline-ghost-text")).to_have_text("warm")


def test_what_is_drawn_beside_the_facts_is_said_in_words(timeline: Timeline) -> None:
    script = one_of("handler")
    script.runs[0]["end"] = ORIGIN + 0.4
    script.mark("update", at=30.0, text="Code updated")
    ghost = {"id": "g1", "lane": None, "time": None, "text": "warm", "segment": "s1"}
    script.ghosts = [{**ghost, "right": False}]
    timeline.apply(script.message(now=40.0))
    said = timeline.host.locator(".timeline-spoken li").all_inner_texts()
    assert "0:00.0: Run 1 · Invoke once, 400 ms." in said
    assert "0:30.0: Code updated." in said
    assert any(re.search(r"prediction warm, .* on env 7f3a, wrong", one) for one in said), said
    assert any(re.search(r"\d+ s are left out", one) for one in said), said


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def test_what_the_server_sends_is_text_and_never_markup(timeline: Timeline) -> None:
    script = Script()
    script.begin(HOSTILE, at=0.0)
    script.lane(HOSTILE, detail=HOSTILE)
    script.add("handler", lane=HOSTILE, at=0.0, end=0.4, text=HOSTILE)
    script.segments[0]["name"] = script.segments[0]["tip"] = HOSTILE
    script.segments[0]["id"] = HOSTILE
    script.mark(HOSTILE, at=0.2, text=HOSTILE)
    timeline.apply(script.message(now=0.5))
    timeline.facts.press("ArrowRight")
    timeline.host.locator('[role="option"]').hover()
    timeline.act("host.view = 'table'")
    assert timeline.host.locator("img, script").count() == 0
    assert timeline.heard("timeline-select") == [HOSTILE]


@pytest.mark.parametrize("width", [390, 640])
def test_a_small_screen_loses_no_lane_and_makes_nothing_overflow(
    timeline: Timeline, *, width: int
) -> None:
    timeline.page.set_viewport_size({"width": width, "height": 800})
    timeline.apply(failures().message(now=425.0))
    expect(timeline.host).to_have_attribute("data-narrow", "true" if width < 600 else "false")
    expect(timeline.host.locator(".timeline-lane")).to_have_count(4)
    assert timeline.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_paper_gets_every_lane(timeline: Timeline) -> None:
    timeline.apply(lesson().message(now=64.0))
    timeline.page.emulate_media(media="print")
    timeline.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    body = timeline.host.locator(".timeline-body")
    assert body.evaluate("body => body.scrollHeight === body.clientHeight")
    expect(timeline.host.locator('[data-kind="handler"]').last).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["plot", "table"])
def test_axe_finds_nothing(
    chromium: Browser, address: str, *, theme: Literal["light", "dark"], view: str
) -> None:
    context = chromium.new_context(color_scheme=theme, viewport={"width": 940, "height": 560})
    stage = Timeline(context.new_page())
    stage.open(address)
    stage.apply(lesson().message(now=64.0))
    stage.act(f"host.select('s4'); host.view = '{view}'")
    stage.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = stage.page.evaluate(
        """async () => (await axe.run("cold-timeline")).violations
          .map(({ id, nodes }) => [id, nodes[0].html])"""
    )
    context.close()
    assert found == []


def test_a_wrong_prediction_leaves_the_fact_it_meant_visible(timeline: Timeline) -> None:
    script = one_of("handler")
    ghost = {"id": "g1", "segment": "s1", "lane": None, "time": None}
    script.ghosts = [{**ghost, "text": "warm", "right": False}]
    timeline.apply(script.message(now=1.5))
    box = timeline.host.locator('[data-ghost="wrong"]')
    expect(box).to_have_css("fill", "none")
    expect(timeline.host.locator(".timeline-ghost-text")).to_have_text("warm")


def test_what_did_not_come_stands_beside_what_came_instead(timeline: Timeline) -> None:
    script = one_of("error")
    ghost = {"id": "g1", "segment": None, "lane": "7f3a", "time": ORIGIN}
    script.ghosts = [{**ghost, "text": "predicted, did not come", "right": False}]
    timeline.apply(script.message(now=1.5))
    expect(timeline.host.locator('[data-ghost="wrong"]')).to_be_attached()
    apart = timeline.host.evaluate(
        """host => host.querySelector('[data-ghost="wrong"]').getBoundingClientRect().left
          - host.querySelector('[data-kind="error"] path.body').getBoundingClientRect().right"""
    )
    assert apart > 0, "the prediction hides what happened"


def test_a_line_that_never_ended_hides_nothing_that_follows(timeline: Timeline) -> None:
    script = one_of("frozen", end=None)
    script.add("handler", lane="7f3a", at=0.2, end=0.4)
    timeline.apply(script.message(now=0.5))
    expect(timeline.fact("s2").locator("path.body")).to_be_visible()

"""The timeline on a page of its own, fed by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.timeline_rows import ORIGIN, Script, failures, invoke_once, lesson
from tests.browser.timeline_stage import Timeline, serving

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def timeline(chromium: Browser, address: str) -> Iterator[Timeline]:
    context = chromium.new_context(viewport={"width": 940, "height": 560})
    stage = Timeline(context.new_page())
    stage.open(address)
    yield stage
    context.close()
    assert stage.complaints == []


def one_of(kind: str, *, lane: str = "7f3a", end: float | None = 0.4) -> Script:
    """Write one fact on one lane."""
    script = Script()
    script.lane("caller", kind="caller")
    script.lane("7f3a", detail="128 MB")
    script.begin("Invoke once", at=0.0)
    script.add(kind, lane=lane, at=0.0, end=end)
    return script


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


@pytest.mark.parametrize(("kind", "sign"), SIGNS)
def test_every_kind_has_a_sign_beside_its_colour(
    timeline: Timeline, *, kind: str, sign: str
) -> None:
    timeline.apply(one_of(kind).message(now=0.5))
    fact = timeline.fact("s1")
    expect(fact).to_have_attribute("data-kind", kind)
    expect(fact.locator(sign).first).to_be_attached()


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


def test_an_empty_timeline_says_so_and_keeps_the_button_of_the_page(timeline: Timeline) -> None:
    expect(timeline.host).to_contain_text("Nothing has run.")
    button = timeline.page.get_by_role("button", name="Invoke once")
    button.click()
    timeline.apply(one_of("handler").message(now=0.5))
    expect(button).to_be_hidden()
    expect(timeline.facts).to_be_visible()


def test_quiet_of_more_than_two_seconds_becomes_a_break_with_its_length(timeline: Timeline) -> None:
    script = one_of("handler")
    script.add("frozen", lane="7f3a", at=0.4, end=60.0)
    script.add("handler", lane="7f3a", at=60.0, end=60.3)
    timeline.apply(script.message(now=60.4))
    assert timeline.breaks == ["59 s"]


def test_a_fact_inside_the_quiet_opens_it(timeline: Timeline) -> None:
    script = one_of("handler")
    script.add("handler", lane="7f3a", at=60.0, end=60.3)
    script.mark("update", at=30.0, text="Code updated")
    timeline.apply(script.message(now=60.4))
    assert timeline.breaks == ["29 s", "30 s"]
    expect(timeline.host.locator('path[data-mark="update"]')).to_be_attached()


def test_code_that_runs_for_less_than_two_seconds_is_never_cut(timeline: Timeline) -> None:
    timeline.apply(one_of("handler", end=1.9).message(now=1.95))
    assert timeline.breaks == []


def test_a_timeout_that_crosses_a_break_is_cut_in_two_and_keeps_its_length(
    timeline: Timeline,
) -> None:
    script = one_of("timeout", end=30.0)
    timeline.apply(script.message(now=30.1))
    fact = timeline.fact("s1")
    assert fact.locator("path.body").count() == 2
    expect(fact.locator("path.join")).to_have_count(1)
    expect(fact).to_contain_text("30.00 s")


def test_now_stays_in_place_when_quiet_turns_into_a_break(timeline: Timeline) -> None:
    script = one_of("handler")
    places = []
    for now in (1.0, 3.0, 500.0):
        timeline.apply(script.message(now=now))
        cap = timeline.host.locator(".timeline-cap").bounding_box()
        assert cap is not None
        places.append(cap["x"])
    assert max(places) - min(places) < 12


def test_the_shortest_phases_of_a_cold_start_are_each_seen(timeline: Timeline) -> None:
    script = one_of("handler", lane="caller", end=1.5)
    at = 0.0
    for kind in ("download", "start", "init"):
        script.add(kind, lane="7f3a", at=at, end=at + 0.0002)
        at += 0.0002
    timeline.apply(script.message(now=1.6))
    boxes = [timeline.box(name) for name in ("s2", "s3", "s4")]
    assert all(box["width"] >= 2 for box in boxes)
    assert len({round(box["x"]) for box in boxes}) == 3


def test_a_cold_start_beside_a_handler_of_seconds_keeps_its_textures(timeline: Timeline) -> None:
    script = Script()
    script.lane("7f3a")
    script.begin("Invoke once", at=0.0, end=1.9)
    ready = script.cold_start("7f3a", at=0.0)
    script.add("handler", lane="7f3a", at=ready, end=1.9)
    timeline.apply(script.message(now=1.95))
    for identifier in ("s1", "s2"):
        expect(timeline.fact(identifier).locator("rect.texture")).to_be_attached()
    assert timeline.box("s4")["width"] > 300


def test_the_axis_prints_lab_time_from_the_origin_of_the_message(timeline: Timeline) -> None:
    script = one_of("handler")
    script.add("handler", lane="7f3a", at=60.0, end=60.3)
    message = script.message(now=60.4)
    timeline.apply(message)
    times = timeline.host.locator(".timeline-time.named")
    expect(times).to_have_text(["0:00", "1:00"])
    timeline.apply({**message, "origin": ORIGIN + 55.0})
    expect(times).to_have_text(["-0:55", "0:05"])


def test_runs_have_a_bracket_with_their_name_and_marks_their_text(timeline: Timeline) -> None:
    script = one_of("handler")
    script.runs[0]["end"] = ORIGIN + 0.4
    script.mark("update", at=30.0, text="Code updated")
    timeline.apply(script.message(now=40.0))
    expect(timeline.host.locator(".timeline-run.last")).to_have_text("Run 1 · Invoke once")
    expect(timeline.host.locator("text.timeline-mark")).to_have_text("Code updated")


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


def test_a_running_fact_grows_between_two_messages(timeline: Timeline) -> None:
    message = one_of("running", end=None).message(now=0.1, running=1, paused=False)
    timeline.apply(message)
    before = timeline.box("s1")["width"]
    timeline.page.wait_for_function(
        """before => document.querySelector('[data-segment="s1"]')
          .getBoundingClientRect().width > before + 20""",
        arg=before,
        timeout=5000,
    )


def test_a_paused_clock_draws_nothing(timeline: Timeline) -> None:
    timeline.apply(one_of("handler").message(now=0.5, paused=True))
    changes = timeline.host.evaluate(
        """host => new Promise((resolve) => {
          let changes = 0;
          new MutationObserver((records) => { changes += records.length; })
            .observe(host, { subtree: true, childList: true, attributes: true });
          let frames = 30;
          const next = () => (frames-- ? requestAnimationFrame(next) : resolve(changes));
          next();
        })"""
    )
    assert changes == 0


def test_a_quiet_clock_passes_at_its_rate_and_only_the_break_counts(timeline: Timeline) -> None:
    timeline.apply(one_of("handler").message(now=100.0, rate="600", paused=False))
    (before,) = timeline.breaks
    expect(timeline.host.locator(".timeline-break")).not_to_have_text(before, timeout=3000)


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


def many(count: int) -> Script:
    """Write a long trace of short calls, one every 200 ms, over ten lanes."""
    script = Script()
    script.lane("caller", kind="caller")
    for lane in range(10):
        script.lane(f"e{lane}", detail="128 MB")
    for index in range(count):
        if index % 100 == 0:
            script.begin("Send 100", at=index * 0.2, end=index * 0.2 + 20.0)
        script.add("handler", lane=f"e{index % 10}", at=index * 0.2, end=index * 0.2 + 0.15)
    return script


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


def test_with_reduced_motion_it_redraws_twice_a_second_at_most(
    chromium: Browser, address: str
) -> None:
    context = chromium.new_context(reduced_motion="reduce")
    stage = Timeline(context.new_page())
    stage.open(address)
    stage.apply(one_of("running", end=None).message(now=0.1, running=1, paused=False))
    stage.settle()
    seconds = stage.host.evaluate(
        """host => new Promise((resolve) => {
          const at = [];
          const feed = setInterval(() => host.apply({}), 40);
          new MutationObserver(() => {
            at.push(performance.now());
            if (at.length < 4) return;
            clearInterval(feed);
            resolve((at[3] - at[0]) / 1000);
          }).observe(host.querySelector(".timeline-now"), { attributes: true });
        })"""
    )
    context.close()
    assert seconds >= 1.4
    assert stage.complaints == []


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

"""How the timeline shows time: breaks, scale, axis, what grows and how often."""

from playwright.sync_api import Browser, expect

from tests.browser.timeline.rows import ORIGIN, Script, one_of
from tests.browser.timeline.stage import Timeline


def test_quiet_of_more_than_two_seconds_becomes_a_break_with_its_length(timeline: Timeline) -> None:
    script = one_of("handler")
    script.add("frozen", lane="7f3a", at=0.4, end=60.0)
    script.add("handler", lane="7f3a", at=60.0, end=60.3)
    timeline.apply(script.message(now=60.4))
    assert timeline.breaks == ["59 s"]


def test_the_labels_of_ticks_differ_and_are_in_order(timeline: Timeline) -> None:
    script = one_of("handler", end=0.001)
    for at in (0.02, 0.04, 0.06, 0.08, 0.7, 0.78, 1.0, 1.02):
        script.add("handler", lane="7f3a", at=at, end=at + 0.001)
    timeline.apply(script.message(now=1.03))
    for _ in range(8):
        timeline.act("host.zoomIn()")
        timeline.press("Home")
        labels = timeline.host.locator(".timeline-time").all_text_contents()
        times = [float(label.split(":")[1]) for label in labels]
        assert times, "there is no label at all"
        assert times == sorted(set(times)), labels


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


def test_a_running_fact_grows_between_two_messages(timeline: Timeline) -> None:
    message = one_of("running", end=None).message(now=0.1, running=1, paused=False)
    timeline.apply(message)
    before = timeline.box("s1")["width"]
    grown = timeline.page.evaluate(
        """before => new Promise((resolve) => {
          const patience = performance.now() + 60000;
          const next = () => {
            const segment = document.querySelector('[data-segment="s1"]');
            const grown = segment.getBoundingClientRect().width - before;
            if (grown > 20 || performance.now() > patience) resolve(grown);
            else requestAnimationFrame(next);
          };
          next();
        })""",
        before,
    )
    assert grown > 20


def test_a_paused_clock_draws_nothing(timeline: Timeline) -> None:
    timeline.apply(one_of("handler").message(now=0.5, paused=True))
    changes = timeline.host.evaluate(
        """host => new Promise((resolve) => {
          const WATCHED = { subtree: true, childList: true, attributes: true };
          let changes = 0;
          let frames = 60;
          const observer = new MutationObserver((records) => { changes += records.length; });
          const next = () => {
            // The first drawing, and what the layout asks of it, are through by then.
            if (frames === 30) observer.observe(host, WATCHED);
            if (frames--) requestAnimationFrame(next); else resolve(changes);
          };
          next();
        })"""
    )
    assert changes == 0


def test_a_quiet_clock_passes_at_its_rate_and_only_the_break_counts(timeline: Timeline) -> None:
    timeline.apply(one_of("handler").message(now=100.0, rate="600", paused=False))
    (before,) = timeline.breaks
    expect(timeline.host.locator(".timeline-break")).not_to_have_text(before)


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

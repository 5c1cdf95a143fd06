"""What a person waits for in Chromium: a click's first fact, a long timeline, its frames."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tools.bench.callers import Calling, Order, Request
from tools.bench.measure import Contestant, Quantity, Taken
from tools.bench.ours import EVENT
from tools.bench.part import Part, Place
from tools.bench.served import Client, served
from tools.ensure_browser import ensure_browser

FIRST_FACT = "click to the first fact shown"
PAINT, PAINT_SHORT = "first paint, 5,000 facts", "first paint, few facts"
DRAWN, DRAWN_SHORT = "timeline drawn, 5,000 facts", "timeline drawn, few facts"
FRAME, FRAME_SHORT = "frame while live, 5,000 facts", "frame while live, few facts"
FACTS, FACTS_OF_A_CALL = 5000, 8
CALLS_A_SECOND = 10.0
SHORT, LONG = "cold-and-warm", "your-first-function"
FUNCTIONS = {SHORT: "cold-and-warm-greeter", LONG: "your-first-function-bill"}
_PRESS = "[data-step][data-current] [data-press=invoke-once]"
# From the click's own time stamp to the end of the first frame whose timeline has one fact more.
_FIRST_FACT = """(press) => new Promise((done) => {
  const facts = () => document.getElementById("timeline").segments.length;
  const before = facts();
  const button = document.querySelector(press);
  let clicked = 0;
  button.addEventListener("click", ({ timeStamp }) => { clicked = timeStamp; }, { once: true });
  const painted = () => setTimeout(() => done((performance.now() - clicked) / 1000));
  const look = () => requestAnimationFrame(facts() > before ? painted : look);
  button.click();
  look();
})"""
# From the navigation's begin to the end of the first frame whose timeline holds facts.
_DRAWN = """() => new Promise((done) => {
  const drawn = () => (document.getElementById("timeline")?.segments?.length ?? 0) > 0;
  const paint = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  const all = () => done([paint() / 1000, performance.now() / 1000]);
  const look = () => requestAnimationFrame(drawn() && paint() ? () => setTimeout(all) : look);
  look();
})"""
_FRAMES = """(seconds) => new Promise((done) => {
  const times = [];
  const began = performance.now();
  let last = began;
  const frame = (now) => {
    times.push((now - last) / 1000);
    last = now;
    if (now - began > seconds * 1000) done(times.slice(1));
    else requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


def _open(place: Place) -> list[Contestant]:
    port = place.stack.enter_context(served(place.folder))
    _call(port, LONG, FACTS // FACTS_OF_A_CALL)
    _call(port, SHORT, 1)
    page = place.stack.enter_context(_page(port))
    seconds = place.several(quick=1, full=4)
    return [
        Contestant(lambda samples: _first_facts(page, samples)),
        Contestant(lambda _samples: _look(page, SHORT, PAINT_SHORT, DRAWN_SHORT)),
        Contestant(lambda _samples: _live(page, port, SHORT, FRAME_SHORT, seconds)),
        Contestant(lambda _samples: _look(page, LONG, PAINT, DRAWN)),
        Contestant(lambda _samples: _live(page, port, LONG, FRAME, seconds)),
    ]


def _call(port: int, lesson: str, count: int) -> None:
    """Let a press deploy a lab's function, then call that so often, one call after the other."""
    client = Client(port)
    client.request("POST", f"/w/local/labs/{lesson}/invoke", b"{}")
    for _ in range(count):
        client.request("POST", _invocations(lesson), EVENT)


def _invocations(lesson: str) -> str:
    return f"/w/local/functions/{FUNCTIONS[lesson]}/invocations"


@contextmanager
def _page(port: int) -> Iterator[Page]:
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=ensure_browser(), args=as_root)
        size = ViewportSize(width=1440, height=900)
        page = browser.new_page(viewport=size, base_url=f"http://127.0.0.1:{port}")
        yield page
        browser.close()


def _first_facts(page: Page, samples: int) -> Taken:
    page.goto(f"/w/local/lessons/{SHORT}?step=first-call")
    _press(page)  # one before counts for nothing: the page has just come
    return {Quantity(FIRST_FACT): [_press(page) for _ in range(samples)]}


def _press(page: Page) -> float:
    seconds = float(page.evaluate(_FIRST_FACT, _PRESS))
    page.wait_for_selector("[aria-busy=true]", state="detached")
    return seconds


def _look(page: Page, lesson: str, paint: str, drawn: str) -> Taken:
    page.goto(f"/w/local/lessons/{lesson}", wait_until="commit")
    painted, shown = page.evaluate(_DRAWN)
    return {Quantity(paint): [painted], Quantity(drawn): [shown]}


def _live(page: Page, port: int, lesson: str, name: str, seconds: float) -> Taken:
    """Measure the frames of the page that is open while its lab is called."""
    call = Request(path=_invocations(lesson), body=EVENT.decode())
    order = Order(port=port, requests=[call], callers=2, seconds=seconds + 1, rate=CALLS_A_SECOND)
    calling = Calling(order)
    frames = page.evaluate(_FRAMES, seconds)
    calling.wait()
    return {Quantity(name): frames}


PART = Part(name="browser", open=_open, rounds=(1, 3), samples=(4, 20), seconds=(11, 45))

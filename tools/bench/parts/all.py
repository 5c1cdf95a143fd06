"""Every part, in the order of a run."""

from tools.bench.part import Part
from tools.bench.parts import (
    browser,
    calls,
    events,
    growth,
    life,
    load,
    neighbours,
    pages,
    peers,
    start_stop,
    trace,
)

PARTS: tuple[Part, ...] = (
    calls.PART,
    load.PART,
    life.PART,
    neighbours.PART,
    events.ACCEPTING,
    events.ON_TIME,
    trace.PART,
    pages.PART,
    browser.PART,
    start_stop.PART,
    *growth.PARTS,
    peers.PART,
)

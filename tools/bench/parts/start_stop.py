"""From a start to the first answer, and from a signal to the end."""

import time
from pathlib import Path

from tools.bench.measure import Contestant, Quantity, Taken, timed
from tools.bench.part import Part, Place
from tools.bench.readers import reading
from tools.bench.served import Client, Server, launch

FIRST = "start to the first answer, new data folder"
AGAIN = "start to the first answer"
STOP, STOP_LIVE = "stop", "stop, live pages open"
EVENTS = "/w/local/labs/cold-and-warm/events"
PAGE = "/w/local/lessons/cold-and-warm"


def _open(place: Place) -> list[Contestant]:
    count = place.several(quick=60, full=300)
    turns = iter(range(1_000_000))
    return [Contestant(lambda _samples: _turn(place.folder / str(next(turns)), streams=count))]


def _turn(folder: Path, *, streams: int) -> Taken:
    """Start on nothing, stop, start again, and stop with live pages open."""
    first, server = _started(folder)
    Client(server.port).request("GET", PAGE)
    stop = timed(server.stop)
    again, server = _started(folder)
    stop_live = _stop_with(server, streams)
    return {
        Quantity(FIRST): [first],
        Quantity(STOP): [stop],
        Quantity(AGAIN): [again],
        Quantity(STOP_LIVE): [stop_live],
    }


def _started(folder: Path) -> tuple[float, Server]:
    began = time.perf_counter()
    server = launch(folder)
    server.wait_until_up()
    return time.perf_counter() - began, server


def _stop_with(server: Server, streams: int) -> float:
    with reading(server.port, [EVENTS] * streams):
        return timed(server.stop)


PART = Part(name="start and stop", open=_open, rounds=(1, 6), seconds=(7, 45))

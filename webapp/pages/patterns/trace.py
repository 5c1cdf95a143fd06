"""A trace made up for ``/patterns``: one environment, two calls, and what was predicted of them."""

import json
from typing import Any

ORIGIN = 1_769_000_000.0
"""Lab time at which the trace begins, in seconds."""


def pattern_rows() -> str:
    """Return the trace as a lab's stream sends it, with a prediction of each verdict, as JSON."""
    segments = [
        _segment("s1", "init", start=0.0, end=0.6),
        _segment("s2", "handler", start=0.6, end=1.0),
        _segment("s3", "error", start=2.0, end=2.6),
        *_EVENTS,
    ]
    ghosts = [
        _ghost("g1", segment="s2", text="cold", right=True),
        _ghost("g2", segment="s3", text="warm, answers", right=False),
        _ghost("g3", segment=None, text="warm", right=None),
    ]
    run = {"id": "r1", "label": "Run 1 · Invoke twice", "start": ORIGIN, "end": ORIGIN + 2.6}
    message = {
        "reset": True,
        "origin": ORIGIN,
        "clock": {"now": ORIGIN + 5.0, "rate": "1", "paused": True, "running": 0},
        "runs": [run],
        "lanes": [_CALLER, _QUEUE, _LANE, _TARGET],
        "segments": segments,
        "ghosts": ghosts,
        "story": [_sentence(segment) for segment in segments],
    }
    return json.dumps(message)


_LANE = {
    "id": "7f3a",
    "kind": "environment",
    "title": "env 7f3a",
    "detail": "",
    "order": 0,
    "ended": False,
}


_CALLER = {**_LANE, "id": "caller", "kind": "caller", "title": "Caller", "order": -2}
_QUEUE = {
    **_LANE,
    "id": "queue",
    "kind": "events",
    "title": "Event queue",
    "detail": "event 1, given up",
    "order": -1,
}
_TARGET = {**_LANE, "id": "failed", "kind": "target", "title": "orders-failed", "order": 1}
_TARGET["detail"] = "on failure"


def _segment(
    name: str, kind: str, *, start: float, end: float, lane: str = "7f3a"
) -> dict[str, Any]:
    length = f"{(end - start) * 1000:.0f} ms"
    return {
        "id": name,
        "lane": lane,
        "kind": kind,
        "start": ORIGIN + start,
        "end": ORIGIN + end,
        "text": length,
        "run": "r1",
        "request": None,
        "name": f"{kind.capitalize()} on 7f3a, {length}.",
        "tip": f"{kind.capitalize()} · {length}",
        "story": {"title": kind},
    }


def _of_event(
    name: str, kind: str, text: str, *, start: float, end: float, lane: str = "queue", **more: Any
) -> dict[str, Any]:
    segment = _segment(name, kind, start=start, end=end, lane=lane)
    return {**segment, "text": text, "request": "event-1", **more}


_EVENTS = (
    _of_event(
        "e0", "sends", "202 Accepted after 6 ms, then gone", start=0.0, end=0.02, lane="caller"
    ),
    _of_event("e1", "attempt", "Attempt 1", start=0.6, end=1.0, failed=True, arrives=True),
    _of_event("e2", "wait", "1 min", start=1.0, end=2.0),
    _of_event("e3", "attempt", "Attempt 2", start=2.0, end=2.6, failed=True),
    _of_event("e4", "record", "", start=2.8, end=2.8, lane="failed", failed=True, cause="e3"),
)
"""An event that failed twice: its caller, attempts, wait, and the record that it left."""


def _ghost(name: str, *, segment: str | None, text: str, right: bool | None) -> dict[str, Any]:
    """Return a prediction of ``segment``; without one it stands empty where nothing ran."""
    time = None if segment else ORIGIN + 4.0
    return {
        "id": name,
        "segment": segment,
        "lane": None if segment else "7f3a",
        "time": time,
        "text": text,
        "right": right,
    }


def _sentence(segment: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"story-{segment['id']}",
        "time": segment["start"],
        "text": segment["name"],
        "segment": segment["id"],
    }

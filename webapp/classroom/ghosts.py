"""Ghost marks: what a learner predicted, drawn beside what came (look.md 4)."""

from collections.abc import Callable
from typing import Any

from webapp.curriculum.model import Prediction
from webapp.curriculum.predictions import GhostMark, PredictionOutcome


def ghost_rows(
    prediction: Prediction,
    outcome: PredictionOutcome,
    *,
    segment_of: Callable[[int], str | None],
) -> list[dict[str, Any]]:
    """Return the timeline's ``ghosts``: one round each fact that came, one for each missing."""
    return [
        row
        for number, ghost in enumerate(outcome.ghosts)
        for row in _rows(f"{prediction.id}-{number}", ghost, segment_of)
    ]


def _rows(
    key: str, ghost: GhostMark, segment_of: Callable[[int], str | None]
) -> list[dict[str, Any]]:
    matched = [segment_of(sequence) for sequence in ghost.matched]
    rows = [
        _row(f"{key}-{number}", segment=segment, right=True)
        for number, segment in enumerate(dict.fromkeys(matched))
        if segment is not None
    ]
    if ghost.missing:
        missing = _row(f"{key}-missing", lane=_lane(ghost), time=ghost.time, right=False)
        rows.append(missing | ({"text": ghost.text} if ghost.text else {}))
    return rows


def _lane(ghost: GhostMark) -> str:
    lanes = {
        "queue": ghost.queue_of,
        "sqs": ghost.queue,
        "bus": ghost.bus,
        "env": ghost.environment,
    }
    return next((f"{kind}:{name}" for kind, name in lanes.items() if name), "caller")


def _row(
    key: str,
    *,
    right: bool,
    segment: str | None = None,
    lane: str | None = None,
    time: float | None = None,
) -> dict[str, Any]:
    text = "predicted" if right else "predicted, did not come"
    return {
        "id": f"ghost-{key}",
        "segment": segment,
        "lane": lane,
        "time": time,
        "text": text,
        "right": right,
    }

"""Bodies as JSON, as far as several doors ask for them."""

import json
from typing import Any


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return the object that a body holds; ``None`` if it holds something else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None

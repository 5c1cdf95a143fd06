"""Status and headers before a streamed body: JSON, then eight zero bytes (3.1). Pure."""

import json

from webapp.sources.function_url.answer import HttpAnswer, head_of

INTEGRATION = "application/vnd.awslambda.http-integration-response"
"""The content type of a response that begins so."""
END = b"\0" * 8
LONGEST_BYTES = 64 * 1024


class NoPrelude(Exception):
    """The function streams something else than it said."""


def split_prelude(data: bytes) -> tuple[HttpAnswer, bytes] | None:
    """Return status and headers, and what there is of the body; ``None`` while more is needed.

    Raises ``NoPrelude`` for what can't become one any more.
    """
    end = data.find(END, 0, LONGEST_BYTES + len(END))
    if end < 0:
        if len(data) > LONGEST_BYTES:
            raise NoPrelude
        return None
    try:
        metadata = json.loads(data[:end])
    except (ValueError, RecursionError):
        raise NoPrelude from None
    head = head_of(metadata) if isinstance(metadata, dict) else None
    if head is None:
        raise NoPrelude
    return head, data[end + len(END) :]

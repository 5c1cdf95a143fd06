"""What a client says of itself: ``X-Amz-Client-Context``, base64 of a JSON object (4.1)."""

import base64
import binascii
import json

from webapp.runtime.errors import InvalidRequestContent

CLIENT_CONTEXT_BYTES = 3583


def read_client_context(text: str) -> str:
    """Return the JSON text, on one line. Raises ``InvalidRequestContent``."""
    if len(text) > CLIENT_CONTEXT_BYTES:
        raise InvalidRequestContent(
            f"Client context is {len(text)} bytes. It must be at most {CLIENT_CONTEXT_BYTES} "
            "bytes of base64."
        )
    try:
        value = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InvalidRequestContent("Client context must be a valid Base64-encoded JSON object.")
    return json.dumps(value, separators=(",", ":"))

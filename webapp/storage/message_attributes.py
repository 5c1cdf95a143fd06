"""Message attributes as JSON: data type and text, or an empty text and bytes in Base64."""

import base64
from collections.abc import Mapping, Sequence

from webapp.sources.queues.message import MessageAttribute


def written(attributes: Mapping[str, MessageAttribute]) -> dict[str, list[str]]:
    """Return what is stored of attributes."""
    return {name: [one.data_type, *_encoded(one.value)] for name, one in attributes.items()}


def read(document: Mapping[str, Sequence[str]]) -> dict[str, MessageAttribute]:
    """Return the attributes that were stored."""
    return {
        name: MessageAttribute(kind, base64.b64decode(rest[0]) if rest else text)
        for name, (kind, text, *rest) in document.items()
    }


def _encoded(value: str | bytes) -> list[str]:
    return [value] if isinstance(value, str) else ["", base64.b64encode(value).decode()]

"""Which bytes of an object are asked for (RFC 9110, 14.2). Pure."""

import re

from webapp.sources.buckets.errors import InvalidRange

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


def bytes_asked(text: str, size_bytes: int) -> tuple[int, int] | None:
    """Return first byte and the one after the last; ``None`` for all, as for what is no range.

    Raises ``InvalidRange``.
    """
    found = _RANGE.fullmatch(text.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size_bytes - int(last)), size_bytes
    else:
        start = int(first)
        end = min(size_bytes, int(last) + 1) if last else size_bytes
        if last and int(last) < start:
            return None
    if start >= end:
        raise InvalidRange(RangeRequested=text[:100], ActualObjectSize=str(size_bytes))
    return start, end

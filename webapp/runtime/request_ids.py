"""Request ids: random UUIDs of version 4, as AWS has them; many from one question to the kernel.

Each question to the kernel lets other threads have the interpreter, on every call.
"""

import os
from collections.abc import Iterator

_AT_ONCE = 256
_ready: list[str] = []
os.register_at_fork(after_in_child=_ready.clear)


def new_request_id() -> str:
    """Return an id that nobody has. For any thread."""
    try:
        return _ready.pop()
    except IndexError:
        first, *others = _made(_AT_ONCE)
        _ready.extend(others)
        return first


def _made(count: int) -> Iterator[str]:
    digits = os.urandom(16 * count).hex()
    for at in range(0, len(digits), 32):
        one = digits[at : at + 32]
        variant = "89ab"[int(one[16], 16) % 4]
        yield f"{one[:8]}-{one[8:12]}-4{one[13:16]}-{variant}{one[17:20]}-{one[20:]}"

"""What a board says of the last press on it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of a press on a board. ``received`` are messages as a consumer gets them.

    ``id`` is the board's on the page, empty until that is known.
    """

    id: str = ""
    text: str = ""
    error: str = ""
    received: tuple[str, ...] = field(default=())

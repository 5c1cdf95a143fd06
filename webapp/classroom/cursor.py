"""Where a reader of a lab is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cursor:
    """Store epoch and sequence (rule 5), then the number of the last notice: ``3-1042-7``.

    Facts are kept and notices are not, so a cursor of another epoch means nothing here.
    """

    epoch: int
    sequence: int
    notice: int = 0

    def __str__(self) -> str:
        return f"{self.epoch}-{self.sequence}-{self.notice}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Return a cursor, or ``None`` for what is none: its reader gets everything anew."""
        parts = text.split("-")
        if len(parts) not in (2, 3) or not all(part.isdecimal() for part in parts):
            return None
        return cls(*(int(part[:18]) for part in parts))

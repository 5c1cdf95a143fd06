"""Filter patterns: the language in which CloudWatch Logs is searched.

Follows "Filter pattern syntax for metric filters, subscription filters, and filter log events" of
its user guide. Whatever a pattern says, it is read in one pass and matched in time linear in the
message.
"""

from typing import Protocol

from webapp.sources.logs import delimited_pattern, json_pattern, terms
from webapp.sources.logs.errors import InvalidFilterPattern

LONGEST_PATTERN = 1024


class FilterPattern(Protocol):
    """A pattern that was read; ``weight`` is about what a character of a message costs."""

    @property
    def weight(self) -> int: ...

    def match(self, message: str) -> dict[str, str] | None:
        """Return what the pattern extracts from a message that matches, else ``None``."""


def read_pattern(text: str) -> FilterPattern:
    """Read a filter pattern; an empty one matches everything. Raises ``InvalidFilterPattern``."""
    if len(text) > LONGEST_PATTERN:
        raise InvalidFilterPattern(
            f"1 validation error detected: Value '{text[:100]}…' at 'filterPattern' failed to "
            "satisfy constraint: Member must have length less than or equal to "
            f"{LONGEST_PATTERN}"
        )
    stripped = text.strip()
    if stripped.startswith("{"):
        return json_pattern.read(_inside(stripped, "}"))
    if stripped.startswith("["):
        return delimited_pattern.read(_inside(stripped, "]"))
    return terms.read(stripped)


def _inside(text: str, end: str) -> str:
    if len(text) < 2 or not text.endswith(end):
        raise InvalidFilterPattern(
            f"If a filter pattern starts with '{text[0]}' it must end with '{end}'"
        )
    return text[1:-1]

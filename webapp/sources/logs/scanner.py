"""Reads a filter pattern from left to right: words, quoted phrases, regular expressions, signs."""

from webapp.sources.logs.errors import InvalidFilterPattern, unexpected
from webapp.sources.logs.regular_expression import RegularExpression

ALPHANUMERIC = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
WORD = ALPHANUMERIC | {"_"}
"""What a term may hold without quotes."""
MOST_REGULAR_EXPRESSIONS = 2


class Scanner:
    """A place in a pattern. Raises ``InvalidFilterPattern``."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._regular_expressions = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._text)

    def skip_spaces(self) -> bool:
        """Move past spaces; tell whether there were any."""
        before = self._at
        while self.peek().isspace():
            self._at += 1
        return self._at > before

    def peek(self) -> str:
        """Return the next character, empty at the end."""
        return self._text[self._at : self._at + 1]

    def take(self, text: str) -> bool:
        """Move past ``text`` if it comes now."""
        found = self._text.startswith(text, self._at)
        self._at += len(text) * found
        return found

    def expect(self, text: str) -> None:
        """Move past ``text``, which must come now."""
        if not self.take(text):
            raise self.unexpected()

    def finish(self) -> None:
        """Raise unless all of the pattern was read and its regular expressions are few enough."""
        if not self.done:
            raise self.unexpected()
        if self._regular_expressions > MOST_REGULAR_EXPRESSIONS:
            raise InvalidFilterPattern(
                f"Invalid filter pattern: at most {MOST_REGULAR_EXPRESSIONS} regular expressions "
                "can be used in one"
            )

    @property
    def weight(self) -> int:
        """Return how many tens of nanoseconds a character of a message takes, very roughly."""
        return 2 + 30 * self._regular_expressions

    def unexpected(self, before: str = "") -> InvalidFilterPattern:
        """Return the error for the next character; ``before`` is what it was read with."""
        return unexpected(before + self.peek()) if self.peek() else InvalidFilterPattern()

    def run(self, characters: frozenset[str]) -> str:
        """Return the longest run of ``characters``, which may be empty."""
        start = self._at
        while self.peek() and self.peek() in characters:
            self._at += 1
        return self._text[start : self._at]

    def word(self, characters: frozenset[str] = WORD) -> str:
        """Return a run of ``characters``; there must be one."""
        found = self.run(characters)
        if not found:
            raise self.unexpected()
        return found

    def quoted(self) -> str:
        """Return what stands in double quotes; a backslash keeps a quote or a backslash."""
        self.expect('"')
        parts = []
        while not self.take('"'):
            parts.append(self._character())
        return "".join(parts)

    def regular_expression(self) -> RegularExpression:
        """Return what stands between percent signs."""
        self.expect("%")
        end = self._text.find("%", self._at)
        if end < 0:
            raise InvalidFilterPattern
        source, self._at = self._text[self._at : end], end + 1
        self._regular_expressions += 1
        return RegularExpression(source)

    def _character(self) -> str:
        if self.done:
            raise InvalidFilterPattern
        for escaped in ('\\"', "\\\\"):
            if self.take(escaped):
                return escaped[1]
        character = self.peek()
        self._at += 1
        return character

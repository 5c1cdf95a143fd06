"""The regular expressions of filter patterns, ``%…%``, matched in time linear in the text.

CloudWatch Logs has no groups ("Supported regular expressions (regex) syntax" in its guide). So an
expression is a choice of branches, and a branch is a row of positions that each take one character,
can be left out, or repeat. Such rows are run all at once as the bits of one integer (Navarro and
Raffinot's extended Shift-And): a few operations a character, whatever the expression.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from webapp.sources.logs.errors import InvalidFilterPattern, unexpected

MOST_POSITIONS = 2_000
"""How long an expression may be once ``{m,n}`` is written out."""

_ASCII = 128
_SYMBOLS = frozenset(":_#=@/;,-")
_OPERATORS = frozenset("^$?[]{}|\\*+.")
_DIGITS = frozenset("0123456789")
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")
_SPACES = frozenset(" \t\n\r\f\v")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_WORD = _LETTERS | _DIGITS | {"_"}
_PLAIN = _LETTERS | _DIGITS | _SYMBOLS
_CLASSES = {"d": _DIGITS, "s": _SPACES, "w": _WORD}
_EVERY = frozenset(map(chr, range(_ASCII)))


@dataclass(frozen=True, slots=True)
class _Characters:
    """What one position takes: some of ASCII, and perhaps all that is beyond."""

    ascii: frozenset[str]
    beyond: bool = False

    def inverted(self) -> "_Characters":
        return _Characters(_EVERY - self.ascii, not self.beyond)


_ANY = _Characters(_EVERY, beyond=True)


@dataclass(frozen=True, slots=True)
class _Position:
    characters: _Characters
    optional: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class _Branch:
    positions: tuple[_Position, ...]
    at_start: bool
    at_end: bool


class RegularExpression:
    """One expression, without its percent signs. Raises ``InvalidFilterPattern``."""

    def __init__(self, source: str) -> None:
        self._takes = [0] * _ASCII
        self._takes_beyond = 0
        self._optional = self._repeats = 0
        self._begin = self._begin_anywhere = 0
        self._end = self._end_anywhere = 0
        self._width = 0
        for branch in _Reader(source).branches():
            self._add(branch)

    def search(self, text: str) -> bool:
        """Tell whether the expression matches anywhere in ``text``.

        ``$`` holds at the end, and before a newline that is the last character (as in Java and
        Python); not before one within.
        """
        state = self._skip(self._begin)
        last = len(text) - 1
        for at, character in enumerate(text):
            if state & self._end_anywhere:
                return True
            if at == last and character == "\n" and state & self._end:
                return True
            code = ord(character)
            takes = self._takes[code] if code < _ASCII else self._takes_beyond
            moved = ((state << 1) | (state & self._repeats)) & takes
            state = self._skip(moved | self._begin_anywhere)
        return bool(state & (self._end | self._end_anywhere))

    def _skip(self, state: int) -> int:
        """Add the positions that can be left out after those in ``state``.

        A row of optional positions is a row of ones: adding one at its start carries through it.
        """
        first = (state << 1) & self._optional
        return state | (((self._optional + first) ^ self._optional | first) & self._optional)

    def _add(self, branch: _Branch) -> None:
        """Lay a branch out behind the last; its start, a bit that takes nothing, parts them."""
        self._width += 1
        start = 1 << (self._width - 1)
        self._begin |= start
        self._begin_anywhere |= 0 if branch.at_start else start
        for position in branch.positions:
            self._add_position(position)
        last = 1 << (self._width - 1)
        self._end |= last
        self._end_anywhere |= 0 if branch.at_end else last

    def _add_position(self, position: _Position) -> None:
        bit = 1 << self._width
        self._width += 1
        for character in position.characters.ascii:
            self._takes[ord(character)] |= bit
        self._takes_beyond |= bit if position.characters.beyond else 0
        self._optional |= bit if position.optional else 0
        self._repeats |= bit if position.repeats else 0


class _Reader:
    """Reads the source of an expression from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._positions = 0

    def branches(self) -> Iterator[_Branch]:
        yield self._branch()
        while self._take("|"):
            yield self._branch()

    def _branch(self) -> _Branch:
        at_start = self._take("^")
        positions: list[_Position] = []
        while self._peek() not in ("", "|", "$"):
            positions += self._repeated(self._characters())
        at_end = self._take("$")
        if self._peek() not in ("", "|") or not (positions or at_start or at_end):
            raise InvalidFilterPattern
        return _Branch(tuple(positions), at_start, at_end)

    # -- how often

    def _repeated(self, characters: _Characters) -> list[_Position]:
        least, most = self._counts()
        self._positions += max(least, most or 1)
        if self._positions > MOST_POSITIONS:
            raise InvalidFilterPattern(
                "Invalid filter pattern: its regular expressions repeat more than "
                f"{MOST_POSITIONS} characters. Write * or + for many."
            )
        positions = [_Position(characters)] * least
        if most is not None:
            return positions + [_Position(characters, optional=True)] * (most - least)
        if positions:
            return [*positions[:-1], _Position(characters, repeats=True)]
        return [_Position(characters, optional=True, repeats=True)]

    def _counts(self) -> tuple[int, int | None]:
        """Read a quantifier; ``None`` is without an upper bound."""
        for sign, counts in (("?", (0, 1)), ("*", (0, None)), ("+", (1, None))):
            if self._take(sign):
                return counts
        return self._braces() if self._take("{") else (1, 1)

    def _braces(self) -> tuple[int, int | None]:
        inside = self._until("}")
        least, comma, most = inside.partition(",")
        if not set(least + most) <= _DIGITS or not least + most:
            raise InvalidFilterPattern
        low = _count(least) if least else 0
        high = (_count(most) if most else None) if comma else low
        if high is not None and high < low:
            raise InvalidFilterPattern
        return low, high

    # -- which characters

    def _characters(self) -> _Characters:
        character = self._next()
        if character == ".":
            return _ANY
        if character == "\\":
            return self._escaped()
        if character == "[":
            return self._class()
        if character in _OPERATORS:
            raise InvalidFilterPattern
        return _one(character)

    def _class(self) -> _Characters:
        inverted = self._take("^")
        ascii_: frozenset[str] = frozenset()
        beyond = False
        while not self._take("]"):
            member = self._member()
            ascii_, beyond = ascii_ | member.ascii, beyond or member.beyond
        if not ascii_:
            raise InvalidFilterPattern
        members = _Characters(ascii_, beyond)
        return members.inverted() if inverted else members

    def _member(self) -> _Characters:
        first = self._class_character()
        if self._peek() != "-" or self._peek(1) in ("", "]"):
            return first
        self._next()
        last = self._class_character()
        if len(first.ascii) != 1 or len(last.ascii) != 1:
            raise InvalidFilterPattern
        codes = range(ord(next(iter(first.ascii))), ord(next(iter(last.ascii))) + 1)
        if not codes:
            raise InvalidFilterPattern
        return _Characters(frozenset(map(chr, codes)))

    def _class_character(self) -> _Characters:
        character = self._next()
        if character == "\\":
            return self._escaped()
        return _one(character)  # what is an operator outside is itself in a class

    def _escaped(self) -> _Characters:
        character = self._next()
        if character.lower() in _CLASSES:
            characters = _Characters(_CLASSES[character.lower()])
            return characters.inverted() if character.isupper() else characters
        if character == "x":
            return self._by_code(self._next() + self._next())
        if character in _OPERATORS or character in _SYMBOLS:
            return _one(character)
        raise unexpected(f"\\{character}")

    def _by_code(self, digits: str) -> _Characters:
        if not set(digits) <= _HEXADECIMAL or int(digits, 16) >= _ASCII:
            raise InvalidFilterPattern
        return _one(chr(int(digits, 16)))

    # -- the source

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._source[at : at + 1]

    def _take(self, character: str) -> bool:
        found = self._peek() == character
        self._at += found
        return found

    def _next(self) -> str:
        character = self._peek()
        if not character:
            raise InvalidFilterPattern
        if character not in _PLAIN and character not in _OPERATORS:
            raise unexpected(character)
        self._at += 1
        return character

    def _until(self, character: str) -> str:
        end = self._source.find(character, self._at)
        if end < 0:
            raise InvalidFilterPattern
        inside, self._at = self._source[self._at : end], end + 1
        return inside


def _count(digits: str) -> int:
    return int(digits) if len(digits) < 5 else MOST_POSITIONS + 1


def _one(character: str) -> _Characters:
    return _Characters(frozenset(character))

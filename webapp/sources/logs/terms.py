"""Patterns of terms: ``ERROR "out of memory" -retrying``, ``?ERROR ?WARN``, ``%[Ee]rror%``."""

from dataclasses import dataclass

from webapp.sources.logs.errors import unexpected
from webapp.sources.logs.regular_expression import RegularExpression
from webapp.sources.logs.scanner import Scanner

_Term = str | RegularExpression


@dataclass(frozen=True, slots=True)
class TermPattern:
    """What a message must hold, and what it must not.

    ``optional`` terms count only where there is nothing else, as CloudWatch Logs documents.
    """

    required: tuple[_Term, ...]
    excluded: tuple[_Term, ...]
    optional: tuple[_Term, ...]
    weight: int

    def match(self, message: str) -> dict[str, str] | None:
        """Return an empty mapping for a match (terms extract nothing), else ``None``."""
        return {} if self._matches(message) else None

    def _matches(self, message: str) -> bool:
        if self.required or self.excluded:
            return all(_holds(message, term) for term in self.required) and not any(
                _holds(message, term) for term in self.excluded
            )
        return not self.optional or any(_holds(message, term) for term in self.optional)


def read(text: str) -> TermPattern:
    """Read a pattern of terms; an empty one matches everything. Raises ``InvalidFilterPattern``."""
    scanner = Scanner(text)
    terms: dict[str, list[_Term]] = {"": [], "-": [], "?": []}
    scanner.skip_spaces()
    while not scanner.done:
        sign = next((sign for sign in "-?" if scanner.take(sign)), "")
        if sign == "-":
            scanner.skip_spaces()  # the guide writes `"ERROR" - "Exiting"` too
        terms[sign].append(_term(scanner))
        if not scanner.skip_spaces() and not scanner.done:
            raise scanner.unexpected()
    scanner.finish()
    return TermPattern(
        tuple(terms[""]), tuple(terms["-"]), tuple(terms["?"]), weight=scanner.weight
    )


def _term(scanner: Scanner) -> _Term:
    if scanner.peek() == "%":
        return scanner.regular_expression()
    if scanner.peek() != '"':
        return scanner.word()
    phrase = scanner.quoted()
    if not phrase:
        raise unexpected('""')
    return phrase


def _holds(message: str, term: _Term) -> bool:
    return term in message if isinstance(term, str) else term.search(message)

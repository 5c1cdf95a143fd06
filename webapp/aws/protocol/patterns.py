"""The models' regular expressions, which are Java's, as Python can match them."""

import re

_LETTERS = {
    # With `\w` come digits and the underscore; every pattern that names `\p{L}` takes those too.
    r"\p{L}": r"\w",
    r"\p{N}": r"\d",
    r"\p{M}": r"\w",
    r"\p{Z}": " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    r"\p{Print}": r"\x20-\x7e",
    r"\p{ASCII}": r"\x00-\x7f",
}
_SLOW = frozenset(
    {
        # Of Events and DynamoDB: on a text that nearly fits they take hours, and hold every thread.
        r"^[ \t]*[\x20-\x7E]+([ \t]+[\x20-\x7E]+)*[ \t]*$",
        r"^[ \t]*[^\x00-\x1F:\x7F]+([ \t]+[^\x00-\x1F:\x7F]+)*[ \t]*$",
        r"^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$",
    }
)
_NAMED = re.compile(r"\\p\{\w+\}")


def compiled_pattern(pattern: str) -> re.Pattern[str] | None:
    """Return the expression; ``None`` for one that is not checked.

    Those are what Python has no words for, and what hostile text makes slow. Java's classes are
    of ASCII where they name no Unicode property.
    """
    if pattern in _SLOW:
        return None
    named = _NAMED.search(pattern) is not None
    text = _NAMED.sub(lambda found: _LETTERS.get(found.group(), found.group()), pattern)
    text = text.replace(r"[\w-_]", r"[\w\-_]")
    try:
        return re.compile(text, 0 if named else re.ASCII)
    except re.error:
        return None

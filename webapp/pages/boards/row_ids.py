"""Ids of the rows on a board, made of what each is about: another row gone or come changes none."""

from hashlib import sha256

DIGITS = 10


def row_id(board: str, noun: str, *about: str) -> str:
    """Return an id of letters, digits and hyphens, whatever signs a name or a key has."""
    named = "\0".join(about).encode("utf-8", "surrogatepass")
    return f"{board}-{noun}-{sha256(named).hexdigest()[:DIGITS]}"

"""Which names a file of a function may have in a lab. Pure."""

from collections.abc import Collection, Iterable

from webapp.runtime.errors import InvalidParameterValue

LONGEST_NAME = 200
LONGEST_PART_BYTES = 255
_REFUSED = '\\:*?"<>|'
"""What some systems cannot have in a name; a zip made here opens everywhere."""


def check_name(name: str) -> None:
    """Raise ``InvalidParameterValue`` unless this can be a file's path in a function's folder."""
    why = _trouble(name)
    if why:
        shown = ascii(name[:60])[1:-1] if not name[:60].isprintable() else name[:60]
        raise InvalidParameterValue(f"A file cannot be called '{shown}': {why}.")


def check_together(names: Collection[str]) -> None:
    """Raise ``InvalidParameterValue`` for a file that is a folder too, or names that look alike."""
    folders = {folder for name in names for folder in _folders(name)}
    both = sorted(folders & set(names))
    if both:
        raise InvalidParameterValue(
            f"'{both[0]}' cannot be a file and a folder. Rename one of them."
        )
    seen: dict[str, str] = {}
    for name in sorted(names):
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise InvalidParameterValue(
                f"'{other}' and '{name}' differ only in large and small letters, which some "
                "systems cannot keep apart. Rename one of them."
            )


def _folders(name: str) -> Iterable[str]:
    parts = name.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts)))


def _trouble(name: str) -> str:
    """Return the first thing that is wrong with a name, empty if nothing is."""
    parts = name.split("/")
    troubles = {
        "it needs a name": not name.strip(),
        f"at most {LONGEST_NAME} characters are allowed": len(name) > LONGEST_NAME,
        "a path goes from folder to folder, such as 'lib/prices.py'": bool(
            {"", ".", ".."} & set(parts)
        ),
        "it holds a character that cannot be seen": not name.isprintable(),
        f"none of {' '.join(_REFUSED)} is allowed": any(letter in name for letter in _REFUSED),
        "no part begins or ends with a space, or ends with a full stop": any(
            part != part.strip() or part.endswith(".") for part in parts
        ),
        f"at most {LONGEST_PART_BYTES} bytes are allowed between two slashes": any(
            len(part.encode(errors="replace")) > LONGEST_PART_BYTES for part in parts
        ),
    }
    return next((why for why, holds in troubles.items() if holds), "")

"""Text as a POSIX shell takes it, also when it is pasted into a terminal. Pure.

A terminal acts on some characters before the shell sees them: a tab completes, an escape sequence
can end a paste and press Enter. So nothing is written that cannot be seen.
"""

import itertools
import re
import shlex

_LONGEST_LINE = 78
_INDENT = "  "


def word(text: str) -> str:
    """Return text as one word. Raises ``ValueError`` for a NUL or half a character."""
    if "\0" in text:
        raise ValueError("no word of a shell holds a NUL")
    text.encode()
    if all(_can_be_seen(letter) for letter in text):
        return shlex.quote(text)
    runs = itertools.groupby(text, key=_can_be_seen)
    return "".join(_run("".join(letters), seen=seen) for seen, letters in runs)


def json_text(text: str) -> str:
    """Return the same JSON with nothing that cannot be seen; lines stay lines.

    ``text`` is JSON: what cannot be seen is then blank space, or stands inside a string.
    """
    lines = re.split(r"\r\n?|\n", text)
    return "\n".join("".join(map(_escaped, line)) for line in lines)


def command(*words: str) -> str:
    """Return words that are quoted already as one command, on several lines where it is long."""
    lines = [""]
    for one in words:
        longer = f"{lines[-1]} {one}" if lines[-1].strip() else f"{lines[-1]}{one}"
        if len(longer) > _LONGEST_LINE and lines[-1].strip():
            lines.append(f"{_INDENT}{one}")
        else:
            lines[-1] = longer
    return " \\\n".join(lines)


def option(name: str, value: str) -> str:
    """Return an option and its value, which stay on one line."""
    return f"{name} {word(value)}"


def with_input(command: str, text: str, *, mark: str) -> str:
    """Return a command that reads ``text`` from its standard input."""
    lines = text.split("\n")
    while mark in lines:
        mark += "_"
    return f"{command} <<'{mark}'\n{text}\n{mark}"


def _can_be_seen(letter: str) -> bool:
    return letter.isprintable() or letter == "\n"


def _run(letters: str, *, seen: bool) -> str:
    if seen:
        return shlex.quote(letters)
    octal = "".join(f"\\{byte:03o}" for byte in letters.encode())
    return f"\"$(printf '{octal}')\""


def _escaped(letter: str) -> str:
    if letter.isprintable():
        return letter
    if letter == "\t":
        return " "
    units = letter.encode("utf-16-be", errors="surrogatepass")
    pairs = (units[at : at + 2] for at in range(0, len(units), 2))
    return "".join(f"\\u{int.from_bytes(pair):04x}" for pair in pairs)

"""Names of things in a lesson: written one way, and each used once."""

import re
from dataclasses import dataclass, field

from webapp.curriculum.source import Source

IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
FORM = "lower-case letters, digits and hyphens"


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The identifiers given so far; one name is never used for two things."""

    used: dict[str, str] = field(default_factory=dict)

    def give(self, name: str, *, kind: str, source: Source, line: int = 0) -> str:
        """Return ``name``, reporting it if it is malformed or taken."""
        if not IDENTIFIER.fullmatch(name):
            source.problem(line, f"A {kind} needs a name of {FORM}, not '{name}'.")
        elif name in self.used:
            source.problem(line, f"'{name}' is already the name of a {self.used[name]}.")
        self.used.setdefault(name, kind)
        return name


def identifier_from(title: str) -> str:
    """Return the identifier that a title makes."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")

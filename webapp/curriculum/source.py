"""A file of a course while it is read, and the problems found in it."""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.curriculum.errors import Problem

MESSAGE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Source:
    """Where text came from: a file, and the line of it at which the text begins.

    Lines given to it count from 0. ``report`` collects; reading goes on after a problem, so that
    all are told at once.
    """

    file: str
    report: Callable[[Problem], None]
    first: int = 1

    def problem(self, line: int, message: str) -> None:
        """Report a problem in a line of this text."""
        self.report(Problem(self.file, self.first + line, message[:MESSAGE_LENGTH]))

    def line(self, line: int) -> int:
        """Return the number of a line as an editor counts it."""
        return self.first + line

    def silent(self) -> "Source":
        """Return a source for what is not there, which has been told once already."""
        return Source(self.file, lambda problem: None, self.first)

    def part(self, line: int) -> "Source":
        """Return the source of a text that begins at ``line`` of this one."""
        return Source(self.file, self.report, self.first + line)

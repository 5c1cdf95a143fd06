"""What can be wrong with a course, told all at once with file and line."""

from collections.abc import Sequence
from dataclasses import dataclass


class CurriculumError(Exception):
    """Base of every error of this package."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to correct. ``file`` is relative to the course folder; ``line`` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class CourseInvalid(CurriculumError):
    """The course has problems; ``problems`` holds every one of them once, in order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownLesson(CurriculumError):
    """The course has no lesson of this name."""

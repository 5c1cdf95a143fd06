"""A subscription filter of a lab as data, as it is at the start."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LabLogFilter:
    """Which lines of a function's log group call another function of the lab.

    ``of`` names the function that writes, ``to`` the one that is called. ``pattern`` is
    CloudWatch Logs' filter pattern; an empty one lets every line through.
    """

    name: str
    of: str
    to: str
    pattern: str = ""

    @property
    def group(self) -> str:
        """The log group that it looks at."""
        return f"/aws/lambda/{self.of}"

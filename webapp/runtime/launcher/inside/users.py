"""Which user an environment runs as: one of its own where root starts it, else the launcher's."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from webapp.runtime.launcher.inside import template

_WANTED_FIRST = 2_000_000_000  # far from people, services and the usual subordinate ranges
_COUNT = 2000


class Users:
    """Gives every environment a user number that no other living one has."""

    def __init__(self, first: int) -> None:
        self._first = first
        self._next = 0

    def pick(self, taken: Iterable[int]) -> int:
        """Return a free number. Raises ``LookupError`` when all are taken."""
        used = set(taken)
        for _ in range(_COUNT):
            candidate = self._first + self._next
            self._next = (self._next + 1) % _COUNT
            if candidate not in used:
                return candidate
        raise LookupError(f"all {_COUNT} user numbers of environments are taken")


def first_number(block: int) -> int:
    """Return the first of the numbers to use: mapped here, also in a container's user namespace.

    Each zygote of a host has a ``block`` of its own, counted from 0.
    """
    ranges = [line.split() for line in Path("/proc/self/uid_map").read_text("ascii").splitlines()]
    ends = [int(start) + int(count) for start, _, count in ranges]
    wanted = _WANTED_FIRST + block * _COUNT
    if any(int(start) <= wanted < int(start) + int(count) - _COUNT for start, _, count in ranges):
        return wanted
    return max(ends) - (block + 1) * _COUNT - 2  # the last two are often nobody's


def become(user: int) -> None:
    """Turn from root into ``user``, with no group besides its own and no way back."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def nest() -> None:
    """Enter a user namespace inside the zygote's: limits of processes are counted there alone."""
    template.map_own_user(os.geteuid(), os.getegid())

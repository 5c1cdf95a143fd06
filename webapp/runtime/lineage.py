"""The X-Ray trace header of a call, and the chain of functions that it carries (9.3). Pure.

``Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=0;Lineage=<hash>:<n>|<hash>:<n>``: each function
of the chain by eight digits of its ARN's digest, with how often it ran in it beyond the first time.
Clients that came with a chain send it on; what cannot be read begins a new one.
"""

import hashlib
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

MOST_RUNS = 16
"""How often a function runs in one chain; the next call is stopped (lambda-behaviour 9.3)."""
_MOST_FUNCTIONS = 32
_LONGEST = 2048
_ROOT = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
_PARENT = re.compile(r"[0-9a-f]{16}")
_FUNCTION = re.compile(r"([0-9a-f]{8}):([0-9]{1,5})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A chain of calls as its header tells it. ``runs`` counts by function, the newest last."""

    root: str
    parent: str
    sampled: str = "0"
    runs: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def new(cls) -> "Chain":
        """Begin a chain."""
        return cls(root=_new_root(), parent=_new_parent())

    @classmethod
    def read(cls, header: str) -> "Chain":
        """Return the chain that a header carries; botocore sends it percent-encoded."""
        if not header:
            return cls.new()
        text = unquote(header[:_LONGEST])
        parts = dict(part.strip().partition("=")[::2] for part in text.split(";"))
        root, parent = parts.get("Root", ""), parts.get("Parent", "")
        entries = map(_FUNCTION.fullmatch, parts.get("Lineage", "").split("|"))
        known = [(one[1], int(one[2]) + 1) for one in entries if one][-_MOST_FUNCTIONS:]
        return cls(
            root=root if _ROOT.fullmatch(root) else _new_root(),
            parent=parent if _PARENT.fullmatch(parent) else _new_parent(),
            sampled="1" if parts.get("Sampled") == "1" else "0",
            runs=dict(known),
        )

    def runs_of(self, arn: str) -> int:
        """Return how often a function has run in this chain."""
        return self.runs.get(_digest(arn), 0)

    def through(self, arn: str) -> "Chain":
        """Return the chain as it goes on from a function that runs in it."""
        name = _digest(arn)
        others = {one: count for one, count in self.runs.items() if one != name}
        together = [*others.items(), (name, self.runs_of(arn) + 1)][-_MOST_FUNCTIONS:]
        return Chain(
            root=self.root, parent=_new_parent(), sampled=self.sampled, runs=dict(together)
        )

    def __str__(self) -> str:
        """Return the header."""
        header = f"Root={self.root};Parent={self.parent};Sampled={self.sampled}"
        if not self.runs:
            return header
        lineage = "|".join(f"{name}:{count - 1}" for name, count in self.runs.items())
        return f"{header};Lineage={lineage}"


def begun_at(arn: str) -> str:
    """Return the header of a chain that begins with a function: ``Chain.new().through(arn)``."""
    return f"Root={_new_root()};Parent={_new_parent()};Sampled=0;Lineage={_digest(arn)}:0"


def _new_root() -> str:
    # No secrets: what asks the kernel for them lets other threads in between, on every call.
    trace = f"{random.getrandbits(128):032x}"
    return f"1-{trace[:8]}-{trace[8:]}"


def _new_parent() -> str:
    return f"{random.getrandbits(64):016x}"


@lru_cache(maxsize=4096)
def _digest(arn: str) -> str:
    return hashlib.sha256(arn.encode()).hexdigest()[:8]

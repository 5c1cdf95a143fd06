"""What every fact is, and the entry of the log that holds it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened. Where and when is in the ``Entry`` that holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFact(Fact):
    """A fact about one function, by name."""

    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentFact(FunctionFact):
    """A fact about one execution environment (32 hex characters)."""

    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationFact(FunctionFact):
    """A fact about one invocation, by its request id."""

    request_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact in the log: sequence, lab time, run, the fact that caused it, and where.

    ``region`` is empty in the workspace's home region, where labs are, and for what concerns the
    whole workspace: a lab never takes another region's function for its own (rule 1).
    """

    sequence: int
    time: float
    run: str
    cause: int | None
    fact: Fact
    region: str = ""

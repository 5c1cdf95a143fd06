"""Versions of functions, and the aliases that lead to them (lambda-behaviour 9)."""

from dataclasses import dataclass

from webapp.trace.facts.fact import FunctionFact


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPublished(FunctionFact):
    """Code and configuration are frozen under a number that is never used again."""

    version: str
    description: str = ""
    code_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDeleted(FunctionFact):
    """A version is gone."""

    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasMoved(FunctionFact):
    """An alias was made, or leads elsewhere than to ``former``, or shares calls otherwise.

    ``weight`` is the share of ``second``, if calls are shared between two versions.
    """

    alias: str
    version: str
    former: str = ""
    second: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasDeleted(FunctionFact):
    """An alias is gone; calls by its name find nothing."""

    alias: str

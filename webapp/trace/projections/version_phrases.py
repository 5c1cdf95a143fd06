"""The words for versions and aliases: what was published, where an alias leads, which one ran."""

from webapp.trace.events import (
    AliasDeleted,
    AliasMoved,
    InvocationStarted,
    VersionDeleted,
    VersionPublished,
)
from webapp.trace.projections import formats

LATEST = "$LATEST"


def name(version: str) -> str:
    """Return what a version is called in a sentence: ``version 3``, or ``$LATEST``."""
    return version if version == LATEST else f"version {version}"


def short(version: str) -> str:
    """Return what stands in a lane's label: ``v3``; nothing for ``$LATEST``."""
    return "" if version == LATEST else f"v{version}"


def published(fact: VersionPublished) -> str:
    said = f" ({fact.description})" if fact.description else ""
    return (
        f"Version {fact.version} of {fact.function} was published{said}: code and configuration "
        "are frozen. No environment had to go for it."
    )


def deleted(fact: VersionDeleted) -> str:
    return f"Version {fact.version} of {fact.function} was deleted, and its environments with it."


def moved(fact: AliasMoved) -> str:
    """Tell where an alias leads now, and how calls are shared."""
    leads = f"Alias {fact.alias} of {fact.function}"
    if not fact.former:
        said = f"{leads} was made: it leads to {name(fact.version)}."
    elif fact.former == fact.version:
        said = f"{leads} leads to {name(fact.version)}."
    else:
        said = f"{leads} was moved from {name(fact.former)} to {name(fact.version)}."
    if not fact.second:
        return said
    share = formats.percent(fact.weight)
    return f"{said} {share} of the calls go to {name(fact.second)}, chosen anew for each."


def alias_deleted(fact: AliasDeleted) -> str:
    return f"Alias {fact.alias} of {fact.function} was deleted: calls by its name find nothing."


def alias_mark(fact: AliasMoved) -> str:
    """Return the label of a dotted line: ``live: version 1, 10 % version 2``."""
    second = f", {formats.percent(fact.weight)} {name(fact.second)}" if fact.second else ""
    return f"{fact.alias}: {name(fact.version)}{second}"


def routed(fact: InvocationStarted) -> str:
    """Say which version ran and how the call came to it; nothing of a plain ``$LATEST``."""
    if fact.alias and fact.weight:
        share = formats.percent(fact.weight)
        return f"Alias {fact.alias} sent this call to {name(fact.version)}, weight {share}."
    if fact.alias:
        return f"Alias {fact.alias} leads to {name(fact.version)}."
    return "" if fact.version == LATEST else f"Version {fact.version} was asked for."

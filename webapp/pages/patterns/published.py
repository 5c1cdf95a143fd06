"""The states of versions and aliases, for the patterns page."""

from dataclasses import replace

from webapp.pages.patterns.pattern import Pattern, drawn
from webapp.pages.prose import Look
from webapp.pages.published_form import AliasRow, PublishedForm, VersionRow

EMPTY = AliasRow(name="", version="$LATEST")
_VERSIONS = (
    VersionRow(
        number="3", ago="2 min", description="Faster prices", code="kQ0bZ8vT", aliases="live"
    ),
    VersionRow(number="1", ago="3 d 4 h", description="", code="9dXw2mNa", aliases="live"),
)


def nothing_published(base: str, function: str) -> PublishedForm:
    """Return what a function shows before its first version."""
    return PublishedForm(
        base=base,
        function=function,
        versions=(),
        aliases=(),
        numbers=(),
        qualifiers=("$LATEST",),
        qualifier="$LATEST",
        new=EMPTY,
    )


def published_patterns(look: Look) -> tuple[Pattern, ...]:
    """Return versions and aliases in every state."""
    nothing = nothing_published(look.base, "orders")
    shared = replace(
        nothing,
        versions=_VERSIONS,
        numbers=("3", "1"),
        aliases=(AliasRow(name="live", version="1", second="3", percent="10"),),
        qualifiers=("$LATEST", "live", "3", "1"),
        qualifier="live",
        new=AliasRow(name="", version="3"),
        said="Alias live leads there now.",
    )
    refused = replace(
        shared,
        said="",
        more=12,
        new=AliasRow(name="2", version="3", error="Value '2' at 'name' is a number."),
        errors={
            "publish": "An update is in progress. Try again.",
            "versions": "Unable to delete version because aliases reference it: [live]",
        },
    )
    return (
        drawn("Versions: nothing is published", "lesson/_published.html", form=nothing),
        drawn("Versions: an alias shares calls", "lesson/_published.html", form=shared),
        drawn("Versions: what is refused", "lesson/_published.html", form=refused),
        drawn("Invoke: the version or alias to call", "lesson/_qualifier.html", form=shared),
    )

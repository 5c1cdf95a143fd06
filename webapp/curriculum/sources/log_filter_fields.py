"""The subscription filters of a lab, as the front matter writes them."""

from collections import Counter
from collections.abc import Collection

from webapp.curriculum.fields import Fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.source import Source
from webapp.curriculum.sources.log_filter import LabLogFilter

MOST_OF_GROUP = 2
"""Subscription filters of a log group (CloudWatch Logs)."""


def read_log_filters(
    fields: Fields, *, functions: Collection[str], identifiers: Identifiers, source: Source
) -> tuple[LabLogFilter, ...]:
    """Read ``log_filters``: by name, whose lines call which function."""
    filters = []
    for name, inner in fields.named("log_filters", required=False):
        identifiers.give(name, kind="log filter", source=source, line=inner.line)
        filters.append(_filter(name, inner, functions=functions))
    for of, count in Counter(one.of for one in filters).items():
        if count > MOST_OF_GROUP:
            fields.problem(
                "log_filters",
                f"'{of}' has {count} filters; a log group has at most {MOST_OF_GROUP}.",
            )
    return tuple(filters)


def _filter(name: str, fields: Fields, *, functions: Collection[str]) -> LabLogFilter:
    found = LabLogFilter(
        name=name,
        of=fields.choice("of", among=functions),
        to=fields.choice("to", among=functions),
        pattern=fields.text("pattern", default=""),
    )
    if found.of == found.to:
        fields.problem("to", f"'{found.to}' would be called by its own lines, in a circle.")
    fields.done()
    return found

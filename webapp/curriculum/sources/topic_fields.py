"""The topics of a lab, as the front matter writes them."""

from collections.abc import Collection

from webapp.curriculum.fields import Fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.source import Source
from webapp.curriculum.sources.queue import FIFO, LabQueue
from webapp.curriculum.sources.topic import LabSubscription, LabTopic

LONGEST_NAME = 256
SCOPES = ("attributes", "body")


def read_topics(
    fields: Fields,
    *,
    functions: Collection[str],
    queues: Collection[LabQueue],
    identifiers: Identifiers,
    source: Source,
) -> tuple[LabTopic, ...]:
    """Read ``topics``: by name, who is subscribed and to what of it."""
    topics = []
    for name, inner in fields.named("topics", required=False):
        identifiers.give(name.removesuffix(FIFO), kind="topic", source=source, line=inner.line)
        if len(name) > LONGEST_NAME:
            inner.problem("", f"A topic's name has at most {LONGEST_NAME} characters.")
        topics.append(_topic(name, inner, functions=functions, queues=queues))
    return tuple(topics)


def _topic(
    name: str, fields: Fields, *, functions: Collection[str], queues: Collection[LabQueue]
) -> LabTopic:
    fifo = name.endswith(FIFO)
    by_content = fields.boolean("content_based_deduplication", default=False)
    if by_content and not fifo:
        fields.problem("content_based_deduplication", "Only a FIFO topic finds duplicates.")
    targets = _targets(fifo=fifo, functions=functions, queues=queues)
    letters = [one.name for one in queues if one.fifo is fifo]
    subscriptions = []
    for to, inner in fields.named("subscriptions", required=False):
        if to not in targets:
            known = ", ".join(sorted(targets)) or "nothing of this lab"
            fields.problem("subscriptions", f"'{to}' cannot be subscribed. It can be {known}.")
        subscriptions.append(_subscription(to, inner, functions=functions, letters=letters))
    fields.done()
    return LabTopic(
        name=name, subscriptions=tuple(subscriptions), deduplicates_by_content=by_content
    )


def _targets(*, fifo: bool, functions: Collection[str], queues: Collection[LabQueue]) -> list[str]:
    """Return who can be subscribed: to a FIFO topic queues only, and to it alone FIFO ones."""
    if fifo:
        return [one.name for one in queues]
    return [*functions, *(one.name for one in queues if not one.fifo)]


def _subscription(
    to: str, fields: Fields, *, functions: Collection[str], letters: Collection[str]
) -> LabSubscription:
    raw = fields.boolean("raw", default=False)
    if raw and to in functions:
        fields.problem("raw", "Only a queue gets the message without its envelope.")
    given = fields.values("filter") if "filter" in fields.names else None
    scope = fields.choice("scope", among=SCOPES, default=SCOPES[0])
    if "scope" in fields.names and given is None:
        fields.problem("scope", "A scope is of a filter. Give 'filter'.")
    subscription = LabSubscription(
        to=to,
        filter=given,
        scope="body" if scope == "body" else "attributes",
        raw=raw,
        dead_letter=_dead_letter(fields, letters),
    )
    fields.done()
    return subscription


def _dead_letter(fields: Fields, letters: Collection[str]) -> str:
    if "dead_letter" in fields.names and not letters:
        fields.text("dead_letter")
        fields.problem("dead_letter", "'dead_letter' needs a queue of the lab of the same kind.")
        return ""
    return fields.choice("dead_letter", among=letters, default="")

"""The queues of a lab, as the front matter writes them."""

from collections.abc import Mapping

from webapp.curriculum.fields import Fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.source import Source
from webapp.curriculum.sources import queue as defaults
from webapp.curriculum.sources.queue import FIFO, LabQueue, Redrive, followed

VISIBILITY_TIMEOUT = (0, 43_200)
DELAY = (0, 900)
RETENTION = (60, 1_209_600)
RECEIVES = (1, 1000)
LONGEST_NAME = 80


def read_queues(
    fields: Fields, *, identifiers: Identifiers, source: Source
) -> tuple[LabQueue, ...]:
    """Read ``queues``: by name, how each is set."""
    declared = dict(fields.named("queues", required=False))
    for name, inner in declared.items():
        identifiers.give(name.removesuffix(FIFO), kind="queue", source=source, line=inner.line)
        if len(name) > LONGEST_NAME:
            inner.problem("", f"A queue's name has at most {LONGEST_NAME} characters.")
    queues = {name: _queue(name, inner, among=declared) for name, inner in declared.items()}
    for name, inner in declared.items():
        if _leads_back(name, queues):
            inner.problem("redrive", f"The dead letters of '{name}' would come back to it.")
            return ()
    return tuple(queues.values())


def _queue(name: str, fields: Fields, *, among: Mapping[str, Fields]) -> LabQueue:
    fifo = fields.boolean("fifo", default=name.endswith(FIFO))
    if fifo is not name.endswith(FIFO):
        fields.problem("fifo", f"A FIFO queue's name ends with '{FIFO}', and no other queue's.")
    by_content = fields.boolean("content_based_deduplication", default=False)
    if by_content and not fifo:
        fields.problem("content_based_deduplication", "Only a FIFO queue finds duplicates.")
    queue = LabQueue(
        name=name,
        visibility_timeout=fields.integer(
            "visibility_timeout", within=VISIBILITY_TIMEOUT, default=defaults.VISIBILITY_TIMEOUT
        ),
        delay=fields.integer("delay", within=DELAY, default=defaults.DELAY),
        retention=fields.integer("retention", within=RETENTION, default=defaults.RETENTION),
        deduplicates_by_content=by_content,
        redrive=_redrive(fields, among=among, fifo=fifo),
    )
    fields.done()
    return queue


def _redrive(fields: Fields, *, among: Mapping[str, Fields], fifo: bool) -> Redrive | None:
    inner = fields.fields("redrive", required=False)
    if inner is None:
        return None
    target = inner.choice("dead_letter_queue", among=among)
    if target and target.endswith(FIFO) is not fifo:
        inner.problem(
            "dead_letter_queue",
            "A FIFO queue has a FIFO dead-letter queue, a standard one has not.",
        )
    redrive = Redrive(dead_letter_queue=target, receives=inner.integer("receives", within=RECEIVES))
    inner.done()
    return redrive


def _leads_back(name: str, queues: Mapping[str, LabQueue]) -> bool:
    """Whether a queue is met again by whoever follows its dead letters."""
    return name in (queue.name for queue in followed(queues[name], queues))

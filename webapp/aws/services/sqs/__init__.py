"""Simple Queue Service, over the queues of the lab (``webapp/sources``)."""

from webapp.aws.catalogue import MEGABYTE, Served
from webapp.aws.services.sqs import batches, messages, missing, moves, query, queues, tags

SERVED = Served(
    name="sqs",
    operations={
        **queues.OPERATIONS,
        **messages.OPERATIONS,
        **batches.OPERATIONS,
        **moves.OPERATIONS,
        **tags.OPERATIONS,
    },
    validation="InvalidParameterValue",
    # A batch of 1 MiB, which JSON may write in six characters for one.
    largest_body=7 * MEGABYTE,
    query_codes=query.CODES,
    query_messages=query.MESSAGES,
    json_codes=query.JSON_CODES,
    missing=missing.missing,
    unchecked_enumerations=("QueueAttributeName", "MessageSystemAttributeName"),
    query_model=query.query_model,
)

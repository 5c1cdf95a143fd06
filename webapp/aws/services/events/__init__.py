"""EventBridge, over the buses of the lab (``webapp/sources/buses``)."""

from webapp.aws.catalogue import MEGABYTE, Served
from webapp.aws.services.events import buses, puts, rules, tags, targets

SERVED = Served(
    name="events",
    operations={
        **buses.OPERATIONS,
        **rules.OPERATIONS,
        **targets.OPERATIONS,
        **puts.OPERATIONS,
        **tags.OPERATIONS,
    },
    validation="ValidationException",
    # Entries of 1 MiB, which JSON may write in six characters for one.
    largest_body=7 * MEGABYTE,
)

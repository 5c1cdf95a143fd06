"""EventBridge Scheduler, over the schedules of the lab (``webapp/sources/schedules``)."""

from webapp.aws.catalogue import Served
from webapp.aws.services.scheduler import groups, schedules

SERVED = Served(
    name="scheduler",
    operations={**schedules.OPERATIONS, **groups.OPERATIONS},
    validation="ValidationException",
)

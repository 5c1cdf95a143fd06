"""The operations: one module, or one package, per service. Plain functions on the loop thread.

An operation takes a ``Call`` and the members of its request and returns those of its response.
It raises ``AwsError``, or lets the platform's ``ServiceError`` through. A service is served when
its ``Served`` is in this table.
"""

from webapp.aws.catalogue import Served
from webapp.aws.services import events, functions, iam, logs, s3, scheduler, sns, sqs, sts

_ALL = (
    events.SERVED,
    functions.SERVED,
    iam.SERVED,
    logs.SERVED,
    s3.SERVED,
    scheduler.SERVED,
    sns.SERVED,
    sqs.SERVED,
    sts.SERVED,
)
SERVED: dict[str, Served] = {served.name: served for served in _ALL}

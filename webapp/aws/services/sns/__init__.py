"""Simple Notification Service, over the topics of the lab (``webapp/sources/topics``)."""

from webapp.aws.catalogue import Served
from webapp.aws.services.sns import permissions, publishing, subscriptions, tags, topics

SERVED = Served(
    name="sns",
    operations={
        **topics.OPERATIONS,
        **subscriptions.OPERATIONS,
        **publishing.OPERATIONS,
        **permissions.OPERATIONS,
        **tags.OPERATIONS,
    },
)

"""What a queue refuses, in SQS's words."""

from webapp.sources.errors import SourceError


class QueueDoesNotExist(SourceError):
    """No such queue."""

    code = "QueueDoesNotExist"

    def __init__(self) -> None:
        super().__init__("The specified queue does not exist.")


class QueueNameExists(SourceError):
    """The name is taken by a queue that is set otherwise."""

    code = "QueueNameExists"


class QueueDeletedRecently(SourceError):
    """A name is free again a minute after its queue was deleted."""

    code = "QueueDeletedRecently"

    def __init__(self) -> None:
        super().__init__(
            "You must wait 60 seconds after deleting a queue before you can create another with "
            "the same name."
        )


class PurgeInProgress(SourceError):
    """A queue is purged once a minute at the most."""

    code = "PurgeQueueInProgress"
    status = 403


class InvalidAttributeName(SourceError):
    """The service knows no such attribute."""

    code = "InvalidAttributeName"


class InvalidAttributeValue(SourceError):
    """An attribute has a value that is not allowed."""

    code = "InvalidAttributeValue"


class InvalidParameter(SourceError):
    """A parameter has a value that is not allowed."""

    code = "InvalidParameterValue"


class MissingParameter(SourceError):
    """The request lacks a parameter that it needs."""

    code = "MissingParameter"


class InvalidMessageContents(SourceError):
    """A body holds characters that XML cannot."""

    code = "InvalidMessageContents"


class ReceiptHandleInvalid(SourceError):
    """No receive ever gave this handle."""

    code = "ReceiptHandleIsInvalid"


class MessageNotInFlight(SourceError):
    """The message is not hidden by the receive that its handle names."""

    code = "MessageNotInflight"


class MessageVisible(MessageNotInFlight):
    """The message came back by itself, and nobody has received it since."""


class OverLimit(SourceError):
    """More than the service holds at once."""

    code = "OverLimit"
    status = 403


class UnsupportedOperation(SourceError):
    """The resource is in no state for it."""

    code = "UnsupportedOperation"


class ResourceNotFound(SourceError):
    """A resource that the request names is not there."""

    code = "ResourceNotFoundException"
    status = 404

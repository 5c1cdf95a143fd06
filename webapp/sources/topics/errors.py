"""What a topic refuses, in SNS's words."""

from webapp.sources.errors import SourceError


class NotFound(SourceError):
    """No such topic or subscription."""

    code = "NotFound"
    status = 404


class ResourceNotFound(SourceError):
    """No such topic, where tags are asked for."""

    code = "ResourceNotFound"
    status = 404

    def __init__(self) -> None:
        super().__init__("Resource does not exist")


class InvalidParameter(SourceError):
    """A parameter that is not allowed; ``reason`` follows SNS's own beginning."""

    code = "InvalidParameter"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Invalid parameter: {reason}")


class InvalidParameterValue(SourceError):
    """A message attribute that is not allowed."""

    code = "ParameterValueInvalid"


class AuthorizationError(SourceError):
    """What belongs to somebody else."""

    code = "AuthorizationError"
    status = 403


class TopicLimitExceeded(SourceError):
    """More topics than a region holds here."""

    code = "TopicLimitExceeded"
    status = 403


class SubscriptionLimitExceeded(SourceError):
    """More subscriptions than a topic has here."""

    code = "SubscriptionLimitExceeded"
    status = 403


class FilterPolicyLimitExceeded(SourceError):
    """More filter policies than a topic has."""

    code = "FilterPolicyLimitExceeded"
    status = 403


class TagLimitExceeded(SourceError):
    """More tags than a topic has."""

    code = "TagLimitExceeded"

    def __init__(self) -> None:
        super().__init__("Could not complete request: tag quota of per resource exceeded")


class Throttled(SourceError):
    """More is on its way to subscriptions than fits."""

    code = "Throttled"
    status = 429

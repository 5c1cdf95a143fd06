"""What EventBridge refuses, in its words (EventBridge API reference)."""

from webapp.sources.errors import SourceError


class BusNotFound(SourceError):
    """No such bus."""

    code = "ResourceNotFoundException"

    def __init__(self, name: str) -> None:
        super().__init__(f"Event bus {name} does not exist.")


class RuleNotFound(SourceError):
    """No such rule on the bus."""

    code = "ResourceNotFoundException"

    def __init__(self, name: str, *, bus: str) -> None:
        super().__init__(f"Rule {name} does not exist on EventBus {bus}.")


class ResourceNotFound(SourceError):
    """What a request names is not there."""

    code = "ResourceNotFoundException"


class BusExists(SourceError):
    """The name is taken."""

    code = "ResourceAlreadyExistsException"

    def __init__(self, name: str) -> None:
        super().__init__(f"Event bus {name} already exists.")


class PatternRefused(SourceError):
    """The event pattern breaks the language's rules."""

    code = "InvalidEventPatternException"

    def __init__(self, reason: str) -> None:
        super().__init__(f"Event pattern is not valid. Reason: {reason}")


class ValidationFailed(SourceError):
    """A parameter has a value that is not allowed."""

    code = "ValidationException"


class LimitExceeded(SourceError):
    """More than EventBridge, or this lab, keeps."""

    code = "LimitExceededException"


class PolicyTooLong(SourceError):
    """The bus's policy would be over its limit."""

    code = "PolicyLengthExceededException"

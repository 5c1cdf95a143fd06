"""Message attributes as a person types them: one on each line."""

from webapp.runtime.errors import InvalidParameterValue
from webapp.sources.queues.message import MessageAttribute


def read_attributes(text: str) -> dict[str, MessageAttribute]:
    """Return the attributes that lines of ``name=value`` or ``name:Number=3`` say.

    Raises ``InvalidParameterValue``.
    """
    found: dict[str, MessageAttribute] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        left, equals, value = line.partition("=")
        name, _, kind = left.strip().partition(":")
        if not equals:
            raise InvalidParameterValue(
                f"Line {number} of the attributes has no '='. Write NAME=value, or NAME:Number=3."
            )
        if name in found:
            raise InvalidParameterValue(
                f"The attribute '{name[:80]}' is given twice. Give it once."
            )
        found[name] = MessageAttribute(kind or "String", value.strip())
    return found

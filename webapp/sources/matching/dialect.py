"""What differs between the services that share the pattern language."""

from dataclasses import dataclass

OPERATORS = frozenset(
    (
        "anything-but",
        "cidr",
        "equals-ignore-case",
        "exists",
        "numeric",
        "prefix",
        "suffix",
        "wildcard",
    )
)
TEXT_OPERATORS = frozenset(("equals-ignore-case", "prefix", "suffix", "wildcard"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The rules of one service.

    ``numbers_by_text``: 300 is not 300.0, as for EventBridge. ``lists_inside``: what stands in
    ``anything-but`` as an operator may name several texts. ``ignore_case_inside``: ``prefix`` and
    ``suffix`` may hold ``equals-ignore-case``. A pattern whose ``$or`` branches come to more than
    ``most_alternatives`` combinations is refused.
    """

    operators: frozenset[str] = OPERATORS
    inside_anything_but: frozenset[str] = TEXT_OPERATORS
    numbers_by_text: bool = False
    lists_inside: bool = False
    ignore_case_inside: bool = False
    most_alternatives: int = 1000


NOTIFICATION_SERVICE = Dialect()
"""SNS filter policies (SNS developer guide, "Subscription filter policies")."""
EVENT_BRIDGE = Dialect(numbers_by_text=True, lists_inside=True, ignore_case_inside=True)
"""EventBridge event patterns (EventBridge user guide, "Comparison operators")."""

"""Patterns of the form of asynchronous invocation."""

from dataclasses import replace

from webapp.curriculum.asynchronous import Asynchronous
from webapp.pages.asynchronous_form import AsynchronousForm, Choice, form_of
from webapp.pages.patterns.pattern import Pattern, drawn
from webapp.pages.prose import Look

_TARGETS = (
    Choice(value="paid-orders", label="queue paid-orders"),
    Choice(value="tell-the-kitchen", label="function tell-the-kitchen"),
)
_TEMPLATE = "lesson/_asynchronous.html"


def asynchronous_form(look: Look, function: str) -> AsynchronousForm:
    """Return the form of a lab without queues."""
    return form_of(Asynchronous(), base=look.base, lab=look.lesson.lab, function=function)


def asynchronous_patterns(look: Look) -> tuple[Pattern, ...]:
    """Return the form as it is set, saved, and refused."""
    plain = asynchronous_form(look, "take-orders")
    values = {
        "maximum_retry_attempts": "1",
        "maximum_event_age": "3600",
        "on_success": "tell-the-kitchen",
        "on_failure": "paid-orders",
        "dead_letter": "paid-orders",
    }
    full = replace(
        plain,
        values=values,
        destinations=_TARGETS,
        queues=_TARGETS[:1],
        qualifiers=("$LATEST", "live"),
        saved=True,
    )
    wrong = replace(
        full,
        values={**values, "maximum_event_age": "59"},
        errors={
            "maximum_event_age": "1 validation error detected: Value '59' at "
            "'maximumEventAgeInSeconds' failed to satisfy constraint: Member must have value "
            "greater than or equal to 60"
        },
        saved=False,
    )
    return (
        drawn("Asynchronous invocation: AWS's defaults", _TEMPLATE, form=plain),
        drawn("Asynchronous invocation: saved, of an alias", _TEMPLATE, form=full),
        drawn("Asynchronous invocation: refused", _TEMPLATE, form=wrong),
    )

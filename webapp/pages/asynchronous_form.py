"""The form of asynchronous invocation: retries, age, where records and dead letters go (5.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.curriculum.asynchronous import EVENT_AGE, RETRY_ATTEMPTS, Asynchronous
from webapp.curriculum.lab import Lab
from webapp.pages.knob_forms import FieldsInvalid
from webapp.pages.sent import whole_number
from webapp.runtime.errors import InvalidParameterValue, ServiceError, invalid
from webapp.runtime.model import LATEST

TARGETS = ("on_success", "on_failure", "dead_letter")
_NUMBERS = {
    "maximum_retry_attempts": ("maximumRetryAttempts", RETRY_ATTEMPTS),
    "maximum_event_age": ("maximumEventAgeInSeconds", EVENT_AGE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that a record can go to. ``value`` is a name of the lab, or an ARN."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AsynchronousForm:
    """What stands in the fields, as text. ``errors`` by field; ``""`` is about the whole form."""

    base: str
    function: str
    qualifier: str
    qualifiers: tuple[str, ...]
    values: Mapping[str, str]
    destinations: tuple[Choice, ...]
    queues: tuple[Choice, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    saved: bool = False

    @property
    def retries(self) -> tuple[Choice, ...]:
        """The numbers of retries to choose among."""
        low, high = RETRY_ATTEMPTS
        numbers = (Choice(value=str(one), label=str(one)) for one in range(low, high + 1))
        return (Choice(value="", label="AWS’s default (2)"), *numbers)

    @property
    def address(self) -> str:
        """Where it comes from."""
        return f"{self.base}/asynchronous?function={self.function}&qualifier={self.qualifier}"


def form_of(
    asynchronous: Asynchronous,
    *,
    base: str,
    lab: Lab,
    function: str,
    qualifier: str = LATEST,
    qualifiers: tuple[str, ...] = (LATEST,),
    given: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    saved: bool = False,
) -> AsynchronousForm:
    """Return the form; ``given`` is what was typed, where that was refused."""
    now = _texts(asynchronous)
    typed = {name: str(given.get(name) or "") for name in now} if given is not None else now
    return AsynchronousForm(
        base=base,
        function=function,
        qualifier=qualifier,
        qualifiers=qualifiers,
        values=typed,
        destinations=_choices(lab, function, now["on_success"], now["on_failure"]),
        queues=_choices(lab, "", now["dead_letter"], functions=False),
        errors=errors or {},
        saved=saved,
    )


def read_asynchronous(given: Mapping[str, Any], *, form: AsynchronousForm) -> Asynchronous:
    """Return what the fields say. Raises ``FieldsInvalid`` in AWS's words, by field."""
    errors: dict[str, str] = {}
    numbers = {name: _number(name, given, errors) for name in _NUMBERS}
    targets = {name: _target(name, given, form, errors) for name in TARGETS}
    if errors:
        raise FieldsInvalid(errors)
    return Asynchronous(
        maximum_retry_attempts=numbers["maximum_retry_attempts"],
        maximum_event_age=numbers["maximum_event_age"],
        on_success=targets["on_success"],
        on_failure=targets["on_failure"],
        dead_letter=targets["dead_letter"],
    )


def _number(name: str, given: Mapping[str, Any], errors: dict[str, str]) -> int | None:
    member, (low, high) = _NUMBERS[name]
    text = str(given.get(name) if given.get(name) is not None else "").strip()
    if not text:
        return None
    try:
        number = whole_number(text, name=member)
        if number < low:
            raise invalid(number, member, f"have value greater than or equal to {low}")
        if number > high:
            raise invalid(number, member, f"have value less than or equal to {high}")
    except ServiceError as error:
        errors[name] = error.message
        return None
    return number


def _target(
    name: str, given: Mapping[str, Any], form: AsynchronousForm, errors: dict[str, str]
) -> str:
    value = str(given.get(name) or "")
    known = form.queues if name == "dead_letter" else form.destinations
    if value and value not in {one.value for one in known}:
        errors[name] = InvalidParameterValue(
            f"The destination ARN {value[:200]} is invalid."
        ).message
    return value


def _choices(lab: Lab, function: str, *now: str, functions: bool = True) -> tuple[Choice, ...]:
    """Return the standard queues, topics and other functions of the lab, and what is set now."""
    queues = [
        Choice(value=one.name, label=f"queue {one.name}") for one in lab.queues if not one.fifo
    ]
    topics = [
        Choice(value=one.name, label=f"topic {one.name}") for one in lab.topics if not one.fifo
    ]
    others = [one.name for one in lab.functions if functions and one.name != function]
    found = [*queues, *topics, *(Choice(value=name, label=f"function {name}") for name in others)]
    known = {one.value for one in found}
    foreign = dict.fromkeys(arn for arn in now if arn and arn not in known)
    return (*found, *(Choice(value=arn, label=arn) for arn in foreign))


def _texts(asynchronous: Asynchronous) -> dict[str, str]:
    numbers = (asynchronous.maximum_retry_attempts, asynchronous.maximum_event_age)
    retries, age = ("" if one is None else str(one) for one in numbers)
    return {
        "maximum_retry_attempts": retries,
        "maximum_event_age": age,
        "on_success": asynchronous.on_success,
        "on_failure": asynchronous.on_failure,
        "dead_letter": asynchronous.dead_letter,
    }

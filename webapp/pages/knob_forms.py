"""The forms of the lab's knobs: configuration and faults, with what was typed and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from typing import Any

from webapp.classroom.knobs import Knobs
from webapp.curriculum.press import Reserved
from webapp.pages.sent import whole_number
from webapp.runtime.errors import InvalidParameterValue, ServiceError
from webapp.runtime.faults import check_faults
from webapp.runtime.model import Configuration, Faults

INIT_FAULTS = (
    ("", "None", ""),
    ("crash-in-init", "Crash in init", "The process exits while the module level runs."),
    ("slow-init", "Slow init", "The module level takes some seconds longer."),
)
INVOCATION_FAULTS = (
    ("", "None", ""),
    ("raise", "Raise an error", "Every call raises, and keeps its environment."),
    ("time-out", "Run into the timeout", "Every call takes longer than the timeout allows."),
    ("out-of-memory", "Run out of memory", "Every call asks for more than its memory."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationForm:
    """What stands in the fields. ``errors`` by field; the key ``""`` is about the whole form.

    ``is_new``: what was saved is another configuration, so that the next call starts cold.
    """

    base: str
    function: str
    runtime: str
    handler: str
    memory_mb: str
    timeout: str
    temporary_mb: str
    variables: str
    reserved: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    saved: bool = False
    is_new: bool = True

    @classmethod
    def of(
        cls,
        base: str,
        knobs: Knobs,
        *,
        function: str,
        saved: bool = False,
        is_new: bool = True,
    ) -> "ConfigurationForm":
        """Return the form of a configuration."""
        configuration, reserved = knobs.configuration, knobs.reserved_concurrency
        return cls(
            base=base,
            function=function,
            runtime=configuration.runtime,
            handler=configuration.handler,
            memory_mb=str(configuration.memory_mb),
            timeout=str(configuration.timeout),
            temporary_mb=str(configuration.temporary_mb),
            variables=_lines(configuration.variables),
            reserved="" if reserved is None else str(reserved),
            saved=saved,
            is_new=is_new,
        )

    @classmethod
    def typed(
        cls,
        base: str,
        configuration: Configuration,
        *,
        function: str,
        given: Mapping[str, Any],
        errors: Mapping[str, str],
    ) -> "ConfigurationForm":
        """Return the form as it was sent, with what is wrong."""
        return cls(
            base=base,
            function=function,
            runtime=configuration.runtime,
            handler=configuration.handler,
            memory_mb=str(given.get("memory_mb", "")),
            timeout=str(given.get("timeout", "")),
            temporary_mb=str(given.get("temporary_mb", "")),
            variables=str(given.get("variables", "")),
            reserved=str(given.get("reserved_concurrency", "")),
            errors=errors,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultsForm:
    """The fault knobs as they are set. ``elsewhere`` lets the count in its tab follow.

    ``typed`` is what stands in a field instead of that, ``errors`` what is wrong with it.
    """

    base: str
    function: str
    faults: Faults
    elsewhere: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many knobs are on."""
        return sum(bool(getattr(self.faults, one.name)) for one in dataclass_fields(Faults))

    def number(self, name: str) -> str:
        """Return what stands in the field of a number; nothing while it is off."""
        return self.typed.get(name, str(getattr(self.faults, name) or ""))

    @property
    def init_faults(self) -> tuple[tuple[str, str, str], ...]:
        """Value, name and meaning of each choice."""
        return INIT_FAULTS

    @property
    def invocation_faults(self) -> tuple[tuple[str, str, str], ...]:
        """Value, name and meaning of each choice."""
        return INVOCATION_FAULTS


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedKnobs:
    """A configuration as it was asked for."""

    memory_mb: int
    timeout: int
    temporary_mb: int
    variables: Mapping[str, str]
    reserved_concurrency: Reserved = None


class FieldsInvalid(Exception):
    """Fields cannot be read; ``errors`` says what is wrong by field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = errors
        super().__init__("; ".join(errors.values()))


def read_knobs(given: Mapping[str, Any], *, old: Configuration) -> WantedKnobs:
    """Return the configuration that was sent; what was left out stays. Raises ``FieldsInvalid``."""
    errors: dict[str, str] = {}

    def number(name: str, label: str, before: int) -> int:
        try:
            return whole_number(given.get(name, before), name=label)
        except InvalidParameterValue as error:
            errors[name] = str(error)
            return before

    knobs = WantedKnobs(
        memory_mb=number("memory_mb", "Memory", old.memory_mb),
        timeout=number("timeout", "Timeout", old.timeout),
        temporary_mb=number("temporary_mb", "/tmp", old.temporary_mb),
        variables=_variables(given.get("variables", old.variables), errors),
        reserved_concurrency=_reserved(given, errors),
    )
    if errors:
        raise FieldsInvalid(errors)
    return knobs


FAULT_NUMBERS = ("slow_ms", "throttled_attempts", "failing_attempts")
_SWITCH = {"on": True, "true": True, "1": True, "": False, "off": False, "false": False, "0": False}


def read_faults(given: Mapping[str, Any]) -> Faults:
    """Return the fault knobs that were sent; what was left out is off. Raises ``FieldsInvalid``."""
    errors: dict[str, str] = {}
    numbers = {name: _count(name, given.get(name), errors) for name in FAULT_NUMBERS}
    duplicate = str(given.get("duplicate") or "").strip().lower()
    if duplicate not in _SWITCH:
        errors["duplicate"] = f"'duplicate' is '{duplicate[:40]}'. Send on or off."
    faults = Faults(
        init=given.get("init") or None,
        invocation=given.get("invocation") or None,
        slow_ms=numbers["slow_ms"],
        throttled_attempts=numbers["throttled_attempts"],
        failing_attempts=numbers["failing_attempts"],
        duplicate=_SWITCH.get(duplicate, False),
    )
    try:
        check_faults(faults)
    except InvalidParameterValue as error:
        wrong = next((name for name in FAULT_NUMBERS if f"'{name}'" in error.message), "")
        errors.setdefault(wrong, error.message)
    if errors:
        raise FieldsInvalid(errors)
    return faults


def _count(name: str, value: Any, errors: dict[str, str]) -> int:
    try:
        return whole_number(value or 0, name=f"'{name}'")
    except InvalidParameterValue as error:
        errors[name] = str(error)
        return 0


_PLACES = (
    ("'memorySize'", "memory_mb", "128 to 10,240 MB. Set a number in between."),
    ("'timeout'", "timeout", "1 to 900 s. Set a number in between."),
    ("'ephemeralStorage.size'", "temporary_mb", "512 to 10,240 MB. Set a number in between."),
    ("ReservedConcurrentExecutions", "reserved_concurrency", ""),
    ("nvironment", "variables", ""),
)


def field_errors(error: ServiceError) -> dict[str, str]:
    """Return a refusal of the service at the field that it speaks of."""
    for word, name, own in _PLACES:
        if word in error.message:
            return {name: own or error.message}
    return {"": error.message}


def _reserved(given: Mapping[str, Any], errors: dict[str, str]) -> Reserved:
    """Return what shall be reserved; an empty field takes that away, none leaves it."""
    name = "reserved_concurrency"
    if name not in given:
        return None
    if given[name] is None or not str(given[name]).strip():
        return "none"
    try:
        wanted = whole_number(given[name], name="Reserved concurrency")
    except InvalidParameterValue as error:
        errors[name] = str(error)
        return None
    if wanted < 0:
        errors[name] = "Reserved concurrency is 0 or more; empty reserves nothing."
    return wanted


def _variables(given: Any, errors: dict[str, str]) -> dict[str, str]:
    if isinstance(given, Mapping):
        return {str(name): str(value) for name, value in given.items()}
    found: dict[str, str] = {}
    for number, line in enumerate(str(given).splitlines(), start=1):
        name, equals, value = line.partition("=")
        if line.strip() and not equals:
            errors["variables"] = f"Line {number} has no '='. Write NAME=value, one on each line."
        elif equals:
            found[name.strip()] = value
    return found


def _lines(variables: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in variables.items())

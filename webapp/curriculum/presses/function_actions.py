"""What presses do to functions, as lessons write it."""

from collections.abc import Mapping

from webapp.curriculum.asynchronous import read_asynchronous
from webapp.curriculum.fields import Fields
from webapp.curriculum.lab_files import MEMORY_MB, TIMEOUT
from webapp.curriculum.press import (
    FAULTS,
    MODELS,
    PAGE,
    Action,
    Configure,
    Fault,
    Invoke,
    Lead,
    Request,
    Reserved,
    Stop,
    Update,
    Wait,
)
from webapp.curriculum.presses.action_reader import BURST, ActionReader, ReadAction

RESERVED = (0, 1_000)
"""Of the concurrency that an account has."""

CONFIGURED = "memory, timeout, variables or reserved_concurrency"

LONGEST_WAIT = 14 * 24 * 3600.0

MOST_ATTEMPTS = 100

OWN_SOURCES = frozenset(
    ("page", "api", "aws", "url", "lambda", "topic", "bucket", "rule", "schedule", "subscription")
)
"""How the sources of events begin that this platform sends itself."""

LONGEST_SLOW_MS = 900_000


def _invoke(reader: ActionReader) -> Action:
    count = reader.fields.integer("count", within=(1, BURST), default=1)
    model = reader.fields.choice("model", among=MODELS, default=MODELS[0])
    return Invoke(
        function=reader.function(),
        event=reader.event(),
        count=count,
        model="asynchronous" if model == "asynchronous" else "synchronous",
        qualifier=reader.fields.text("qualifier", default=""),
        source=_stood_in_for(reader.fields),
    )


def _stood_in_for(fields: Fields) -> str:
    """Return the service that a press calls as; one that runs here calls by itself."""
    source = fields.text("source", default=PAGE)
    if source.split()[0] in OWN_SOURCES and "source" in fields.names:
        fields.problem("source", f"'{source}' calls by itself here: nothing stands in for it.")
    return source


def _lead(reader: ActionReader) -> Action:
    function, fields = reader.function(), reader.fields
    given = "asynchronous" in fields.names
    asynchronous = read_asynchronous(
        fields,
        function=function,
        functions=reader.lab.function_names,
        sources=reader.sources(),
    )
    return Lead(
        function=function,
        alias=fields.text("alias"),
        asynchronous=asynchronous if given else None,
        qualifier=fields.text("qualifier", default=""),
    )


def _request(reader: ActionReader) -> Action:
    return Request(function=reader.function(), event=reader.event())


def _wait(reader: ActionReader) -> Action:
    return Wait(seconds=reader.fields.number("seconds", within=(1, LONGEST_WAIT)))


def _update(reader: ActionReader) -> Action:
    counter = reader.fields.text("counter")
    function = reader.function()
    files = {one.name: one.start for one in reader.lab.functions}.get(function, {})
    if counter not in files:
        reader.fields.problem("counter", f"There is no file '{counter}' in 'start'.")
    return Update(function=function, counter=counter)


def _configure(reader: ActionReader) -> Action:
    fields = reader.fields
    memory = fields.integer("memory", within=MEMORY_MB, default=0)
    timeout = fields.integer("timeout", within=TIMEOUT, default=0)
    variables = fields.texts("variables")
    reserved = _reserved(fields)
    if not (memory or timeout or variables) and reserved is None:
        fields.problem("", f"Nothing is configured. Give {CONFIGURED}.")
    return Configure(
        function=reader.function(),
        memory_mb=memory or None,
        timeout=timeout or None,
        variables=variables,
        reserved_concurrency=reserved,
    )


def _reserved(fields: Fields) -> Reserved:
    """Return what is reserved; ``none`` takes that away, and what is not given stays."""
    given = fields.text("reserved_concurrency", default="")
    if given in ("", "none"):
        return "none" if given else None
    return fields.integer("reserved_concurrency", within=RESERVED)


def _stop(reader: ActionReader) -> Action:
    return Stop(function=reader.function())


def _fault(reader: ActionReader) -> Action:
    fields = reader.fields
    name = fields.choice("name", among=FAULTS)
    attempts = milliseconds = 0
    if name in ("throttle", "fail"):
        attempts = fields.integer("attempts", within=(1, MOST_ATTEMPTS))
    if name == "slow":
        milliseconds = fields.integer("milliseconds", within=(1, LONGEST_SLOW_MS))
    return Fault(
        function=reader.function(), name=name, attempts=attempts, milliseconds=milliseconds
    )


FUNCTION_ACTIONS: Mapping[str, ReadAction] = {
    "invoke": _invoke,
    "request": _request,
    "wait": _wait,
    "update": _update,
    "configure": _configure,
    "stop": _stop,
    "fault": _fault,
    "lead": _lead,
}
"""By the key that lessons use."""

"""How a function of a lab tries its events, and where their records go (lambda-behaviour 5.2)."""

from collections.abc import Collection
from dataclasses import dataclass

from webapp.curriculum.fields import Fields
from webapp.curriculum.sources.queue import FIFO

RETRY_ATTEMPTS = (0, 2)
EVENT_AGE = (60, 21_600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asynchronous:
    """``None`` and empty mean AWS's default: two retries, six hours, nowhere.

    ``on_success`` and ``on_failure`` name a queue, a topic or a function of the lab,
    ``dead_letter`` a queue or a topic. ``maximum_event_age`` is in seconds.
    """

    maximum_retry_attempts: int | None = None
    maximum_event_age: int | None = None
    on_success: str = ""
    on_failure: str = ""
    dead_letter: str = ""


DEFAULTS = Asynchronous()


def read_asynchronous(
    fields: Fields,
    *,
    function: str,
    functions: Collection[str],
    sources: Collection[str],
    default: Asynchronous = DEFAULTS,
) -> Asynchronous:
    """Read ``asynchronous`` of a function; what is not given is ``default``'s.

    ``sources`` are the queues and topics of the lab.
    """
    inner = fields.fields("asynchronous", required=False)
    if inner is None:
        return default
    standard = [name for name in sources if not name.endswith(FIFO)]
    targets = [*standard, *(name for name in functions if name != function)]
    read = Asynchronous(
        maximum_retry_attempts=_number(
            inner, "maximum_retry_attempts", RETRY_ATTEMPTS, default.maximum_retry_attempts
        ),
        maximum_event_age=_number(inner, "maximum_event_age", EVENT_AGE, default.maximum_event_age),
        on_success=_target(inner, "on_success", targets, default.on_success),
        on_failure=_target(inner, "on_failure", targets, default.on_failure),
        dead_letter=_target(inner, "dead_letter", standard, default.dead_letter),
    )
    inner.done()
    return read


def _number(fields: Fields, key: str, within: tuple[int, int], default: int | None) -> int | None:
    """Return a number; what is not there stays as it is, also where it is not set."""
    found = fields.integer(key, within=within, default=within[0])
    return found if key in fields.names else default


def _target(fields: Fields, key: str, among: Collection[str], default: str) -> str:
    if key in fields.names and not among:
        fields.text(key)
        fields.problem(
            key, f"'{key}' needs a standard queue or topic of the lab. Add one to 'queues'."
        )
        return ""
    return fields.choice(key, among=among, default=default)

"""What a lab's buttons may ask for, checked before anything is done. Pure."""

from dataclasses import replace
from typing import get_args

from webapp.classroom.drafting import check_text
from webapp.curriculum.press import MODELS, Configure, Fault, Reserved
from webapp.runtime.dispatcher import check_payload
from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.model import Configuration, Faults, InitFault, InvocationFault, Limits
from webapp.trace.events import InvocationModel

LONGEST_NOTE = 10_000


def check_note(text: str) -> None:
    """Raise ``InvalidParameterValue`` unless this can be kept as a note."""
    if len(text) > LONGEST_NOTE or "\0" in text or not _is_text(text):
        raise InvalidParameterValue(
            f"A note is text of at most {LONGEST_NOTE:,} characters. Nothing was kept."
        )


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def checked_model(name: str) -> InvocationModel:
    """Return a way to invoke. Raises ``InvalidParameterValue`` for an unknown one."""
    for model in MODELS:
        if name == model:
            return model
    raise InvalidParameterValue(f"A lab cannot invoke '{name[:40]}'. Use {' or '.join(MODELS)}.")


def check_burst(count: int, *, limits: Limits) -> None:
    """Raise ``InvalidParameterValue`` for more calls than one press may send."""
    if not 1 <= count <= limits.burst:
        raise InvalidParameterValue(
            f"{count} calls cannot be sent at once. Send 1 to {limits.burst}."
        )


def event_payload(event: str, *, limits: Limits) -> bytes:
    """Return an event's JSON as bytes, ``{}`` for an empty one. Raises a ``ServiceError``."""
    check_text("the event", event)
    payload = (event.strip() or "{}").encode()
    check_payload(payload, limits=limits)
    return payload


def configured(old: Configuration, action: Configure) -> Configuration:
    """Return a configuration as a lesson's press changes it."""
    return replace(
        old,
        memory_mb=action.memory_mb or old.memory_mb,
        timeout=action.timeout or old.timeout,
        variables={**old.variables, **action.variables},
    )


def reserved(old: int | None, wanted: Reserved) -> int | None:
    """Return what a function reserves once this was asked for."""
    if wanted is None:
        return old
    return None if wanted == "none" else wanted


def pressed_faults(action: Fault) -> Faults:
    """Return the knobs as a lesson's fault press sets them: one on, or none."""
    name = action.name
    init = name if name in get_args(InitFault) else None
    invocation = name if name in get_args(InvocationFault) else None
    return Faults(
        init=init,  # type: ignore[arg-type]
        invocation=invocation,  # type: ignore[arg-type]
        slow_ms=action.milliseconds,
        throttled_attempts=action.attempts if name == "throttle" else 0,
        failing_attempts=action.attempts if name == "fail" else 0,
        duplicate=name == "duplicate",
    )

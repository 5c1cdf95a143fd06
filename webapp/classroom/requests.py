"""What a lab's buttons may ask for, checked before anything is done. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

from webapp.curriculum.press import Configure
from webapp.runtime.dispatcher import check_payload
from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.model import Configuration, Faults, InitFault, InvocationFault, Limits

EVENT_FILE = "event.json"
"""The draft that holds the event; no function's file has this name in a lab."""
LONGEST_FILE_BYTES = 512 * 1024
MOST_FILES = 50
LONGEST_NOTE = 10_000


def check_files(files: Mapping[str, str]) -> None:
    """Raise ``InvalidParameterValue`` unless these can be a function's files."""
    if not 1 <= len(files) <= MOST_FILES:
        raise InvalidParameterValue(
            f"{len(files)} files were sent. Send 1 to {MOST_FILES}, each as 'file:<name>'."
        )
    for name, text in files.items():
        parts = name.split("/")
        if name == EVENT_FILE or "\\" in name or "\0" in name or {"", ".", ".."} & set(parts):
            raise InvalidParameterValue(f"A file cannot be called '{name}' here. Use another name.")
        check_text(name, text)


def check_text(name: str, text: str) -> None:
    """Raise ``InvalidParameterValue`` unless this can be kept as a draft."""
    try:
        size_bytes = len(text.encode())
    except UnicodeEncodeError:
        size_bytes = -1
    if size_bytes < 0 or "\0" in text:
        raise InvalidParameterValue(f"The file '{name}' holds what is not text. Nothing was kept.")
    if size_bytes > LONGEST_FILE_BYTES:
        raise InvalidParameterValue(
            f"The file '{name}' is over {LONGEST_FILE_BYTES} bytes. Nothing was kept."
        )


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


def check_burst(count: int, *, limits: Limits) -> None:
    """Raise ``InvalidParameterValue`` for more calls than one press may send."""
    if not 1 <= count <= limits.burst:
        raise InvalidParameterValue(
            f"{count} calls cannot be sent at once. Send 1 to {limits.burst}."
        )


def event_payload(event: str, *, limits: Limits) -> bytes:
    """Return an event's JSON as bytes, ``{}`` for an empty one. Raises a ``ServiceError``."""
    check_text(EVENT_FILE, event)
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


def fault_knobs(name: str) -> tuple[str | None, str | None]:
    """Return the init fault and the invocation fault that a lesson's fault press sets."""
    if name in get_args(InitFault):
        return name, None
    return None, None if name == "off" else name


def checked_faults(init: str | None, invocation: str | None) -> Faults:
    """Return the knobs. Raises ``InvalidParameterValue`` for an unknown fault."""
    for fault, known in ((init, get_args(InitFault)), (invocation, get_args(InvocationFault))):
        if fault is not None and fault not in known:
            raise InvalidParameterValue(f"There is no fault '{fault}'. Use {', '.join(known)}.")
    return Faults(init=init, invocation=invocation)  # type: ignore[arg-type]

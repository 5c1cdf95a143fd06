"""The lab's fault knobs, carried out where real faults happen: inside the environment."""

from __future__ import annotations

import threading

_SLOW_INIT_SECONDS = 3.0
_STEP_BYTES = 4 * 1024 * 1024


class InjectedFault(Exception):
    """Raised because the lab's fault knob asks for it."""


def at_init(fault: str | None) -> None:
    """Fail or dawdle before the handler's module is imported."""
    if fault == "crash-in-init":
        raise InjectedFault("raised by the lab's fault knob")
    if fault == "slow-init":
        threading.Event().wait(_SLOW_INIT_SECONDS)


def at_invocation(fault: str | None, *, slow_ms: str | None) -> None:
    """Hold a call up by ``Coldstart-Slow-Ms``, then do what ``Coldstart-Fault`` says."""
    if slow_ms is not None:
        threading.Event().wait(int(slow_ms) / 1000)
    if fault == "raise":
        raise InjectedFault("raised by the lab's fault knob")
    if fault == "time-out":
        threading.Event().wait()
    if fault == "out-of-memory":
        _fill_memory()


def _fill_memory() -> None:
    held = []
    try:
        while True:
            held.append(b"\x01" * _STEP_BYTES)  # written to, so that it is really there
    except MemoryError:
        threading.Event().wait()  # hold it until the watchdog has seen it

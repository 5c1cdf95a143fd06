"""What a button says while its press goes on."""

from collections.abc import Mapping

from webapp.curriculum.press import (
    Action,
    Configure,
    DeleteObject,
    Fault,
    Invoke,
    Lead,
    Publish,
    Purge,
    PutEvents,
    PutObject,
    PutRule,
    Receive,
    Request,
    Send,
    Stop,
    SwitchSchedule,
    Update,
    Wait,
)


def busy_label(action: Action) -> str:
    """Return what a lesson's button says meanwhile, unless the lesson says otherwise."""
    match action:
        case Invoke(count=1, model="asynchronous"):
            return "Sending"
        case Invoke(count=count) | Send(count=count) if count > 1:
            return f"Sending {count}"
        case Wait(seconds=seconds):
            return f"Waiting {_length(seconds)}"
        case PutObject(count=count) if count > 1:
            return f"Putting {count}"
        case SwitchSchedule(enabled=False):
            return "Disabling"
    return _BUSY[type(action)]


_BUSY: Mapping[type[Action], str] = {
    Invoke: "Invoking",
    Request: "Requesting",
    Lead: "Publishing",
    Update: "Updating the code",
    Configure: "Changing the configuration",
    Stop: "Stopping",
    Fault: "Setting the fault",
    Send: "Sending",
    Receive: "Receiving",
    Publish: "Publishing",
    PutEvents: "Putting",
    PutObject: "Putting",
    DeleteObject: "Deleting",
    SwitchSchedule: "Enabling",
    PutRule: "Putting the rule",
    Purge: "Purging",
}


def _length(seconds: float) -> str:
    amount, unit = (seconds, "second") if seconds < 60 else (seconds / 60, "minute")
    return f"{amount:g} {unit}" + ("" if amount == 1 else "s")

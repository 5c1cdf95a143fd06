"""Reads ``presses``: the buttons of a lesson, by name."""

from collections.abc import Mapping

from webapp.curriculum.fields import Fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.lab import Lab
from webapp.curriculum.press import Action, Press
from webapp.curriculum.presses.action_reader import ActionReader, ReadAction
from webapp.curriculum.presses.busy import busy_label
from webapp.curriculum.presses.function_actions import FUNCTION_ACTIONS
from webapp.curriculum.presses.source_actions import SOURCE_ACTIONS
from webapp.curriculum.source import Source

ACTIONS: Mapping[str, ReadAction] = {**FUNCTION_ACTIONS, **SOURCE_ACTIONS}
"""Every action by the key that lessons use."""


def read_presses(
    fields: Fields,
    *,
    lab: Lab,
    identifiers: Identifiers,
    source: Source,
    inherited: Mapping[str, Press] | None = None,
) -> dict[str, Press]:
    """Read ``presses``: a mapping of a press's name to its label, busy label and action.

    A lesson's own press takes the place of an inherited one of the same name.
    """
    found: dict[str, Press] = {}
    for name, inner in fields.named("presses", required=not inherited):
        identifiers.give(name, kind="press", source=source, line=inner.line)
        press = _press(name, fields=inner, lab=lab)
        if press is not None:
            found[name] = press
    for name, press in (inherited or {}).items():
        if name not in found:
            found[identifiers.give(name, kind="press", source=source)] = press
    return found


def _press(name: str, *, fields: Fields, lab: Lab) -> Press | None:
    label = fields.text("label")
    action = _action(fields, lab=lab)
    busy = fields.text("busy", default=busy_label(action) if action else "Running")
    fields.done()
    return Press(id=name, label=label, busy=busy, action=action) if action else None


def _action(fields: Fields, *, lab: Lab) -> Action | None:
    given = [name for name in ACTIONS if name in fields.names]
    if len(given) != 1:
        fields.problem("label", f"A press does one of {', '.join(ACTIONS)}.")
        for name in given:
            fields.fields(name)
        return None
    inner = fields.fields(given[0])
    if inner is None:
        return None
    action = ACTIONS[given[0]](ActionReader(inner, lab))
    inner.done()
    return action

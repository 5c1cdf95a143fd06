"""The boards of a lab's event buses. Forms work without script; scripts get fragments or JSON."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from webapp.curriculum.sources.bus import LabRule
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import asked_form
from webapp.pages.boards.bus_views import BusView, TrialView, bus_view, trial_view
from webapp.pages.boards.frame import Frame
from webapp.pages.sent import fields, newlines
from webapp.runtime.errors import InvalidParameterValue, ServiceError
from webapp.sources.buses.trial import EventUnreadable, try_pattern
from webapp.sources.errors import SourceError

pages = Blueprint("buses", __name__, url_prefix="/w/<workspace>/labs/<slug>/buses")
errors.catch(pages)

MOST_TRIED = 1024 * 1024
"""Characters of an event that a pattern is tried on."""


def read_buses(workspace: str, slug: str) -> tuple[BusView, ...]:
    """Return the boards of every bus of a lab."""
    boards = labs().boards.buses.boards(workspace, lesson(slug))
    if not boards:
        return ()
    base, now = f"/w/{workspace}/labs/{slug}", labs().clock(workspace).now
    return tuple(
        bus_view(board, base=base, place=place, now=now)
        for place, board in enumerate(boards, start=1)
    )


FRAME = Frame(read_buses, kind=lambda boards: boards.buses, anchor="part-buses")
"""Its boards on the page of a lesson."""


@pages.get("/<bus>")
def board(workspace: str, slug: str, bus: str) -> Response:
    """Show what was put on a bus, newest first, what each rule decided, and each delivery."""
    shown = FRAME.board(workspace, slug, bus)
    if asked_form() == "json":
        events = [
            {
                "number": one.number,
                "rules": {each.rule: each.matched for each in one.decisions},
                "why_not": {each.rule: each.reason for each in one.decisions if not each.matched},
            }
            for one in shown.events
        ]
        return jsonify(events=events)
    return htmx.fragment(render_template("buses/_events.html", board=shown))


@pages.get("/<bus>/rules")
def rules(workspace: str, slug: str, bus: str) -> Response:
    """Show the rules of a bus with their patterns and targets."""
    shown = FRAME.board(workspace, slug, bus)
    if asked_form() == "json":
        found = [
            {"name": one.name, "enabled": one.enabled, "pattern": one.pattern, "to": one.targets}
            for one in shown.rules
        ]
        return jsonify(rules=found)
    return htmx.fragment(render_template("buses/_rules.html", board=shown))


@pages.post("/<bus>/put")
def put(workspace: str, slug: str, bus: str) -> Response:
    """Put an event: ``source``, ``detail_type`` and ``detail``, which is JSON."""

    def act() -> tuple[str, dict[str, Any]]:
        given = fields()
        entry = {
            "Source": str(given.get("source") or "").strip(),
            "DetailType": str(given.get("detail_type") or "").strip(),
            "Detail": newlines(str(given.get("detail") or "")),
        }
        run, event = labs().boards.buses.put(workspace, lesson(slug), bus, entry)
        return f"Put: event {event.identifier}.", {"run": run, "event": event.identifier}

    return FRAME.done(workspace, slug, bus, act)


@pages.post("/<bus>/rules")
def add_rule(workspace: str, slug: str, bus: str) -> Response:
    """Make a rule: its ``rule`` name, its ``pattern``, and what it sends ``to``."""

    def act() -> tuple[str, dict[str, Any]]:
        given = fields()
        name, to = str(given.get("rule") or "").strip(), str(given.get("to") or "")
        pattern = newlines(str(given.get("pattern") or ""))
        rule = LabRule(name=name, pattern={}, to=(to,))
        run = labs().boards.buses.add_rule(workspace, lesson(slug), bus, rule, pattern=pattern)
        return f"Rule {name} sends what matches to {to} from now on.", {"run": run, "rule": name}

    return FRAME.done(workspace, slug, bus, act)


@pages.post("/<bus>/rules/<rule>/delete")
def delete_rule(workspace: str, slug: str, bus: str, rule: str) -> Response:
    """Delete a rule with its targets."""

    def act() -> tuple[str, dict[str, Any]]:
        run = labs().boards.buses.delete_rule(workspace, lesson(slug), bus, rule)
        return f"Rule {rule} is deleted.", {"run": run, "deleted": rule}

    return FRAME.done(workspace, slug, bus, act)


@pages.post("/<bus>/rules/<rule>/pattern")
def set_pattern(workspace: str, slug: str, bus: str, rule: str) -> Response:
    """Give a rule the ``pattern`` that was typed."""

    def act() -> tuple[str, dict[str, Any]]:
        pattern = newlines(str(fields().get("pattern") or ""))
        run = labs().boards.buses.set_pattern(workspace, lesson(slug), bus, rule, pattern)
        return f"Rule {rule} has this pattern from now on.", {"run": run}

    return FRAME.done(workspace, slug, bus, act)


@pages.post("/<bus>/rules/<rule>/switch")
def switch(workspace: str, slug: str, bus: str, rule: str) -> Response:
    """Enable a rule (``enabled`` is ``true``), or disable it."""

    def act() -> tuple[str, dict[str, Any]]:
        enabled = str(fields().get("enabled")).lower() == "true"
        run = labs().boards.buses.switch(workspace, lesson(slug), bus, rule, enabled=enabled)
        what = "is enabled" if enabled else "is disabled: it matches nothing"
        return f"Rule {rule} {what}.", {"run": run, "enabled": enabled}

    return FRAME.done(workspace, slug, bus, act)


@pages.post("/<bus>/rules/<rule>/test")
def test(workspace: str, slug: str, bus: str, rule: str) -> Response:
    """Try the ``pattern`` that is typed on an ``event``; nothing is put and nothing changes."""
    row = next((one for one in FRAME.board(workspace, slug, bus).rules if one.name == rule), None)
    identifier = row.id if row else "rule"
    given = fields()
    try:
        event = str(given.get("event") or "")
        if len(event) > MOST_TRIED:
            raise InvalidParameterValue("The event is over 1 MB. Give a smaller one.")
        trial = try_pattern(str(given.get("pattern") or ""), event, whole=False)
        shown, status = trial_view(trial, identifier=identifier), 200
    except (SourceError, ServiceError) as error:
        shown, status = TrialView(id=identifier, error=error.message), error.status
    except EventUnreadable as error:
        shown, status = TrialView(id=identifier, error=str(error)), 400
    if asked_form() == "fragment":
        html = render_template("buses/_trial.html", trial=shown)
        return htmx.fragment(html, status=status)
    answer = jsonify(matched=shown.matched, why_not=shown.mismatches, error=shown.error)
    answer.status_code = status
    return answer


@pages.post("/<bus>/restore")
def restore(workspace: str, slug: str, bus: str) -> Response:
    """Create a bus of the lab again that somebody deleted."""
    return FRAME.restored(workspace, slug, bus)


# -- steps

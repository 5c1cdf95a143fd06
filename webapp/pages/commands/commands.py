"""What a lab's buttons do as commands for a terminal, with what stands in the lab's fields."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request

from webapp.classroom.asynchronous import targets_first, topic_arn
from webapp.classroom.published import Published, WantedAlias
from webapp.classroom.sources.wanted_settings import WantedSettings
from webapp.classroom.workbench import function_of
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.model import Lesson
from webapp.pages import errors, htmx
from webapp.pages.access import access_keys, labs, lesson, site
from webapp.pages.asynchronous import read_form
from webapp.pages.asynchronous_form import AsynchronousForm, read_asynchronous
from webapp.pages.boards.queues import settings_forms
from webapp.pages.commands.blocks import Group
from webapp.pages.commands.bucket_commands import bucket_groups
from webapp.pages.commands.bus_commands import bus_groups
from webapp.pages.commands.groups import CommandGroups, Typed
from webapp.pages.commands.lines import CommandLines, Terminal
from webapp.pages.commands.queue_commands import (
    TypedMessage,
    asynchronous_block,
    press_command,
    queue_groups,
)
from webapp.pages.commands.schedule_commands import schedule_groups
from webapp.pages.commands.topic_commands import topic_groups
from webapp.pages.commands.version_commands import TypedAliases
from webapp.pages.knob_forms import FieldsInvalid, WantedKnobs, read_knobs
from webapp.pages.published_form import read_alias
from webapp.pages.sent import fields, function, seconds, whole_number
from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.model import LATEST, Address, Configuration

pages = Blueprint("commands", __name__, url_prefix="/w/<workspace>/labs/<slug>")
errors.catch(pages)

MOST_CALLS = 100


@pages.get("/commands")
def commands(workspace: str, slug: str) -> Response:
    """Show the command of every button."""
    open_lesson, given = lesson(slug), fields()
    call = given.get("call") or None
    shown = function_of(open_lesson, function()).name
    standings = {
        name: labs().standing(workspace, open_lesson, function=name)
        for name in (one.name for one in targets_first(open_lesson.lab))
    }
    terminal, lab = _terminal(workspace), open_lesson.lab
    address = Address(account=labs().account(workspace), region=terminal.region)
    published = labs().published.look(workspace, open_lesson, function=shown)
    form = read_form(workspace, slug, function=shown, qualifier=given.get("qualifier") or LATEST)
    lines = CommandLines(terminal=terminal, workspace=workspace, lab=slug, function=shown)
    groups = CommandGroups(
        asynchronous=lambda groups: asynchronous_block(
            lines,
            _asynchronous(given, form),
            lab=lab,
            address=address,
            qualifier=form.qualifier,
            before=groups.made(),
        ),
        on_queue=lambda action: press_command(lines, action, lab=lab, address=address),
        queues=(
            *queue_groups(
                lines,
                lab=lab,
                address=address,
                typed=_message(given),
                settings=_queue_settings(workspace, slug, given),
            ),
            *_boards_groups(lines, open_lesson, address=address),
        ),
        terminal=terminal,
        workspace=workspace,
        lesson=open_lesson,
        function=shown,
        standings=standings,
        typed=replace(
            _typed(given, old=standings[shown].configuration),
            call=call and labs().calls.detail(workspace, open_lesson, call),
            model=labs().model(workspace, open_lesson),
            qualifier=labs().qualifier(workspace, open_lesson, function=shown),
            published=published,
            aliases=_aliases(given, published),
        ),
    )
    return htmx.fragment(render_template("lesson/_commands.html", groups=groups.all()))


def _queue_settings(
    workspace: str, slug: str, given: Mapping[str, str]
) -> dict[str, WantedSettings]:
    """Return what stands in the settings of each queue."""
    return {
        name: form.typed(given, prefix=f"{form.id}-").wanted
        for name, form in settings_forms(workspace, slug).items()
    }


def _boards_groups(lines: CommandLines, lesson: Lesson, *, address: Address) -> tuple[Group, ...]:
    """Return the commands of what the lab has besides functions and queues."""
    boards = labs().boards
    workspace = lines.workspace
    return (
        *bus_groups(lines, boards.buses.boards(workspace, lesson)),
        *bucket_groups(lines, boards.buckets.boards(workspace, lesson)),
        *schedule_groups(lines, boards.schedules.boards(workspace, lesson)),
        *topic_groups(
            lines, boards.topics.boards(workspace, lesson), prefix=topic_arn("", address)
        ),
    )


def _asynchronous(given: Mapping[str, Any], form: AsynchronousForm) -> Asynchronous | str:
    try:
        return read_asynchronous({**form.values, **given}, form=form)
    except FieldsInvalid as error:
        return str(error)


def _message(given: Mapping[str, Any]) -> dict[str, TypedMessage]:
    """Return what stands in the send form of the board that asks."""
    names = ("body", "delay", "group", "deduplication")
    typed = {name: str(given[name]) for name in names if given.get(name)}
    return {str(given.get("queue", "")): TypedMessage(**typed)}


def _terminal(workspace: str) -> Terminal:
    keys = access_keys()
    key = keys.of(workspace)
    return Terminal(
        address=_address(),
        key_id=key.id,
        secret=key.secret,
        region=labs().region(workspace),
        shared=keys.shared,
    )


def _address() -> str:
    """Return where this browser found the server; behind a proxy only the site knows the scheme."""
    address = site().address
    return address if urlsplit(address).netloc == request.host else request.host_url.rstrip("/")


def _typed(given: Mapping[str, Any], *, old: Configuration) -> Typed:
    count = whole_number(given.get("count") or 10, name="The number of calls")
    return Typed(
        count=min(max(count, 1), MOST_CALLS),
        minutes=_minutes(given),
        knobs=_knobs(given, old=old),
        description=str(given.get("publish-description") or ""),
    )


def _aliases(given: Mapping[str, Any], published: Published) -> TypedAliases:
    """Return what the form of each alias says; one that the page does not show says nothing."""
    forms = {one.name: f"alias-{one.name}" for one in published.aliases}
    return TypedAliases(
        new=_alias(str(given.get("new-alias-alias") or "").strip(), given, form="new-alias"),
        moves={
            name: _alias(name, given, form=form)
            for name, form in forms.items()
            if f"{form}-version" in given
        },
    )


def _alias(name: str, given: Mapping[str, Any], *, form: str) -> WantedAlias | str:
    typed = {field: given.get(f"{form}-{field}") for field in ("version", "second", "weight")}
    try:
        return read_alias(name, typed)
    except InvalidParameterValue as error:
        return error.message


def _minutes(given: Mapping[str, Any]) -> float:
    minutes = seconds(given.get("minutes") or 30)
    if not 0 < minutes < math.inf:
        raise InvalidParameterValue(f"{minutes:g} minutes cannot be waited. Write a number over 0.")
    return minutes


def _knobs(given: Mapping[str, Any], *, old: Configuration) -> WantedKnobs | str:
    try:
        return read_knobs(given, old=old)
    except FieldsInvalid as error:
        return str(error)
    except InvalidParameterValue as error:
        return error.message

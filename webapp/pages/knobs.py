"""The lab's knobs: a function's configuration and its faults."""

from dataclasses import asdict

from flask import Blueprint, Response, render_template

from webapp.classroom.knobs import Knobs
from webapp.curriculum.model import Lesson
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import asked_form, back, done
from webapp.pages.knob_forms import (
    FAULT_NUMBERS,
    ConfigurationForm,
    FaultsForm,
    FieldsInvalid,
    field_errors,
    read_faults,
    read_knobs,
)
from webapp.pages.sent import edits, fields, function, tab
from webapp.runtime.errors import InvalidParameterValue, ValidationFailed
from webapp.runtime.model import Configuration, Faults

pages = Blueprint("knobs", __name__, url_prefix="/w/<workspace>/labs/<slug>")
errors.catch(pages)


@pages.get("/configuration")
def configuration(workspace: str, slug: str) -> Response:
    """Show the configuration as it is now."""
    form = ConfigurationForm.of(_base(workspace, slug), _now(workspace, slug), function=function())
    return _configuration(form)


@pages.post("/configuration")
def configure(workspace: str, slug: str) -> Response:
    """Change the configuration; what is wrong stands at its field."""
    old = _now(workspace, slug).configuration
    try:
        new = _configure(workspace, lesson(slug), old)
    except (FieldsInvalid, ValidationFailed, InvalidParameterValue) as error:
        if asked_form() != "fragment":
            raise InvalidParameterValue(str(error)) from error
        return _wrong(_base(workspace, slug), old, error)
    if asked_form() == "fragment":
        base = _base(workspace, slug)
        is_new = new.configuration != old
        return _configuration(
            ConfigurationForm.of(base, new, function=function(), saved=True, is_new=is_new)
        )
    told = {name: getattr(new.configuration, name) for name in ("memory_mb", "timeout")}
    reserved = {"reserved_concurrency": new.reserved_concurrency}
    return done(workspace, slug, body={**told, **reserved})


@pages.get("/faults")
def faults(workspace: str, slug: str) -> Response:
    """Show the fault knobs as they are now."""
    return _faults(workspace, slug, _now(workspace, slug).faults)


@pages.post("/faults")
def set_faults(workspace: str, slug: str) -> Response:
    """Set the fault knobs; those that are not sent are off. What is wrong stands at its field."""
    try:
        wanted = read_faults(fields())
    except FieldsInvalid as error:
        if asked_form() != "fragment":
            raise InvalidParameterValue(str(error)) from error
        return _wrong_faults(workspace, slug, error)
    new = labs().adjusting.set_faults(
        workspace, lesson(slug), faults=wanted, edits=edits(), function=function(), tab=tab()
    )
    form = asked_form()
    if form == "fragment":
        return _faults(workspace, slug, new)
    if form == "page":
        return back(workspace, slug)
    return done(workspace, slug, body=asdict(new))


def _configure(workspace: str, open_lesson: Lesson, old: Configuration) -> Knobs:
    knobs = read_knobs(fields(), old=old)
    return labs().adjusting.configure(
        workspace,
        open_lesson,
        memory_mb=knobs.memory_mb,
        timeout=knobs.timeout,
        temporary_mb=knobs.temporary_mb,
        variables=knobs.variables,
        reserved_concurrency=knobs.reserved_concurrency,
        edits=edits(),
        function=function(),
        tab=tab(),
    )


def _now(workspace: str, slug: str) -> Knobs:
    return labs().knobs(workspace, lesson(slug), function=function())


def _wrong(
    base: str,
    old: Configuration,
    error: FieldsInvalid | ValidationFailed | InvalidParameterValue,
) -> Response:
    found = error.errors if isinstance(error, FieldsInvalid) else field_errors(error)
    return _configuration(
        ConfigurationForm.typed(base, old, function=function(), given=fields(), errors=found),
        status=400,
    )


def _wrong_faults(workspace: str, slug: str, error: FieldsInvalid) -> Response:
    given = fields()
    form = FaultsForm(
        base=_base(workspace, slug),
        function=function(),
        faults=_now(workspace, slug).faults,
        typed={name: str(given.get(name) or "") for name in FAULT_NUMBERS},
        errors=error.errors,
    )
    return htmx.fragment(render_template("lesson/_faults.html", form=form), status=400)


def _configuration(form: ConfigurationForm, *, status: int = 200) -> Response:
    return htmx.fragment(render_template("lesson/_configuration.html", form=form), status=status)


def _faults(workspace: str, slug: str, now: Faults) -> Response:
    form = FaultsForm(base=_base(workspace, slug), function=function(), faults=now, elsewhere=True)
    return htmx.fragment(render_template("lesson/_faults.html", form=form))


def _base(workspace: str, slug: str) -> str:
    return f"/w/{workspace}/labs/{slug}"

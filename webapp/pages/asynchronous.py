"""How a lab's function tries its events and where they end: a form beside its configuration."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, Response, render_template

from webapp.curriculum.asynchronous import Asynchronous
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import asked_form, done
from webapp.pages.asynchronous_form import AsynchronousForm, form_of, read_asynchronous
from webapp.pages.knob_forms import FieldsInvalid
from webapp.pages.sent import edits, fields, function, tab
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound
from webapp.runtime.model import LATEST

pages = Blueprint("asynchronous", __name__, url_prefix="/w/<workspace>/labs/<slug>")
errors.catch(pages)


@pages.get("/asynchronous")
def look(workspace: str, slug: str) -> Response:
    """Show it as it is now, of ``qualifier``."""
    return _fragment(read_form(workspace, slug, function=function(), qualifier=_qualifier()))


@pages.post("/asynchronous")
def change(workspace: str, slug: str) -> Response:
    """Change it; what is wrong stands at its field, in AWS's words."""
    name, qualifier = function(), _qualifier()
    form = read_form(workspace, slug, function=name, qualifier=qualifier)
    try:
        new = _change(workspace, slug, form)
    except (FieldsInvalid, InvalidParameterValue) as error:
        if asked_form() != "fragment":
            raise InvalidParameterValue(str(error)) from error
        found = error.errors if isinstance(error, FieldsInvalid) else {"": error.message}
        return _fragment(_with(workspace, slug, form, errors=found), status=400)
    if asked_form() == "fragment":
        return _fragment(_with(workspace, slug, form, new=new))
    return done(workspace, slug, body=asdict(new))


def read_form(
    workspace: str, slug: str, *, function: str, qualifier: str = LATEST
) -> AsynchronousForm:
    """Return the form as the function is now. Raises ``ResourceNotFound``."""
    open_lesson = lesson(slug)
    known = labs().event_qualifiers(workspace, open_lesson, function=function)
    if qualifier not in known:
        raise ResourceNotFound(
            f"This function has no version or alias '{qualifier[:128]}'. It has {', '.join(known)}."
        )
    return form_of(
        labs().asynchronous(workspace, open_lesson, function=function, qualifier=qualifier),
        base=f"/w/{workspace}/labs/{slug}",
        lab=open_lesson.lab,
        function=function or open_lesson.lab.functions[0].name,
        qualifier=qualifier,
        qualifiers=known,
    )


def _change(workspace: str, slug: str, form: AsynchronousForm) -> Asynchronous:
    return labs().adjusting.set_asynchronous(
        workspace,
        lesson(slug),
        asynchronous=read_asynchronous(fields(), form=form),
        qualifier=form.qualifier,
        edits=edits(),
        function=form.function,
        tab=tab(),
    )


def _with(
    workspace: str,
    slug: str,
    form: AsynchronousForm,
    *,
    new: Asynchronous | None = None,
    errors: Mapping[str, str] | None = None,
) -> AsynchronousForm:
    """Return the form with what was saved, or with what was typed and is wrong."""
    open_lesson = lesson(slug)
    now = new or labs().asynchronous(
        workspace, open_lesson, function=form.function, qualifier=form.qualifier
    )
    return form_of(
        now,
        base=form.base,
        lab=open_lesson.lab,
        function=form.function,
        qualifier=form.qualifier,
        qualifiers=form.qualifiers,
        given=None if new else fields(),
        errors=errors,
        saved=new is not None,
    )


def _fragment(form: AsynchronousForm, *, status: int = 200) -> Response:
    return htmx.fragment(render_template("lesson/_asynchronous.html", form=form), status=status)


def _qualifier() -> str:
    given = fields().get("qualifier")
    return given if isinstance(given, str) and given else LATEST

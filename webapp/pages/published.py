"""Versions and aliases in the lab: published, listed, led elsewhere, and chosen for Invoke."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, render_template

from webapp.curriculum.model import Lesson
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import asked_form, back, done
from webapp.pages.published_form import PublishedForm, read_alias, read_published_form
from webapp.pages.sent import edits, fields, function, tab, text_field
from webapp.runtime.errors import InvalidParameterValue, ServiceError

pages = Blueprint("published", __name__, url_prefix="/w/<workspace>/labs/<slug>")
errors.catch(pages)
ANCHOR = "part-published"


@pages.get("/published")
def published(workspace: str, slug: str) -> Response:
    """Show versions and aliases as they are now."""
    return _fragment(_form(workspace, slug))


@pages.get("/qualifier")
def qualifiers(workspace: str, slug: str) -> Response:
    """Show by what Invoke can call the function."""
    form = _form(workspace, slug)
    return htmx.fragment(render_template("lesson/_qualifier.html", form=form))


@pages.post("/qualifier")
def choose(workspace: str, slug: str) -> Response:
    """Remember what Invoke calls."""
    chosen = remember_qualifier(workspace, lesson(slug), text_field("qualifier"))
    return done(workspace, slug, body={"qualifier": chosen})


@pages.post("/published")
def publish(workspace: str, slug: str) -> Response:
    """Publish a version."""
    description = str(fields().get("description") or "").strip()

    def work() -> Mapping[str, Any]:
        version = labs().published.publish(
            workspace,
            lesson(slug),
            description=description,
            edits=edits(),
            function=function(),
            tab=tab(),
        )
        return {"version": version.version, "said": f"Version {version.version} is published."}

    return _answer(workspace, slug, work, at="publish")


@pages.post("/published/<version>/delete")
def delete(workspace: str, slug: str, version: str) -> Response:
    """Delete a version."""

    def work() -> Mapping[str, Any]:
        labs().published.delete(workspace, lesson(slug), version=version, function=function())
        return {"deleted": version, "said": f"Version {version:.20} is deleted."}

    return _answer(workspace, slug, work, at="versions")


@pages.post("/aliases")
def lead(workspace: str, slug: str) -> Response:
    """Make an alias, or let one lead elsewhere."""
    name = str(fields().get("alias") or "").strip()

    def work() -> Mapping[str, Any]:
        wanted = read_alias(name, fields())
        labs().published.lead(workspace, lesson(slug), wanted, function=function())
        return {"alias": name, "said": f"Alias {name:.128} leads there now."}

    published = labs().published.look(workspace, lesson(slug), function=function())
    known = {one.name for one in published.aliases}
    return _answer(workspace, slug, work, at=name if name in known else "new-alias")


@pages.post("/aliases/<alias>/delete")
def delete_alias(workspace: str, slug: str, alias: str) -> Response:
    """Take an alias."""

    def work() -> Mapping[str, Any]:
        labs().published.delete_alias(workspace, lesson(slug), alias=alias, function=function())
        return {"deleted": alias, "said": f"Alias {alias:.128} is deleted."}

    return _answer(workspace, slug, work, at=alias)


def remember_qualifier(workspace: str, open_lesson: Lesson, qualifier: str) -> str:
    """Let Invoke call this from now on. Raises ``InvalidParameterValue`` for what there is not."""
    known = labs().published.look(workspace, open_lesson, function=function()).qualifiers
    if qualifier not in known:
        raise InvalidParameterValue(
            f"The function has no version or alias '{qualifier:.80}'. Use {', '.join(known)}."
        )
    labs().learning.choose_qualifier(
        workspace, open_lesson, function=function(), qualifier=qualifier
    )
    return qualifier


def _answer(workspace: str, slug: str, work: Any, *, at: str) -> Response:
    """Do it, and answer in the form that was asked for; what is refused stands where it was."""
    if asked_form() != "fragment":
        body = work()
        if asked_form() == "page":
            return back(workspace, slug, anchor=ANCHOR)
        return done(workspace, slug, body={key: body[key] for key in body if key != "said"})
    try:
        said = work()["said"]
    except ServiceError as error:
        form = _form(workspace, slug, errors={at: error.message}, given=fields())
        return _fragment(form, status=400)
    return _fragment(_form(workspace, slug, said=said))


def _form(workspace: str, slug: str, **details: Any) -> PublishedForm:
    return read_published_form(workspace, lesson(slug), function=function(), **details)


def _fragment(form: PublishedForm, *, status: int = 200) -> Response:
    return htmx.fragment(render_template("lesson/_published.html", form=form), status=status)

"""Templates: a name that nobody gives is an error, and everything given is escaped."""

import pytest
from jinja2 import StrictUndefined, UndefinedError

from webapp.wiring import Application


def test_a_name_that_nobody_gives_is_an_error(application: Application) -> None:
    environment = application.app.jinja_env
    assert environment.undefined is StrictUndefined
    with application.app.app_context(), pytest.raises(UndefinedError, match="page"):
        environment.get_template("lesson/page.html").render()


def test_every_template_escapes_what_it_is_given(application: Application) -> None:
    environment = application.app.jinja_env
    select = environment.autoescape
    names = environment.list_templates(extensions=["html"])
    assert names
    assert callable(select)
    assert all(select(name) for name in names)


def test_no_template_lets_text_pass_as_markup(application: Application) -> None:
    environment = application.app.jinja_env
    assert environment.loader is not None
    for name in environment.list_templates(extensions=["html"]):
        source, _, _ = environment.loader.get_source(environment, name)
        assert "|safe" not in source.replace(" ", ""), name
        assert "autoescape false" not in source, name

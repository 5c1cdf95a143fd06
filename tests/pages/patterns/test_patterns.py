"""``/patterns`` draws every state with the product's own templates."""

import re
from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient
from jinja2 import Template

from webapp.wiring import Application

pytestmark = pytest.mark.slow

NAMING = re.compile(
    r"\s(?:for|form|list|popovertarget|data-(?:copies|enter|full-screen|opens|says-of|tab)"
    r'|aria-(?:controls|describedby|labelledby))="([^"]*)"|\shx-target="\#([^"]*)"'
)


@pytest.mark.parametrize(
    "says",
    [
        'data-state="open"',
        'data-state="committed"',
        'data-state="revealed"',
        "task--passed",
        "task--failed",
        "answer--wrong",
        "answer--right",
        "answer--unknown",
        'aria-invalid="true"',
        '<segment-sample kind="init-failed">',
        '<segment-sample kind="visibility">',
        'data-name="throttle-tint"',
        "toast--error",
        "<dialog",
        "callout--warning",
        "empty__title",
        'role="tablist"',
        'class="table"',
        "lesson-list__item--planned",
        "reflection__answer",
        'class="solution"',
        "<strong>Nothing can be written.</strong>",
        "The lesson's code has changed since your draft.",
        "Undo the reset of the configuration",
        "Bring my code back",
        "No version is kept yet.",
        "Its files are those of the draft.",
        "None yet. Save as… keeps the event",
        "10 of 10",
        "It tells of no lesson of this course.",
        "prediction__waiting",
        "SES does not run here.",
        "What is packed into it",
        "which is still to come",
        '<cold-timeline label="Predictions beside what ran"',
    ],
)
def test_each_state_is_there(client: FlaskClient, says: str) -> None:
    assert says in client.get("/patterns").text


WITHOUT_A_STATE: dict[str, str] = {}
"""Partials that the page may leave out, each with the reason; today there is none."""


def test_every_partial_of_the_product_is_drawn(
    client: FlaskClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, loaded = application.app.jinja_env, set[str]()
    get_template = environment.get_template

    def noted(name: str, *further: Any, **named: Any) -> Template:
        loaded.add(name)
        return get_template(name, *further, **named)

    monkeypatch.setattr(environment, "get_template", noted)
    assert client.get("/patterns").status_code == 200
    partials = {name for name in environment.list_templates() if _is_partial(name)}
    assert {"_layout.html", "lesson/_undo.html"} <= partials
    assert partials - loaded == set(WITHOUT_A_STATE)


def test_every_id_is_unique_and_every_name_of_one_leads_to_it(client: FlaskClient) -> None:
    page = client.get("/patterns").text
    ids = re.findall(r'\sid="([^"]*)"', page)
    twice = [one for one, times in Counter(ids).items() if times > 1]
    named = {one for words in NAMING.findall(page) for one in " ".join(words).split()}
    assert twice == []
    assert named - set(ids) == set()


def test_no_pattern_brings_a_style_of_its_own(client: FlaskClient) -> None:
    assert " style=" not in client.get("/patterns").text


def _is_partial(name: str) -> bool:
    return name.rpartition("/")[2].startswith("_") and name.endswith(".html")

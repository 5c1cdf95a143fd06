"""The facts by number and the words by letter, as pages."""

import re

from flask.testing import FlaskClient

from tests.pages.asking import LESSON
from webapp.trace.projections import rules
from webapp.trace.projections.rules import Rule


def rules_of_stories() -> set[str]:
    """Return the section of every rule that a story can name."""
    named = [one for one in vars(rules).values() if isinstance(one, Rule)]
    tables = [one for one in vars(rules).values() if isinstance(one, dict)]
    tabled = [one for table in tables for one in table.values() if isinstance(one, Rule)]
    return {rule.section for rule in (*named, *tabled) if rule.section}


def test_every_rule_that_stories_and_lessons_name_is_a_place_of_the_reference(
    client: FlaskClient,
) -> None:
    places = set(re.findall(r'id="rule-([\d.]+)"', client.get("/reference").text))
    assert rules_of_stories() <= places
    linked = set(re.findall(r'href="/reference#rule-([\d.]+)"', client.get(LESSON).text))
    assert linked
    assert linked <= places


def test_what_no_source_confirms_is_labelled(client: FlaskClient) -> None:
    page = client.get("/reference").text
    assert '<span class="unconfirmed">not confirmed</span>' in page


def test_the_glossary_explains_every_word_and_leads_to_the_facts(client: FlaskClient) -> None:
    page = client.get("/glossary").text
    words = re.findall(r'id="term-[\w-]+"><dt>(.*?)</dt>', page)
    assert words == sorted(words, key=str.lower)
    assert "cold start" in words
    entry = page[page.index('id="term-frozen"') :].split("</div>", maxsplit=1)[0]
    assert 'href="/reference#rule-2.4"' in entry


def test_a_word_in_a_lesson_opens_its_explanation_without_script(client: FlaskClient) -> None:
    page = client.get(LESSON).text
    opened = set(re.findall(r'popovertarget="(term-[\w-]+)"', page))
    assert "term-frozen" in opened
    assert opened <= set(re.findall(r'id="(term-[\w-]+)" popover', page))

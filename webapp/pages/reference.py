"""The facts behind the lessons, by number, and the words of the course, by letter."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from markupsafe import Markup

from webapp.curriculum.content import Content, Html, TermPlace
from webapp.curriculum.words import Chapter, Term
from webapp.pages import errors, mistakes
from webapp.pages.access import open_course

pages = Blueprint("reference", __name__)
errors.catch(pages)
mistakes.tell(pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferencePage:
    """``facts`` are the facts of each section by its number."""

    chapters: tuple[Chapter, ...]
    facts: dict[str, Html]


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryPage:
    """The words in the order of the alphabet."""

    terms: tuple[Term, ...]


@pages.get("/reference")
def page() -> str:
    """Show the facts."""
    chapters = open_course().reference
    sections = [section for chapter in chapters for section in chapter.sections]
    facts = {section.number: _facts(section.content) for section in sections}
    return render_template(
        "reference/page.html", page=ReferencePage(chapters=chapters, facts=facts)
    )


@pages.get("/glossary")
def glossary() -> str:
    """Show the words."""
    terms = sorted(open_course().glossary.values(), key=lambda term: term.name.lower())
    return render_template("reference/glossary.html", page=GlossaryPage(terms=tuple(terms)))


def _facts(content: Content) -> Html:
    """Return prose that holds nothing to press: HTML, and words of the glossary."""
    return Html(
        "".join(_word(node) if isinstance(node, TermPlace) else str(node) for node in content.nodes)
    )


def _word(place: TermPlace) -> str:
    address = url_for("reference.glossary", _anchor=f"term-{place.term.id}")
    return Markup('<a href="{}">{}</a>').format(address, place.words)

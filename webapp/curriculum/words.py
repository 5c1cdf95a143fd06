"""Words and facts beside the lessons: the glossary and the reference."""

from dataclasses import dataclass

from webapp.curriculum.content import Content, Html


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the glossary. ``rule`` is the section of the reference that says more, if any."""

    id: str
    name: str
    says: Html
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceSection:
    """Facts under one number, such as ``2.2``; links to it are ``/reference#rule-2.2``."""

    number: str
    title: Html
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter of the reference: sections whose numbers begin with its own."""

    number: int
    title: Html
    sections: tuple[ReferenceSection, ...]

"""``glossary.yaml``: the words of the course, each explained in a sentence or two."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from webapp.curriculum.fields import Fields, read_fields
from webapp.curriculum.identifiers import identifier_from
from webapp.curriculum.markdown import Links, Prose
from webapp.curriculum.tree import Tree
from webapp.curriculum.words import Term

GLOSSARY = "glossary.yaml"


@dataclass(frozen=True, slots=True)
class Glossary:
    """Terms by id, and by every way to write them in small letters."""

    terms: Mapping[str, Term]
    spellings: Mapping[str, Term]


def read_glossary(trees: Collection[Tree], *, rules: Collection[str]) -> Glossary:
    """Read the glossaries of all folders as one; a word stands in it once."""
    terms: dict[str, Term] = {}
    spellings: dict[str, Term] = {}
    for tree in (tree for tree in trees if GLOSSARY in tree.files):
        fields = read_fields(tree.text(GLOSSARY), source=tree.source(GLOSSARY))
        for name, inner in _entries(fields):
            term, words = _term(name, inner, tree=tree, rules=rules)
            for word in words:
                if spellings.setdefault(word, term) is not term:
                    inner.problem("", f"'{word}' stands in the glossary already.")
            terms.setdefault(term.id, term)
    return Glossary(terms, spellings)


def _entries(fields: Fields) -> Iterator[tuple[str, Fields]]:
    for name in fields.names:
        inner = fields.fields(name)
        if inner is not None:
            yield name, inner


def _term(
    name: str, fields: Fields, *, tree: Tree, rules: Collection[str]
) -> tuple[Term, list[str]]:
    """Return a term and the ways to write it."""
    prose = Prose(fields.text_source("says"), Links(rules=rules))
    says = prose.inline(fields.text("says"))
    rule = fields.text("rule", default="")
    if rule and rule not in rules:
        fields.problem("rule", f"The reference has no section {rule}.")
    words = [name.lower(), *(word.lower() for word in fields.words("also"))]
    fields.done()
    return Term(id=identifier_from(name), name=name, says=says, rule=rule), words

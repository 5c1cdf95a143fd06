"""The docs name what the code has."""

from dataclasses import fields
from pathlib import Path

import pytest

from webapp.trace.events import FACTS, Fact

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("kind", FACTS, ids=lambda kind: kind.__name__)
def test_every_fact_is_on_the_page_of_facts_with_its_fields(kind: type[Fact]) -> None:
    text = (DOCS / "facts.md").read_text(encoding="utf-8")
    [row] = [line for line in text.splitlines() if line.startswith(f"| `{kind.__name__}` |")]
    assert all(f"`{field.name}`" in row for field in fields(kind))


def test_the_page_of_facts_names_no_fact_that_is_gone() -> None:
    text = (DOCS / "facts.md").read_text(encoding="utf-8")
    named = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    assert named == {kind.__name__ for kind in FACTS}


def test_every_package_of_the_app_is_in_the_architecture_page() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    package = DOCS.parent / "webapp"
    names = {path.parent.name for path in package.glob("*/__init__.py")}
    assert names == {name for name in names if f"{name}/" in text or f" {name} " in text}

"""The glossary and the reference as files, and what is wrong with them."""

from pathlib import Path

import pytest

from tests.curriculum.small_course import FILE, write_course
from webapp.curriculum.content import TermPlace
from webapp.curriculum.loader import load_course, problems

GLOSSARY = """\
cold start:
  says: A call that *waits* ({rule}`2.1`).
  rule: "2.1"
  also: [cold, starts cold]
warm start:
  says: A call that does not.
"""
REFERENCE = """\
# 2 Environments

## 2.1 Phases

A {term}`cold start|cold` one ({unconfirmed}`not sure`).

## 2.2 Limits

More, see {rule}`2.1`.
"""


def with_words(folder: Path, *, glossary: str = GLOSSARY, reference: str = REFERENCE) -> Path:
    write_course(folder, body="## One\n\nA {term}`starts cold|Cold <one>`, {rule}`2.2`.\n")
    (folder / "glossary.yaml").write_text(glossary)
    (folder / "reference").mkdir(exist_ok=True)
    (folder / "reference" / "02.md").write_text(reference)
    return folder


def test_a_word_is_found_by_every_way_to_write_it(tmp_path: Path) -> None:
    course = load_course(with_words(tmp_path))
    term = course.glossary["cold-start"]
    assert (term.name, term.rule) == ("cold start", "2.1")
    assert "<em>waits</em>" in term.says
    assert 'href="/reference#rule-2.1"' in term.says
    assert {name for name, one in course.spellings.items() if one is term} == {
        "cold start",
        "cold",
        "starts cold",
    }


def test_a_lesson_knows_the_words_that_it_explains(tmp_path: Path) -> None:
    course = load_course(with_words(tmp_path))
    lesson = course.lesson("small")
    assert lesson.terms == (course.glossary["cold-start"],)
    (place,) = [node for node in lesson.steps[0].content.nodes if isinstance(node, TermPlace)]
    assert place.words == "Cold &lt;one&gt;"


def test_the_reference_has_chapters_and_numbered_sections(tmp_path: Path) -> None:
    folder = with_words(tmp_path)
    (folder / "reference" / "01.md").write_text("# 1 First\n\n## 1.1 Begin\n\nText.\n")
    chapters = load_course(folder).reference
    assert [(chapter.number, chapter.title) for chapter in chapters] == [
        (1, "First"),
        (2, "Environments"),
    ]
    assert [section.number for section in chapters[1].sections] == ["2.1", "2.2"]
    html = "".join(str(node) for node in chapters[1].sections[0].content.nodes)
    assert '<span class="unconfirmed">not sure</span>' in html


@pytest.mark.parametrize(
    ("glossary", "line", "message"),
    [
        (GLOSSARY + "Cold:\n  says: Again.\n", 8, "'cold' stands in the glossary already."),
        (GLOSSARY.replace('"2.1"', '"9.9"', 1), 3, "The reference has no section 9.9."),
        (GLOSSARY.replace("also", "alias"), 4, "'alias' is not a key here."),
        (GLOSSARY.replace("  says: A call that does not.\n", "  also: x\n"), 6, "'says' is miss"),
        (GLOSSARY.replace("waits", "w <b>x</b>"), 2, "HTML is not supported."),
        ("- a\n", 1, "Keys and values are missing here."),
    ],
)
def test_what_is_wrong_in_the_glossary_is_told(
    tmp_path: Path, glossary: str, line: int, message: str
) -> None:
    found = problems(with_words(tmp_path, glossary=glossary))
    own = [one for one in found if one.file == "glossary.yaml"]
    assert any((one.line, one.message.startswith(message)) == (line, True) for one in own), found


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("# 2 Environments", "# Environments", 1, "A chapter begins with '# 2 Title'"),
        ("# 2 Environments\n", "", 1, "A chapter begins with '# 2 Title'"),
        ("## 2.2 Limits", "## 3.2 Limits", 7, "A chapter begins with '# 2 Title'"),
        ("## 2.2 Limits", "## Limits", 7, "A chapter begins with '# 2 Title'"),
        ("{rule}`2.1`", "{rule}`2.9`", 9, "The reference has no section 2.9."),
        ("{rule}`2.1`", "{press}`once`", 9, "There is no press 'once' in this lesson."),
        ("More, see", "<b>More</b>", 9, "HTML is not supported."),
    ],
)
def test_what_is_wrong_in_the_reference_is_told(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in REFERENCE
    found = problems(with_words(tmp_path, reference=REFERENCE.replace(old, new, 1)))
    own = [one for one in found if one.file == "reference/02.md"]
    assert any((one.line, one.message.startswith(message)) == (line, True) for one in own), found


def test_a_number_that_stands_twice_is_a_problem(tmp_path: Path) -> None:
    folder = with_words(tmp_path)
    (folder / "reference" / "other.md").write_text(REFERENCE)
    assert "Section 2.1 stands in the reference twice." in {one.message for one in problems(folder)}


def test_a_word_or_a_rule_that_is_not_there_is_told_in_the_lesson(tmp_path: Path) -> None:
    folder = with_words(tmp_path, glossary="warm start: {says: x}\n")
    found = {one.message for one in problems(folder) if one.file == FILE}
    assert "The glossary has no 'starts cold'. Add it, or leave it plain." in found

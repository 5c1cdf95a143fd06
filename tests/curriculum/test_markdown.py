"""Prose: what it may hold, and what cannot get through it."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.curriculum.plain_renderer import PlainRenderer
from webapp.curriculum.content import Content, Html, PressPlace
from webapp.curriculum.errors import Problem
from webapp.curriculum.markdown import Links, Prose
from webapp.curriculum.model import PARTS
from webapp.curriculum.press import Press, Wait
from webapp.curriculum.source import Source
from webapp.curriculum.words import Term

PRESS = Press(id="wait", label="Wait <1> minute", busy="Waiting", action=Wait(seconds=60))
TERM = Term(id="cold-start", name="cold start", says=Html("A start."))
LINKS = Links(
    presses={"wait": PRESS},
    lessons={"cold-and-warm"},
    steps={"first"},
    terms={"cold start": TERM, "starts cold": TERM},
    rules={"2.2"},
)


class Seen(HTMLParser):
    """Collects tags and attributes of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, str | None] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(attrs)


def rendered(text: str) -> tuple[str, list[Problem]]:
    problems: list[Problem] = []
    content = Prose(Source("lesson.md", problems.append), LINKS).text(text)
    return content.render(PlainRenderer()), problems


def test_prose_becomes_plain_html() -> None:
    html, problems = rendered("Some *words* and `code`.\n\n- one\n- two\n")
    assert html == (
        "<p>Some <em>words</em> and <code>code</code>.</p>\n"
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )
    assert not problems


def test_a_press_stands_inside_its_paragraph() -> None:
    html, problems = rendered("Press {press}`wait`, then **{press}`wait` again**.")
    button = '<button name="press" value="wait">Wait &lt;1&gt; minute</button>'
    first = f'<span class="marked">{button},</span>'
    assert html == f"<p>Press {first} then <strong>{button} again</strong>.</p>\n"
    assert not problems


@pytest.mark.parametrize("text", ["{press}`wait`.", "{press}`wait`), and", "{term}`cold start`:"])
def test_a_mark_stays_on_the_line_of_the_button_before_it(text: str) -> None:
    html, _ = rendered(text)
    plain = html.replace('<span class="marked">', "").replace("</span>", "")
    assert html.count('<span class="marked">') == 1
    assert (
        plain.replace("</button>", "")
        .replace("</dfn>", "")
        .endswith(f"{text[text.rindex('`') + 1 :]}</p>\n")
    )


@pytest.mark.parametrize("name", PARTS)
def test_every_part_of_the_lab_can_be_pointed_at(name: str) -> None:
    html, problems = rendered(f"The {{part}}`{name}|words <b>`.")
    assert f'<a class="part" href="#part-{name}" data-part="{name}">words &lt;b&gt;</a>' in html
    assert not problems


def test_a_rule_leads_to_its_section_of_the_reference() -> None:
    html, problems = rendered("See {rule}`2.2`.")
    assert '<a class="rule" href="/reference#rule-2.2" data-rule="2.2">§2.2</a>' in html
    assert not problems


def test_a_word_of_the_glossary_is_marked_as_it_is_written() -> None:
    html, problems = rendered("A {term}`Cold start` {term}`starts cold|began <cold>`.")
    assert '<dfn title="cold-start">Cold start</dfn>' in html
    assert '<dfn title="cold-start">began &lt;cold&gt;</dfn>' in html
    assert not problems


def test_what_is_not_confirmed_is_labelled() -> None:
    html, problems = rendered("It takes long ({unconfirmed}`not <sure>`).")
    assert '(<span class="unconfirmed">not &lt;sure&gt;</span>)' in html
    assert not problems


def test_code_has_class_names_and_no_inline_style() -> None:
    html, _ = rendered('```python\ndef f():\n    return "<script>"\n```\n')
    assert html.startswith('<pre class="code" tabindex="0"><code><span class="k">def</span>')
    assert "&lt;script&gt;" in html
    assert "style" not in html


def test_a_fence_without_a_language_is_text() -> None:
    html, problems = rendered("```\na < b\n```\n")
    assert html == '<pre class="code" tabindex="0"><code>a &lt; b</code></pre>\n'
    assert not problems


def test_table_columns_are_aligned_by_class() -> None:
    html, _ = rendered("| a | b |\n|--:|:-:|\n| 1 | 2 |\n")
    assert '<th class="align-right">a</th>' in html
    assert '<td class="align-center">2</td>' in html
    assert "style" not in html


def test_links_lead_to_steps_lessons_and_the_web() -> None:
    html, problems = rendered("[a](#first) [b](lesson:cold-and-warm) [c](https://example.org/x)")
    assert '<a href="#step-first">a</a>' in html
    assert '<a href="/lessons/cold-and-warm">b</a>' in html
    assert '<a href="https://example.org/x" rel="noreferrer">c</a>' in html
    assert not problems


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\nb {press}`no`", "There is no press 'no' in this lesson."),
        ("a\nb {part}`moon`", "'moon' is not a part of the lab."),
        ("a\nb {rule}`two`", "'two' is not the number of a rule"),
        ("a\nb {rule}`2.3`", "The reference has no section 2.3."),
        ("a\nb {term}`moon`", "The glossary has no 'moon'."),
        ("a\nb {shout}`x`", "'shout' is not a role. There are part, press, rule, term,"),
        ("a\nb <b>x</b>", "HTML is not supported."),
        ("a\nb <!-- x -->", "HTML is not supported."),
        ("a\n\n<script>\nalert(1)\n</script>", "HTML is not supported."),
        ("a\nb [x](#nowhere)", "'#nowhere' leads nowhere."),
        ("a\nb [x](lesson:none)", "'lesson:none' leads nowhere."),
        ("a\nb [x](http://example.org)", "'http://example.org' leads nowhere."),
        ("a\nb [x](//example.org)", "'//example.org' leads nowhere."),
        ("a\nb ![x](x.png)", "Pictures are not supported."),
        ("a\n\n# Title", "Only '##' begins a step"),
        ("a\n\n```moonspeak\n```", "'moonspeak' is not a language"),
        ("a\n:::{callout} t\n:::", "A directive cannot stand inside another one."),
        ("a\n:::callout\n:::", "Write a directive as ':::{name}'"),
        ("a\n:::{callout} t", "This directive is not closed with ':::'."),
        ("- a\n  :::{callout} t\n  :::", "A directive stands at the left margin"),
        ("> a\n> :::{callout} t\n> :::", "A directive stands at the left margin"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, message: str) -> None:
    _, problems = rendered(text)
    assert problems[0].message.startswith(message)
    assert problems[0].line == (3 if "\n\n" in text else 2)
    assert problems[0].file == "lesson.md"


ATTACKS = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<b onclick=alert(1)>b</b>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    '[x](https://e.org "a\\" onclick=\\"alert(1)")',
    "![x](javascript:alert(1))",
    "<https://e.org/\"onclick='x'>",
    "{part}`clock|<script>alert(1)</script>`",
    '{part}`clock" onclick="x|y`',
    '{rule}`2" onclick="x`',
    "{press}`<script>`",
    "```python\n</code></pre><script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\n```',
    "&lt;script&gt; &#60;script&#62;",
    "[x]: javascript:alert(1)\n\n[x]",
]
ALLOWED = {"href", "class", "data-part", "data-rule", "tabindex", "rel", "title", "name", "value"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_script_gets_through_prose(attack: str) -> None:
    seen = Seen(rendered(attack)[0])
    assert not seen.tags & {"script", "img", "b", "style", "iframe"}
    assert set(seen.attributes) <= ALLOWED
    assert not str(seen.attributes.get("href", "")).lower().startswith(("javascript", "data"))


@pytest.mark.slow
@given(st.lists(st.sampled_from([*ATTACKS, "\n", "> ", "- ", "`", "*", ":::", "x"]), max_size=8))
def test_no_mixture_of_attacks_gets_through_prose(pieces: list[str]) -> None:
    seen = Seen(rendered("".join(pieces))[0])
    assert not seen.tags & {"script", "img", "b", "style", "iframe"}
    assert set(seen.attributes) <= ALLOWED | {"start"}


def test_phrasing_text_holds_no_press_and_no_paragraph() -> None:
    problems: list[Problem] = []
    prose = Prose(Source("lesson.md", problems.append, first=7), LINKS)
    assert prose.inline("one *two*\n") == "one <em>two</em>"
    assert not problems
    prose.inline("press {press}`wait`")
    assert [str(problem) for problem in problems] == [
        "lesson.md:7: A press cannot stand here, only in the prose of a step."
    ]


def test_html_is_not_escaped_again_by_templates() -> None:
    html = Content((Html("<p>"), PressPlace(PRESS), Html("</p>"))).render(PlainRenderer())
    assert html.__html__() == str(html)

"""What a page says, compared with what its lesson holds."""

from pathlib import Path

from tests.curriculum.small_course import TASK, lesson_of
from webapp.authoring.page_text import missing

BODY = f"## One & only\n\nSome *words* and `code <b>`.\n\n- first\n- second\n\n{TASK}"


def test_a_page_that_says_everything_misses_nothing(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, body=BODY)
    page = (
        "<h1>One &amp; only</h1><p>Some <i>words</i> and <code>code &lt;b&gt;</code>.</p>"
        "<li>first</li> <li>second</li><b>A call starts cold.</b>"
        "<textarea>def handler(event, context): ...\n</textarea>"
    )
    assert missing(lesson, page) == []


def test_what_only_a_script_would_show_is_missed(tmp_path: Path) -> None:
    lesson = lesson_of(tmp_path, body=BODY)
    page = "<script>Some words and code <b>.</script><p>One &amp; only, first, A call starts cold."
    assert missing(lesson, page) == [
        "Some <em>words</em> and <code>code &lt;b&gt;</code>.",
        "second",
        "def handler(event, context): ...\n",
    ]

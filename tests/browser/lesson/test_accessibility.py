"""axe finds nothing on the pages, in both themes, wide and narrow."""

import pytest

from tests.browser.lesson.learner import Learner

pytestmark = pytest.mark.slow
PAGES = (
    "/",
    "/lessons/cold-and-warm",
    "/patterns",
    "/reference",
    "/glossary",
    "/status",
    "/w/local/progress",
    "/nowhere",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_lesson_with_a_trace_has_no_violation(learner: Learner, theme: str) -> None:
    learner.use_theme(theme)
    learner.open("concurrency")
    learner.predict("Nine")
    learner.press("Send 10 at once")
    learner.see_passed("Ten environments work at the same moment.")
    assert learner.violations() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_violation_wide_and_on_a_phone(
    learner: Learner, theme: str, path: str
) -> None:
    learner.use_theme(theme)
    learner.refused = path == "/nowhere"
    for width in (1440, 390):
        learner.use_width(width)
        learner.visit(path)
        assert learner.violations() == []

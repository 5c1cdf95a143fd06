"""axe finds nothing on the pages, in both themes, wide and narrow."""

from collections.abc import Iterator

import pytest

from tests.browser.lesson.learner import Learner
from tests.browser.lesson.server import serving

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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give one server for all: only the last test here does anything but look."""
    with serving(tmp_path_factory.mktemp("served") / "data") as address:
        yield address


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_violation_wide_and_on_a_phone_light_and_dark(
    learner: Learner, path: str
) -> None:
    learner.refused = path == "/nowhere"
    for width in (1440, 390):
        learner.use_width(width)
        learner.visit(path)
        for theme in ("light", "dark"):
            learner.use_theme(theme)
            assert learner.violations() == []


def test_the_lesson_with_a_trace_has_no_violation_light_and_dark(learner: Learner) -> None:
    learner.open("concurrency")
    learner.predict("Nine")
    learner.press("Send 10 at once")
    learner.see_passed("Ten environments work at the same moment.")
    for theme in ("light", "dark"):
        learner.use_theme(theme)
        assert learner.violations() == []

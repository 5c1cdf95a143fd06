"""Lessons that are edited while the server runs: mistakes are said, nothing dies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp import wiring
from webapp.authoring.skeleton import write_skeleton
from webapp.settings import Settings
from webapp.wiring import Application

pytestmark = pytest.mark.slow
HTML = {"Accept": "text/html"}
HANDLER = "def handler(event, context):\n    return 'still there'\n"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """Give the text of a lesson of one's own."""
    return write_skeleton(tmp_path / "own", place="mine/first") / "lesson.md"


@pytest.fixture
def application(tmp_path: Path, text: Path) -> Iterator[Application]:
    running = wiring.start(Settings(data=tmp_path / "data", lessons=(text.parents[2],)))
    yield running
    running.stop()


def test_an_edit_shows_when_the_page_is_asked_for_again(
    application: Application, text: Path
) -> None:
    client = application.app.test_client()
    address = "/w/local/lessons/first"
    assert "Begin with one idea" in client.get(address, headers=HTML).text
    text.write_text(text.read_text().replace("Begin with one idea", "Begin with two ideas"))
    assert "Begin with two ideas" in client.get(address, headers=HTML).text


def test_a_mistake_is_said_with_file_and_line_and_the_lab_goes_on(
    application: Application, text: Path
) -> None:
    client, good = application.app.test_client(), text.read_text()
    text.write_text(good.replace("check: warm_start", "check: <script>"))
    line = text.read_text().split("\n").index("check: <script>") + 1
    for address in ("/", "/w/local/lessons/first", "/lessons/cold-and-warm", "/reference"):
        answer = client.get(address, headers=HTML)
        assert answer.status_code == 500
        assert f"{text}:{line}" in answer.text
        assert "&#39;check&#39; is &#39;&lt;script&gt;&#39;" in answer.text
    body = {"files": {"handler.py": HANDLER}, "event": "{}"}
    pressed = client.post("/w/local/labs/first/press/invoke-once", json=body)
    assert pressed.status_code == 200
    text.write_text(good)
    assert client.get("/", headers=HTML).status_code == 200


def test_a_lesson_that_was_taken_away_is_said_to_be_missing(
    application: Application, text: Path
) -> None:
    client = application.app.test_client()
    text.unlink()
    answer = client.get("/", headers=HTML)
    assert "There is no &#39;01-mine/01-first/lesson.md&#39;." in answer.text


def test_where_others_come_in_they_go_on_with_the_lessons_as_they_were(
    tmp_path: Path, text: Path
) -> None:
    settings = Settings(
        data=tmp_path / "shared", lessons=(text.parents[2],), passphrase="open", secret="s" * 32
    )
    shared = wiring.start(settings)
    client = shared.app.test_client()
    client.post("/door", data={"passphrase": "open"})
    text.write_text("broken")
    answer = client.get("/", headers=HTML)
    shared.stop()
    assert answer.status_code == 200
    assert "First" in answer.text

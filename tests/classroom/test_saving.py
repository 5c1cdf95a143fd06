"""What may be kept as a draft, and what is then found in it."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.app.application import running
from webapp.classroom.labs import Labs
from webapp.classroom.requests import LONGEST_FILE_BYTES, MOST_FILES
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import InvalidParameterValue
from webapp.wiring import Application

SAVE = "/w/local/labs/cold-and-warm/save"
CLEAN = "def handler(event, context):\n    return event\n"


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with running(tmp_path_factory.mktemp("data")) as started:
        yield started


@pytest.fixture
def labs(application: Application) -> Labs:
    return application.services.labs


@pytest.fixture
def lesson(labs: Labs) -> Lesson:
    return labs.course().lesson("cold-and-warm")


@pytest.fixture
def workspace(request: pytest.FixtureRequest) -> str:
    """Give each test a workspace of its own."""
    return f"w-{abs(hash(request.node.name))}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\0", "holds what is not text"),
        ("x = '\ud800'", "holds what is not text"),
        ("é" * (LONGEST_FILE_BYTES // 2 + 1), f"is over {LONGEST_FILE_BYTES} bytes"),
    ],
    ids=["null byte", "half a character", "too long"],
)
def test_what_cannot_be_kept_is_refused_and_the_rest_with_it(
    labs: Labs, lesson: Lesson, workspace: str, text: str, said: str
) -> None:
    before = labs.state(workspace, lesson)
    for files, event in (
        ({"handler.py": text, "good.py": "x = 1"}, "{}"),
        ({"good.py": "x = 1"}, text),
    ):
        with pytest.raises(InvalidParameterValue, match=said):
            labs.save(workspace, lesson, files=files, event=event)
    assert labs.state(workspace, lesson) == before


@pytest.mark.parametrize("count", [0, MOST_FILES + 1])
def test_there_are_one_to_fifty_files(
    labs: Labs, lesson: Lesson, workspace: str, count: int
) -> None:
    files = {f"f{number}.py": "" for number in range(count)}
    with pytest.raises(InvalidParameterValue, match=f"{count} files were sent. Send 1 to 50"):
        labs.save(workspace, lesson, files=files, event="{}")


def test_fifty_files_are_kept_and_checked(labs: Labs, lesson: Lesson, workspace: str) -> None:
    files = {f"deep/er/f{number}.py": "y\n" for number in range(MOST_FILES)}
    found = labs.save(workspace, lesson, files=files, event="{}")
    assert labs.state(workspace, lesson).files == files
    assert len(found) == 50
    assert {one.file for one in found} <= files.keys()


def test_one_enormous_line_is_kept_and_checked(labs: Labs, lesson: Lesson, workspace: str) -> None:
    line = "x = '" + "a" * (LONGEST_FILE_BYTES - 20) + "'; y"
    [finding] = labs.save(workspace, lesson, files={"handler.py": line}, event="{}")
    assert (finding.line, finding.column) == (1, line.index("y") + 1)


def test_files_too_large_to_check_are_kept(labs: Labs, lesson: Lesson, workspace: str) -> None:
    files = {f"f{number}.txt": "x" * LONGEST_FILE_BYTES for number in range(13)}
    [finding] = labs.save(workspace, lesson, files=files, event="{}")
    assert (finding.severity, finding.message) == ("warning", "The files are too large to check.")
    assert labs.state(workspace, lesson).files == files


def test_an_event_may_be_wrong_for_now(labs: Labs, lesson: Lesson, workspace: str) -> None:
    [finding] = labs.save(workspace, lesson, files={"handler.py": CLEAN}, event='{"half": ')
    assert (finding.file, finding.severity) == ("event.json", "error")
    assert labs.state(workspace, lesson).event == '{"half": '


def test_the_checker_is_one_process_for_all(
    application: Application, labs: Labs, lesson: Lesson, workspace: str
) -> None:
    pids = set()
    for _ in range(3):
        labs.save(workspace, lesson, files={"handler.py": CLEAN}, event="{}")
        session = application.checker._session
        assert session is not None
        pids.add(session.process.pid)
    assert len(pids) == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"file:handler.py=%ff%fe%00", "application/x-www-form-urlencoded"),
        (b'{"files": {"handler.py": "\xff"}, "event": "{}"}', "application/json"),
        (b'{"files": {"handler.py": "\\ud800"}, "event": "{}"}', "application/json"),
        (b'{"files": {"../up.py": ""}, "event": "{}"}', "application/json"),
        (b'{"files": {"handler.py": "\\u0000"}, "event": "{}"}', "application/json"),
        (b"[]", "application/json"),
    ],
)
def test_bytes_that_are_no_draft_are_refused_over_http(
    application: Application, body: bytes, kind: str
) -> None:
    client: FlaskClient = application.app.test_client()
    answer = client.post(SAVE, data=body, content_type=kind)
    assert answer.status_code == 400
    assert answer.get_json()["message"]

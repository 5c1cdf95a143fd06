"""What may be kept as a draft, and what is then found in it."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.app.application import running
from webapp.classroom.drafting import LONGEST_TEXT_BYTES, Edits
from webapp.classroom.labs import Labs
from webapp.classroom.workbench import EVENT_FILE
from webapp.curriculum.model import Lesson
from webapp.wiring import Application

pytestmark = pytest.mark.slow

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


def test_many_files_are_kept_and_their_first_findings_told(
    labs: Labs, lesson: Lesson, workspace: str
) -> None:
    files = {f"deep/er/f{number}.py": "y\n" for number in range(60)}
    saved, found = labs.bench.desk(workspace, lesson).save(Edits(files=files))
    assert labs.state(workspace, lesson).draft == saved
    assert saved.texts.items() >= files.items()
    assert len(found) == 50
    assert {one.file for one in found} <= files.keys()


def test_one_enormous_line_is_kept_and_checked(labs: Labs, lesson: Lesson, workspace: str) -> None:
    line = "x = '" + "a" * (LONGEST_TEXT_BYTES - 20) + "'; y"
    [finding] = labs.bench.desk(workspace, lesson).save(
        Edits(files={"handler.py": line}, event="{}")
    )[1]
    assert (finding.line, finding.column) == (1, line.index("y") + 1)


def test_an_event_may_be_wrong_for_now(labs: Labs, lesson: Lesson, workspace: str) -> None:
    [finding] = labs.bench.desk(workspace, lesson).save(
        Edits(files={"handler.py": CLEAN}, event='{"half": ')
    )[1]
    assert (finding.file, finding.severity) == (EVENT_FILE, "error")
    assert labs.state(workspace, lesson).event == '{"half": '


def test_the_checker_is_one_process_for_all(
    application: Application, labs: Labs, lesson: Lesson, workspace: str
) -> None:
    pids = set()
    for _ in range(3):
        labs.bench.desk(workspace, lesson).save(Edits(files={"handler.py": CLEAN}))
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

"""Progress goes out as a file and comes in again, and what is here stays unless it is asked for."""

import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from webapp import wiring
from webapp.settings import Settings

pytestmark = pytest.mark.slow

PROGRESS = "/w/local/progress"
LAB = "/w/local/labs/cold-and-warm"
JSON = {"Accept": "application/json"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    running = wiring.start(Settings(data=tmp_path))
    client = running.app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    yield client
    running.stop()


def exported(client: FlaskClient) -> dict[str, Any]:
    answer = client.get(f"{PROGRESS}/file")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    found: dict[str, Any] = json.loads(answer.text)
    return found


def file_of(**lesson: Any) -> bytes:
    document = {"format": "coldstart progress", "version": 1, "lessons": {"cold-and-warm": lesson}}
    return json.dumps(document).encode()


def looked_at(client: FlaskClient, data: bytes) -> tuple[int, str]:
    sent = {"file": (io.BytesIO(data), "progress.json")}
    answer = client.post(f"{PROGRESS}/compare", data=sent, content_type="multipart/form-data")
    return answer.status_code, answer.text


def bring_in(client: FlaskClient, data: bytes, *prefer: str) -> None:
    _, page = looked_at(client, data)
    text = re.search(r'<textarea name="text" hidden>(.*?)</textarea>', page, re.S)
    assert text is not None
    answer = client.post(PROGRESS, data={"text": unescape(text[1]), "prefer": list(prefer)})
    assert "The file is brought in." in answer.text


def answer(client: FlaskClient, option: str) -> None:
    client.post(f"{LAB}/questions/counter", data={"option": option})


def test_what_goes_out_comes_in_elsewhere(client: FlaskClient) -> None:
    data = file_of(
        step="frozen",
        tasks=["warm-start"],
        hints={"warm-start": 1},
        answers={"counter": "other"},
        predictions={"second-call": "everything"},
    )
    status, page = looked_at(client, data)
    assert status == 200
    assert "New here: 1 task passed, 1 hint, 1 prediction, 1 answer." in page
    assert exported(client)["lessons"] == {}
    bring_in(client, data)
    expected = {**json.loads(data)["lessons"]["cold-and-warm"], "notes": {}}
    assert exported(client)["lessons"]["cold-and-warm"] == expected
    lesson = client.get("/w/local/lessons/cold-and-warm").text
    assert 'class="task task--passed" id="task-warm-start"' in lesson
    assert "step 2 of 7" in client.get("/").text


def test_what_differs_stays_unless_the_learner_wants_the_files(client: FlaskClient) -> None:
    answer(client, "raised")
    data = file_of(answers={"counter": "other"}, step="tell")
    _, page = looked_at(client, data)
    assert "Take the file’s where 1 answer here and there are not the same" in page
    bring_in(client, data)
    assert exported(client)["lessons"]["cold-and-warm"]["answers"] == {"counter": "raised"}
    bring_in(client, data, "cold-and-warm")
    assert exported(client)["lessons"]["cold-and-warm"]["answers"] == {"counter": "other"}


def test_what_the_course_does_not_have_is_named_and_left_out(client: FlaskClient) -> None:
    document = json.loads(file_of(tasks=["gone", "warm-start"], answers={"counter": "<no>"[1:3]}))
    document["lessons"]["of-another-course"] = {}
    _, page = looked_at(client, json.dumps(document).encode())
    assert "2 of the file’s entries no longer belong to it" in page
    assert "of-another-course" in page
    bring_in(client, json.dumps(document).encode())
    assert exported(client)["lessons"]["cold-and-warm"]["tasks"] == ["warm-start"]


@pytest.mark.parametrize("data", [b"", b"<html>", b"{}", b"[" * 9999, file_of(notes={"a": 1})])
def test_a_hostile_file_is_refused_and_changes_nothing(client: FlaskClient, data: bytes) -> None:
    status, page = looked_at(client, data)
    assert status == 400
    assert 'id="progress-error"' in page
    assert client.post(PROGRESS, data={"text": data.decode()}).status_code == 400
    assert exported(client)["lessons"] == {}


def test_a_note_in_a_file_is_text_on_the_page(client: FlaskClient) -> None:
    data = file_of(notes={"own-code": "</textarea><script>alert(1)</script>"})
    _, page = looked_at(client, data)
    assert "<script>alert" not in page

"""The doors of files: to scripts, to forms without script, and to what is wrong or hostile."""

import io
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import LAB, as_form, as_script, editors, texts
from tests.runtime.zips import zipped

pytestmark = pytest.mark.usefixtures("fresh")


def upload(client: FlaskClient, data: bytes, **headers: str) -> Any:
    return client.post(
        f"{LAB}/upload",
        data={"zip": (io.BytesIO(data), "code.zip")},
        content_type="multipart/form-data",
        headers={"Accept": "application/json", **headers},
    )


def test_a_file_is_added_renamed_and_deleted(client: FlaskClient) -> None:
    added = as_script(client, "/files/add", name="lib/prices.py")
    assert texts(added)["lib/prices.py"] == ""
    renamed = as_script(client, "/files/rename", name="lib/prices.py", to="prices.py")
    assert "prices.py" in texts(renamed)
    deleted = as_script(client, "/files/delete", name="prices.py")
    assert texts(deleted).keys() == {"handler.py", "build.txt"}
    revisions = {answer.get_json()["revision"] for answer in (added, renamed, deleted)}
    assert len(revisions) == 3


@pytest.mark.parametrize(
    ("path", "fields", "status", "says"),
    [
        ("/files/add", {"name": "../up.py"}, 400, "cannot be called"),
        ("/files/add", {"name": "handler.py"}, 400, "already"),
        ("/files/add", {}, 400, "field 'name' is missing"),
        ("/files/rename", {"name": "gone.py", "to": "x.py"}, 404, "any more"),
        ("/files/rename", {"name": "handler.py", "to": "<img src=x>"}, 400, "cannot be called"),
        ("/files/delete", {"name": "gone.py"}, 404, "any more"),
        ("/files/add", {"name": "a.py", "function": "stranger"}, 404, "no function 'stranger'"),
    ],
)
def test_what_cannot_be_done_says_why(
    client: FlaskClient, path: str, fields: dict[str, str], status: int, says: str
) -> None:
    answer = as_script(client, path, **fields)
    assert answer.status_code == status
    assert says in answer.get_json()["message"]


def test_only_what_was_typed_needs_to_be_sent(client: FlaskClient) -> None:
    as_script(client, "/save", **editors())
    as_script(client, "/save", **{"file:build.txt": "7\n"})
    draft = client.get(f"{LAB}/draft").get_json()
    assert [one["text"] for one in draft["files"]] == [editors()["file:handler.py"], "7\n"]
    assert draft["event"] == editors()["event"]


def test_a_zip_comes_back_as_it_went(client: FlaskClient) -> None:
    data = zipped(("handler.py", "x = 1\n"), ("lib/logo.png", bytes(range(256))))
    answer = upload(client, data)
    assert texts(answer) == {"handler.py": "x = 1\n", "lib/logo.png": None}
    again = client.get(f"{LAB}/code.zip")
    assert again.headers["Content-Disposition"] == "attachment; filename=cold-and-warm-greeter.zip"
    with zipfile.ZipFile(io.BytesIO(again.data)) as archive:
        assert archive.read("lib/logo.png") == bytes(range(256))
    assert client.post(f"{LAB}/upload", data=again.data, content_type="application/zip").status_code


def test_a_zip_as_a_button_of_the_lesson_deploys_it(client: FlaskClient) -> None:
    answer = client.get(f"{LAB}/code.zip?press=update-code")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.read("build.txt") == b"2\n"
    assert client.get(f"{LAB}/code.zip?press=dance").status_code == 404


@pytest.mark.parametrize(
    "data", [b"", b"no zip", zipped(("../up.py", "")), b"PK\x05\x06" + b"\0" * 18]
)
def test_what_is_no_zip_is_refused_in_words(client: FlaskClient, data: bytes) -> None:
    answer = upload(client, data)
    assert 400 <= answer.status_code < 500
    assert answer.get_json()["message"]


def test_a_zip_that_is_too_large_is_not_even_read(client: FlaskClient) -> None:
    answer = client.post(
        f"{LAB}/upload", data=b"\0" * (16 * 1024 * 1024 + 1), content_type="application/zip"
    )
    assert answer.status_code == 413


def test_one_file_is_saved_and_never_shown_as_a_page(client: FlaskClient) -> None:
    upload(client, zipped(("handler.py", ""), ("page.html", "<script>alert(1)</script>")))
    answer = client.get(f"{LAB}/file?name=page.html")
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(f"{LAB}/file?name=../secret").status_code == 404


def test_a_hostile_name_is_text_on_the_page_and_in_the_header(client: FlaskClient) -> None:
    name = "a'&\u00e9 b.py"
    assert as_script(client, "/files/add", name=name).status_code == 200
    page = client.get("/w/local/lessons/cold-and-warm").text
    assert "a&#39;&amp;é b.py" in page
    answer = client.get(f"{LAB}/file", query_string={"name": name})
    assert answer.status_code == 200
    assert "\r" not in answer.headers["Content-Disposition"]


def test_a_form_without_script_leads_back_to_the_lesson(client: FlaskClient) -> None:
    assert as_form(client, "/files/add", name="more.py").status_code == 303


def test_many_files_are_listed_and_only_the_first_are_in_the_page(client: FlaskClient) -> None:
    upload(
        client, zipped(("handler.py", "h"), *((f"f{number:03}.py", "x") for number in range(150)))
    )
    page = client.get("/w/local/lessons/cold-and-warm").text
    assert page.count('class="file-panel"') == 151
    assert page.count('<code-editor name="file:') == 8

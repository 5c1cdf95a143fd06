"""The boards of a lab's buckets: as forms, fragments and JSON, and what attackers send there."""

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.classroom.bucket_course import write_photos
from tests.pages.asking import HTMX, JSON
from tests.pages.boards.board_lab import MARKUP, answered, put_back, started
from webapp import wiring

pytestmark = pytest.mark.slow

LAB = "/w/local/labs/photos"
STORE = f"{LAB}/buckets/photo-store"
HOSTILE = (
    "../../etc/passwd",
    "/../../x",
    MARKUP,
    "line\nbreak\r\nSet-Cookie: a=b",
    "\x1b[31m\x07",
    "\u202egpj.exe",
    "a" * 1024,
    "..",
    "con.txt:stream",
    "%2e%2e%2f",
    "sp ace+&?#=;",
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Application]:
    yield from started(tmp_path_factory.mktemp("photos"), write_photos)


@pytest.fixture
def photos(running: wiring.Application) -> FlaskClient:
    """Give a client of a lab whose buckets are as the lesson says."""
    return put_back(running, LAB)


def board(client: FlaskClient) -> Any:
    return client.get(STORE, headers=JSON).get_json()


def opened(client: FlaskClient, key: str, version: str = "") -> TestResponse:
    return client.get(f"{STORE}/object", query_string={"key": key, "version": version})


def keys(client: FlaskClient) -> set[str]:
    """Return the keys of the objects that are there: the newest version of each comes first."""
    newest: dict[str, bool] = {}
    for one in board(client)["objects"]:
        newest.setdefault(one["key"], one["marker"])
    return {key for key, marker in newest.items() if not marker}


def test_a_text_that_is_put_shows_who_is_told_and_who_is_not_and_why(photos: FlaskClient) -> None:
    said = photos.post(f"{STORE}/put", data={"key": "in/a.jpg", "text": "meow"}, headers=HTMX)
    assert (said.status_code, "On disk: in/a.jpg." in said.text) == (200, True)
    [change] = board(photos)["changes"]
    assert change["notices"] == {
        "EventBridge": "told",
        "pictures": "told",
        "texts": "passed over",
        "gone": "passed over",
    }
    assert change["why_not"]["texts"] == "The key does not end with '.txt'."
    html = photos.get(STORE, headers=HTMX).text
    assert "2 of 4 told" in html
    assert "The key does not end with &#39;.txt&#39;." in html
    answer = opened(photos, "in/a.jpg")
    assert (answer.data, answer.mimetype) == (b"meow", "application/octet-stream")


def test_files_go_under_their_names_behind_a_beginning(photos: FlaskClient) -> None:
    files = [(io.BytesIO(b"one"), "one.jpg"), (io.BytesIO(b"\x00\xff"), "two.bin")]
    made = answered(photos, f"{STORE}/put", key="in/", file=files)
    assert made["keys"] == ["in/one.jpg", "in/two.bin"]
    assert opened(photos, "in/two.bin").data == b"\x00\xff"
    alone = answered(photos, f"{STORE}/put", key="", file=[(io.BytesIO(b"x"), "own.txt")])
    assert alone["keys"] == ["own.txt"]


def test_an_object_is_hidden_by_a_marker_and_a_version_deleted_for_good(
    photos: FlaskClient,
) -> None:
    answered(photos, f"{STORE}/put", key="a.txt", text="first")
    answered(photos, f"{STORE}/delete?key=a.txt")
    versions = [one for one in board(photos)["objects"] if one["key"] == "a.txt"]
    assert [one["marker"] for one in versions] == [True, False]
    assert opened(photos, "a.txt").status_code == 404
    html = photos.get(STORE, headers=HTMX).text
    assert "delete marker" in html
    assert "Remove the marker" in html


def test_a_form_without_script_leads_back_to_the_boards(photos: FlaskClient) -> None:
    sent = {"key": "a.txt", "text": "x"}
    answer = photos.post(f"{STORE}/put", data=sent, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#part-buckets")


@pytest.mark.parametrize("key", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_key_is_a_name_and_nothing_else(photos: FlaskClient, key: str) -> None:
    [stored] = answered(photos, f"{STORE}/put", key=key, text="kept")["keys"]
    assert len(keys(photos) - {"readme.txt", "in/old.jpg"}) == 1
    answer = opened(photos, stored)
    assert (answer.status_code, answer.data) == (200, b"kept")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert not any(one in disposition for one in ("/", "..", "\n", "\r", "\x1b", "<img"))
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    html = photos.get(STORE, headers=HTMX).text
    assert not any(one in html for one in ("<img src=x", "\x1b", "\u202e"))
    assert "<img src=x" not in photos.get("/w/local/lessons/photos").text
    deleted = photos.post(f"{STORE}/delete?key={quote(stored, safe='')}", headers=JSON)
    assert deleted.status_code == 200
    assert keys(photos) == {"readme.txt", "in/old.jpg"}


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("put", {"key": "", "text": "x"}, "An object needs a key"),
        ("put", {"key": "a\0b", "text": "x"}, "parse the specified URI"),
        ("put", {"key": "ü" * 600, "text": "x"}, "Your key is too long"),
        ("delete?key=", {}, "parse the specified URI"),
        (f"delete?key={'k' * 2000}", {}, "Your key is too long"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    photos: FlaskClient, path: str, fields: dict[str, str], words: str
) -> None:
    answer = photos.post(f"{STORE}/{path}", data=fields, headers=HTMX)
    assert 400 <= answer.status_code < 500
    assert words in answer.text


def test_too_much_at_once_is_refused_and_nothing_is_put(photos: FlaskClient) -> None:
    many = [(io.BytesIO(b"x"), f"{number}.txt") for number in range(101)]
    answer = photos.post(f"{STORE}/put", data={"file": many}, headers=JSON)
    assert (answer.status_code, "At most 100 files" in answer.text) == (400, True)
    two = [(io.BytesIO(b"x"), "a.txt"), (io.BytesIO(b"y"), "b.txt")]
    answer = photos.post(f"{STORE}/put", data={"key": "one", "file": two}, headers=JSON)
    assert (answer.status_code, "ends with '/'" in answer.text) == (400, True)
    kind, huge = "multipart/form-data; boundary=x", b"\0" * (17 * 1024 * 1024)
    answer = photos.post(f"{STORE}/put", data=huge, content_type=kind, headers=JSON)
    assert answer.status_code == 413
    assert keys(photos) == {"readme.txt", "in/old.jpg"}


@pytest.mark.parametrize("name", ["others", "..%2Fphoto-store", "PHOTO-STORE", "%00", MARKUP])
def test_a_bucket_that_is_not_the_labs_cannot_be_named(photos: FlaskClient, name: str) -> None:
    own = f"{LAB}/buckets/{quote(name, safe='%')}"
    for answer in (
        photos.get(own, headers=JSON),
        photos.get(f"{own}/object?key=readme.txt"),
        photos.post(f"{own}/put", data={"key": "a", "text": "b"}, headers=HTMX),
        photos.post(f"{own}/delete?key=readme.txt", headers=JSON),
    ):
        assert answer.status_code in (400, 404)
        assert answer.is_json or "<img" not in answer.text
    assert "readme.txt" in keys(photos)


def test_another_workspaces_bucket_is_out_of_reach(photos: FlaskClient) -> None:
    for path in ("", "/object?key=readme.txt"):
        answer = photos.get(f"/w/somebody/labs/photos/buckets/photo-store{path}", headers=JSON)
        assert answer.status_code in (302, 303, 403, 404)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ],
)
def test_no_page_elsewhere_can_change_a_bucket(
    photos: FlaskClient, headers: dict[str, str]
) -> None:
    sent = {"key": "evil.txt", "text": "x"}
    answer = photos.post(f"{STORE}/put", data=sent, headers=headers)
    assert answer.status_code in (400, 403, 421)
    gone = photos.post(f"{STORE}/delete?key=readme.txt", headers=headers)
    assert gone.status_code in (400, 403, 421)
    assert keys(photos) == {"readme.txt", "in/old.jpg"}

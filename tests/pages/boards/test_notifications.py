"""Notifications on the board of a bucket: added, changed, deleted, refused, attacked."""

import html
import json
import re
import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.classroom.bucket_course import write_photos
from tests.pages.asking import HTMX, JSON
from tests.pages.boards.board_lab import MARKUP, answered, asked, put_back, started
from webapp import wiring
from webapp.classroom.sources import lab_buckets, lab_queues
from webapp.sources.buckets.errors import OperationAborted
from webapp.sources.buckets.notification import Rule, Rules

pytestmark = pytest.mark.slow

LAB = "/w/local/labs/photos"
STORE = f"{LAB}/buckets/photo-store"
PICTURES = f"{STORE}/notifications/change?name=pictures"
CREATED, REMOVED = "s3:ObjectCreated:*", "s3:ObjectRemoved:*"
CSV = {"name": "tables", "to": "photo-audit", "events": CREATED, "prefix": "", "suffix": ".csv"}
LESSONS = {
    "event_bridge": True,
    "notifications": [
        {"name": name, "to": to, "events": [event], "prefix": prefix, "suffix": suffix}
        for name, to, event, prefix, suffix in (
            ("pictures", "photo-reader", CREATED, "in/", ".jpg"),
            ("texts", "photo-news", CREATED, "", ".txt"),
            ("gone", "photo-gone", REMOVED, "", ""),
        )
    ],
}
HOSTILE = (
    MARKUP,
    "../../etc/passwd?x=1&name=pictures#",
    "\u202egpj.exe",
    "a\r\nSet-Cookie: b=c",
    "{{ 7 * 7 }}{% raw %}",
    "'; drop table buckets; --",
    "ä" * 255,
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Application]:
    yield from started(tmp_path_factory.mktemp("photos"), write_photos)


@pytest.fixture
def photos(running: wiring.Application) -> FlaskClient:
    """Give a client of a lab whose notifications are as the lesson says."""
    client = running.app.test_client()
    if configuration(client) == LESSONS:
        return client
    return put_back(running, LAB)


def configuration(client: FlaskClient) -> Any:
    return client.get(f"{STORE}/notifications", headers=JSON).get_json()


def told(client: FlaskClient) -> dict[str, Any]:
    """Return the notifications by name."""
    return {one.pop("name"): one for one in configuration(client)["notifications"]}


def put(client: FlaskClient, key: str) -> dict[str, str]:
    """Put an object; return what came of each notification."""
    answered(client, f"{STORE}/put", key=key, text="x")
    changes = client.get(STORE, headers=JSON).get_json()["changes"]
    notices: dict[str, str] = changes[0]["notices"]
    return notices


@pytest.mark.parametrize("to", ["photo-reader", "photo-audit", "photo-news"])
def test_a_function_a_queue_and_a_topic_can_be_told(photos: FlaskClient, to: str) -> None:
    said = asked(photos, f"{STORE}/notifications", **{**CSV, "to": to})
    assert (said.status_code, f"tables tells {to} from now on" in said.text) == (200, True)
    assert told(photos)["tables"] == {
        "to": to,
        "events": [CREATED],
        "prefix": "",
        "suffix": ".csv",
    }
    assert put(photos, "a.csv")["tables"] == "told"
    text = photos.get(f"{STORE}/notifications", headers=HTMX).text
    assert "s3:ObjectCreated:* · suffix .csv" in text


def test_a_notification_without_a_name_gets_one_and_several_events_are_kept(
    photos: FlaskClient,
) -> None:
    events = ["s3:ObjectCreated:Put", "s3:ObjectRemoved:Delete"]
    fields = {**CSV, "name": "", "events": events, "suffix": ".log"}
    answered(photos, f"{STORE}/notifications/delete?name=gone")
    name = answered(photos, f"{STORE}/notifications", **fields)["name"]
    assert len(name) == 36
    assert told(photos)[name]["events"] == events


def test_a_notification_is_changed_and_its_name_stays(photos: FlaskClient) -> None:
    fields = {"to": "photo-gone", "events": CREATED, "prefix": "new/", "suffix": ""}
    fields |= {"name": "another"}
    said = asked(photos, PICTURES, **{**fields, "suffix": ".jpg"})
    assert "Set: pictures is so for every change from now on." in said.text
    assert told(photos)["pictures"]["to"] == "photo-gone"
    assert "another" not in told(photos)
    assert put(photos, "in/a.jpg")["pictures"] == "passed over"
    assert put(photos, "new/a.jpg")["pictures"] == "told"


def test_a_notification_is_deleted_and_what_is_gone_is_said(photos: FlaskClient) -> None:
    said = asked(photos, f"{STORE}/notifications/delete?name=texts")
    assert (said.status_code, "texts is deleted" in said.text) == (200, True)
    assert "texts" not in told(photos)
    again = asked(photos, f"{STORE}/notifications/delete?name=texts")
    assert (again.status_code, "no notification &#39;texts&#39;" in again.text) == (404, True)
    changed = photos.post(f"{STORE}/notifications/change?name=texts", data=CSV, headers=JSON)
    assert (changed.status_code, "was deleted" in changed.text) == (404, True)
    for name in ("pictures", "gone"):
        answered(photos, f"{STORE}/notifications/delete?name={name}")
    text = photos.get(f"{STORE}/notifications", headers=HTMX).text
    assert "No function, queue or topic is told" in text


def test_event_bridge_is_turned_off_and_on(photos: FlaskClient) -> None:
    assert "EventBridge" in put(photos, "a.txt")
    said = asked(photos, f"{STORE}/event-bridge", enabled="false")
    assert "EventBridge hears of nothing any more." in said.text
    assert "EventBridge" not in put(photos, "b.txt")
    assert told(photos).keys() == {"pictures", "texts", "gone"}
    asked(photos, f"{STORE}/event-bridge", enabled="true")
    assert put(photos, "c.txt")["EventBridge"] == "told"


def delete_queue(application: wiring.Application, name: str) -> None:
    """Delete a queue as a client would."""

    async def gone() -> None:
        opened = await application.services.platform.workspace("local")
        await lab_queues.queues_of(opened).delete(name, run="")

    application.services.loop.call(gone())


def error_at(text: str, field: str) -> bool:
    """Tell whether the error of a form stands at a field."""
    return f'-{field}-about"><svg' in text


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"suffix": ".jpg"}, "events", "Configurations overlap. Configurations on the same"),
        ({"events": "s3:ObjectEaten:*"}, "events", "The event is not supported for notifications"),
        ({"events": []}, "events", "Tick at least one event."),
        ({"name": "texts"}, "name", "Configuration IDs must be unique."),
        ({"name": "n" * 256}, "name", "at most 255 characters"),
        ({"prefix": "p" * 1025}, "prefix", "cannot exceed 1024 bytes in UTF-8."),
        ({"suffix": "ü" * 600}, "suffix", "cannot exceed 1024 bytes in UTF-8."),
        ({"to": "photo-once"}, "to", "This lab has nothing called &#39;photo-once&#39; to tell."),
        ({"to": ""}, "to", "This lab has nothing called &#39;&#39; to tell."),
        ({"to": MARKUP}, "to", "This lab has nothing called"),
    ],
)
def test_what_s3_refuses_stands_at_its_field_and_nothing_is_changed(
    photos: FlaskClient, fields: dict[str, Any], field: str, words: str
) -> None:
    before = told(photos)
    typed = {**CSV, **fields}
    said = asked(photos, f"{STORE}/notifications", **typed)
    assert said.status_code == 400
    assert error_at(said.text, field), said.text
    assert words in said.text
    assert "<img" not in said.text
    assert told(photos) == before
    as_script = photos.post(f"{STORE}/notifications", data=typed, headers=JSON)
    assert (as_script.status_code, as_script.is_json) == (400, True)


def test_a_destination_that_is_gone_is_named_at_its_field_or_at_the_foot(
    photos: FlaskClient, running: wiring.Application
) -> None:
    answered(photos, f"{STORE}/notifications", **{**CSV, "to": "photo-gone"})
    delete_queue(running, "photo-gone")
    where = f"{STORE}/notifications/change?name="
    gone = asked(photos, f"{where}tables", **{**CSV, "to": "photo-gone"})
    assert error_at(gone.text, "to")
    assert "photo-gone: The destination queue does not exist" in gone.text
    other = asked(photos, PICTURES, **{**CSV, "to": "photo-reader", "suffix": ".gif"})
    assert (other.status_code, error_at(other.text, "to")) == (400, False)
    assert "photo-gone: The destination queue does not exist" in other.text
    for name in ("tables", "gone"):
        answered(photos, f"{STORE}/notifications/delete?name={name}")
    answered(photos, PICTURES, **{**CSV, "to": "photo-reader", "suffix": ".gif"})


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_and_filter_are_text_and_nothing_else(
    photos: FlaskClient, name: str
) -> None:
    typed = {**CSV, "name": name, "prefix": name, "suffix": f"{name}.csv"}
    answered(photos, f"{STORE}/notifications", **typed)
    [stored] = told(photos).keys() - {"pictures", "texts", "gone"}
    for page in (
        photos.get(f"{STORE}/notifications", headers=HTMX),
        photos.get("/w/local/lessons/photos"),
        photos.get(f"{LAB}/commands", headers=HTMX),
    ):
        assert page.status_code == 200
        assert "<img" not in page.text
        assert "Set-Cookie" not in page.headers
    where = f"?name={quote(stored, safe='')}"
    changed = {**CSV, "to": "photo-gone"}
    answered(photos, f"{STORE}/notifications/change{where}", **changed)
    assert told(photos)[stored]["to"] == "photo-gone"
    answered(photos, f"{STORE}/notifications/delete{where}")
    assert told(photos).keys() == {"pictures", "texts", "gone"}


@pytest.mark.parametrize(
    "body",
    [
        {**CSV, "name": "a\0b", "events": [CREATED]},
        {**CSV, "name": "half \ud800 a letter", "events": [CREATED]},
        {**CSV, "prefix": "\x1b[31m", "events": [CREATED]},
        {**CSV, "events": CREATED},
        {**CSV, "events": {"a": 1}},
        {**CSV, "events": [None, 1, {}]},
        {**CSV, "events": ["x" * 10_000] * 100},
        {**CSV, "name": "n" * 1_000_000, "events": [CREATED]},
        {"events": [CREATED]},
    ],
    ids=range(9),
)
def test_what_no_form_sends_is_refused_in_words(photos: FlaskClient, body: dict[str, Any]) -> None:
    before = told(photos)
    for path in ("notifications", "notifications/change?name=pictures"):
        answer = photos.post(f"{STORE}/{path}", json=body)
        assert answer.status_code == 400 or path.endswith("pictures"), answer.text
        assert answer.status_code < 500
        assert len(answer.text) < 20_000
    assert told(photos).keys() == before.keys()


def test_a_bucket_has_at_most_a_hundred(photos: FlaskClient) -> None:
    for number in range(97):
        answered(
            photos, f"{STORE}/notifications", **{**CSV, "name": "", "suffix": f".{number:03}x"}
        )
    said = asked(photos, f"{STORE}/notifications", **CSV)
    assert (said.status_code, "at most 100 notification" in said.text) == (400, True)
    assert len(told(photos)) == 100


@pytest.mark.parametrize("name", ["others", "PHOTO-STORE", "..%2Fphoto-store", "%00", MARKUP])
def test_a_bucket_that_is_not_the_labs_is_told_nothing(photos: FlaskClient, name: str) -> None:
    own = f"{LAB}/buckets/{quote(name, safe='%')}"
    for answer in (
        photos.get(f"{own}/notifications", headers=JSON),
        photos.post(f"{own}/notifications", data=CSV, headers=HTMX),
        photos.post(f"{own}/notifications/change?name=pictures", data=CSV, headers=HTMX),
        photos.post(f"{own}/notifications/delete?name=pictures", headers=HTMX),
        photos.post(f"{own}/event-bridge", data={"enabled": "true"}, headers=HTMX),
    ):
        assert answer.status_code in (400, 404)
        assert "<img" not in answer.text or answer.is_json
    assert told(photos).keys() == {"pictures", "texts", "gone"}


def test_another_workspaces_bucket_is_out_of_reach(photos: FlaskClient) -> None:
    theirs = "/w/somebody/labs/photos/buckets/photo-store"
    for answer in (
        photos.get(f"{theirs}/notifications", headers=JSON),
        photos.post(f"{theirs}/notifications", data=CSV, headers=JSON),
        photos.post(f"{theirs}/notifications/delete?name=pictures", headers=JSON),
        photos.post(f"{theirs}/event-bridge", data={"enabled": "false"}, headers=JSON),
    ):
        assert answer.status_code in (302, 303, 403, 404)
    assert told(photos).keys() == {"pictures", "texts", "gone"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
    ],
)
def test_no_page_elsewhere_can_change_whom_a_bucket_tells(
    photos: FlaskClient, headers: dict[str, str]
) -> None:
    for path in ("notifications", "notifications/delete?name=pictures", "event-bridge"):
        answer = photos.post(f"{STORE}/{path}", data=CSV, headers=headers)
        assert answer.status_code in (400, 403, 421)
    assert told(photos).keys() == {"pictures", "texts", "gone"}


def test_a_form_without_script_leads_back_to_the_boards(photos: FlaskClient) -> None:
    for path in ("notifications", "notifications/change?name=tables"):
        answer = photos.post(f"{STORE}/{path}", data=CSV, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["Location"][-13:]) == (303, "#part-buckets")
    refused = photos.post(f"{STORE}/notifications", data=CSV, headers={"Accept": "text/html"})
    assert (refused.status_code, "IDs must be unique" in refused.text) == (400, True)


def test_of_two_changes_that_begin_with_the_same_the_second_is_refused(
    photos: FlaskClient, running: wiring.Application
) -> None:
    async def change(before: Rules | None, *rules: Rule) -> Rules:
        opened = await running.services.platform.workspace("local")
        buckets = lab_buckets.buckets_of(opened)
        seen = before or buckets.find("photo-store").rules
        who = lab_buckets.asking(opened, run="")
        new = Rules(rules, bus=True)
        await buckets.set_rules("photo-store", new, asking=who, check=False, instead_of=seen)
        return seen

    call = running.services.loop.call
    seen = call(change(None))
    assert told(photos) == {}
    with pytest.raises(OperationAborted, match="conflicting conditional operation"):
        call(change(seen, *seen.rules))
    assert told(photos) == {}


def commands(client: FlaskClient) -> dict[str, dict[str, Any]]:
    """Return the configuration that each command of the bucket sets, by the button's name."""
    text = client.get(f"{LAB}/commands", headers=HTMX).text
    blocks = re.split(r'<div class="command" id="command-bucket-1-', text)[1:]
    found = {}
    for one in blocks:
        code = re.search(r"<code>(.*?)</code>", one, re.DOTALL)
        words = shlex.split(html.unescape(code[1])) if code else []
        if "put-bucket-notification-configuration" in words:
            place = words.index("--notification-configuration")
            found[one.partition('"')[0]] = json.loads(words[place + 1])
    return found


def test_every_button_has_its_command_with_all_that_is_told_then(photos: FlaskClient) -> None:
    found = commands(photos)
    deletions = [found.pop(one) for one in list(found) if one.endswith("-delete")]
    assert len(deletions) == 3
    assert found.keys() == {"new-notification", "notifications", "event-bridge"}
    now, new = found["notifications"], found["new-notification"]
    assert now["LambdaFunctionConfigurations"][0]["Filter"]["Key"]["FilterRules"] == [
        {"Name": "Prefix", "Value": "in/"},
        {"Name": "Suffix", "Value": ".jpg"},
    ]
    assert "EventBridgeConfiguration" in now
    assert "EventBridgeConfiguration" not in found["event-bridge"]
    assert ["TopicConfigurations" in one for one in deletions] == [True, False, True]
    assert {one["Id"] for one in new["QueueConfigurations"]} == {"gone", "my-notification"}

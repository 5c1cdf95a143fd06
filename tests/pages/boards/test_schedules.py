"""The boards of a lab's schedules: as forms, fragments and JSON, and what attackers send there."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.aws.facts import until
from tests.classroom.bucket_course import write_photos
from tests.pages.asking import HTMX, JSON
from tests.pages.boards.board_lab import MARKUP, answered, put_back, started
from webapp import wiring

pytestmark = pytest.mark.slow

LAB = "/w/local/labs/photos"
TICK, OFF = f"{LAB}/schedules/photo-tick", f"{LAB}/schedules/photo-off"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Application]:
    yield from started(tmp_path_factory.mktemp("photos"), write_photos)


@pytest.fixture
def photos(running: wiring.Application) -> FlaskClient:
    """Give a client of a lab whose schedules are as the lesson says."""
    return put_back(running, LAB)


def shown(client: FlaskClient, path: str = TICK) -> Any:
    return client.get(path, headers=JSON).get_json()


def test_a_schedule_says_in_words_when_it_runs_and_rests_until_it_is_enabled(
    photos: FlaskClient,
) -> None:
    plan = shown(photos)
    assert (plan["says"], plan["enabled"], plan["at_rest"]) == ("every minute", False, True)
    assert len(plan["moments"]) == 5
    assert "It waits until photo-reader is deployed" in photos.get(TICK, headers=HTMX).text
    said = photos.post(f"{TICK}/switch", data={"enabled": "true"}, headers=HTMX)
    assert "Enabled: it runs at each of its moments." in said.text
    assert shown(photos)["enabled"]
    answered(photos, f"{TICK}/switch", enabled="false")
    plan = shown(photos)
    assert (plan["enabled"], plan["at_rest"]) == (False, False)


def test_skipping_runs_it_and_its_history_follows_the_delivery(
    running: wiring.Application, photos: FlaskClient
) -> None:
    answered(photos, f"{TICK}/switch", enabled="true")
    answered(photos, f"{TICK}/skip")

    def delivered() -> list[Any]:
        found = photos.get(f"{TICK}/firings", headers=JSON).get_json()["firings"]
        return [one for one in found if one["state"] == "delivered"]

    assert until(running, delivered)
    html = photos.get(f"{TICK}/firings", headers=HTMX).text
    assert "photo-reader" in html
    assert "Show on timeline" in html


def test_an_expression_is_tried_and_set_and_a_wrong_one_changes_nothing(
    photos: FlaskClient,
) -> None:
    cron = "cron(30 9 ? * MON-FRI *)"
    seen = answered(photos, f"{OFF}/foresee", expression=cron, zone="Europe/Berlin")
    assert seen["says"] == "at 09:30 on Monday to Friday"
    assert all(one.endswith("09:30:00") for one in seen["moments"])
    assert shown(photos, OFF)["expression"] == "rate(1 day)"
    answered(photos, f"{OFF}/expression", expression=cron, zone="Europe/Berlin")
    assert shown(photos, OFF)["expression"] == cron
    html = photos.post(
        f"{OFF}/foresee", data={"expression": "rate(5 parsecs)", "zone": "UTC"}, headers=HTMX
    )
    assert html.status_code == 400
    assert "Invalid Schedule Expression rate(5 parsecs)." in html.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"expression": ""}, "Invalid Schedule Expression"),
        ({"expression": "cron(* * * * *)"}, "A cron expression has 6 fields"),
        ({"expression": f"cron({'9,' * 5000}9 * * * ? *)"}, "Invalid Schedule Expression"),
        ({"expression": "cron(0 0 30 2 ? 2199)\n"}, ""),
        ({"expression": MARKUP}, "Invalid Schedule Expression"),
        ({"expression": "rate(1 day)", "zone": "../../etc/passwd"}, "is no time zone"),
        ({"expression": "rate(1 day)", "zone": "\x00"}, "is no time zone"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    photos: FlaskClient, fields: dict[str, str], words: str
) -> None:
    for door in ("expression", "foresee"):
        answer = photos.post(f"{OFF}/{door}", data=fields, headers=HTMX)
        assert answer.status_code == (400 if words else 200)
        assert words in answer.text
        assert "<img" not in answer.text


def test_what_is_not_due_cannot_be_skipped_to(photos: FlaskClient) -> None:
    answer = photos.post(f"{OFF}/skip", headers=HTMX)
    assert (answer.status_code, "photo-off is not due" in answer.text) == (400, True)


def test_a_form_without_script_leads_back_to_the_boards(photos: FlaskClient) -> None:
    sent = {"enabled": "false"}
    answer = photos.post(f"{OFF}/switch", data=sent, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#part-schedules")


@pytest.mark.parametrize("name", ["others", "..%2Fphoto-off", "PHOTO-OFF", MARKUP])
def test_a_schedule_that_is_not_the_labs_cannot_be_named(photos: FlaskClient, name: str) -> None:
    own = f"{LAB}/schedules/{quote(name, safe='%')}"
    for answer in (
        photos.get(own, headers=JSON),
        photos.post(f"{own}/switch", data={"enabled": "true"}, headers=HTMX),
        photos.post(f"{own}/expression", data={"expression": "rate(1 day)"}, headers=JSON),
        photos.post(f"{own}/skip", headers=JSON),
    ):
        assert answer.status_code in (400, 404)
        assert answer.is_json or "<img" not in answer.text


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_no_page_elsewhere_can_drive_a_schedule(
    photos: FlaskClient, headers: dict[str, str]
) -> None:
    for door, sent in (("switch", {"enabled": "true"}), ("expression", {"expression": "x"})):
        answer = photos.post(f"{OFF}/{door}", data=sent, headers=headers)
        assert answer.status_code == 403
    assert not shown(photos, OFF)["enabled"]

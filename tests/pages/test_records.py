"""The door of records, and that of events: what they keep, and nothing of what is none."""

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import JSON, LAB, as_script, editors

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.mark.parametrize(
    "record", ["record:0", "record:999999", "..%2F..%2Fetc", "%00", "x" * 4_000, "<b>", "__proto__"]
)
def test_what_is_no_record_of_the_lab_is_not_found(client: FlaskClient, record: str) -> None:
    answer = client.get(f"{LAB}/records/{record}", headers=JSON)
    assert answer.status_code == 404
    assert "<b>" not in answer.text


def test_an_event_tells_its_text_and_is_sent_again_as_an_event(client: FlaskClient) -> None:
    form = editors(model="asynchronous", event='{"n": 12345678901234567890}')
    [request_id] = as_script(client, "/invoke", **form).get_json()["events"]
    detail = client.get(f"{LAB}/calls/{request_id}").get_json()
    assert detail["model"] == "asynchronous"
    assert detail["payload"] == '{"n": 12345678901234567890}'
    again = as_script(client, f"/calls/{request_id}/again").get_json()
    assert again["status"] == 202
    assert again["events"] != [request_id]

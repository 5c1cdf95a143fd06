"""The form of asynchronous invocation: as form, fragment and JSON, and what AWS refuses."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.classroom.queue_course import write_orders
from tests.pages.asking import HTMX, JSON
from tests.pages.boards.board_lab import put_back, started
from webapp import wiring

pytestmark = pytest.mark.slow

LAB = "/w/local/labs/orders"
FORM = f"{LAB}/asynchronous"
MARKUP = "'\"><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Application]:
    yield from started(tmp_path_factory.mktemp("orders"), write_orders)


@pytest.fixture
def orders(running: wiring.Application) -> FlaskClient:
    return put_back(running, LAB)


def changed(client: FlaskClient, **fields: Any) -> Any:
    answer = client.post(FORM, data=fields, headers=JSON)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def shown(client: FlaskClient, query: str = "") -> str:
    return client.get(FORM + query, headers=HTMX).text


def test_the_form_offers_what_the_lab_has_and_shows_what_the_lesson_set(
    orders: FlaskClient,
) -> None:
    page = orders.get("/w/local/lessons/orders?function=orders-taker").text
    assert 'action="/w/local/labs/orders/asynchronous?function=orders-taker"' in page
    assert '<option value="orders-teller" selected>function orders-teller</option>' in page
    assert '<option value="orders-failed" selected>queue orders-failed</option>' in page
    assert 'value="orders-taker">function' not in page, "no function is its own destination"
    assert "orders-steps.fifo</option>" not in page, "Lambda takes no FIFO queue"


def test_what_is_saved_holds_for_the_function_and_empty_fields_are_awss_defaults(
    orders: FlaskClient,
) -> None:
    wanted = {
        "maximum_retry_attempts": "1",
        "maximum_event_age": "60",
        "on_success": "orders-failed",
        "on_failure": "",
        "dead_letter": "orders-dead",
    }
    done = changed(orders, **wanted, function="orders-taker")
    assert done == {
        **wanted,
        "maximum_retry_attempts": 1,
        "maximum_event_age": 60,
    }
    html = shown(orders, "?function=orders-taker")
    assert '<option value="1" selected>1</option>' in html
    assert changed(orders, function="orders-taker") == {
        "maximum_retry_attempts": None,
        "maximum_event_age": None,
        "on_success": "",
        "on_failure": "",
        "dead_letter": "",
    }
    form = orders.post(FORM, data=wanted, headers={"Accept": "text/html"})
    assert form.status_code == 303


def test_each_alias_and_version_has_a_configuration_of_its_own(
    orders: FlaskClient, running: wiring.Application
) -> None:
    changed(orders, maximum_retry_attempts="2", function="orders-taker")
    services = running.services

    async def publish() -> None:
        home = (await services.platform.workspace("local")).home
        record = await home.versions.publish("orders-taker", run="")
        await home.aliases.create("orders-taker", "live", version=record.version, run="")

    services.loop.call(publish())
    changed(orders, maximum_retry_attempts="0", qualifier="live", function="orders-taker")
    changed(orders, maximum_retry_attempts="1", qualifier="1", function="orders-taker")
    latest, live, first = (
        shown(orders, f"?function=orders-taker{more}")
        for more in ("", "&qualifier=live", "&qualifier=1")
    )
    assert '<option value="2" selected>2</option>' in latest
    assert '<option value="0" selected>0</option>' in live
    assert "<option selected>live</option>" in live
    assert '<option value="1" selected>1</option>' in first
    assert "<option selected>1</option>" in first
    for nobody in ("nobody", "2"):
        assert orders.get(f"{FORM}?qualifier={nobody}", headers=HTMX).status_code == 404
        refused = orders.post(FORM, data={"qualifier": nobody}, headers=JSON)
        assert refused.status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("maximum_retry_attempts", "3", "Member must have value less than or equal to 2"),
        ("maximum_retry_attempts", "-1", "Member must have value greater than or equal to 0"),
        ("maximum_event_age", "59", "Member must have value greater than or equal to 60"),
        ("maximum_event_age", "21601", "Member must have value less than or equal to 21600"),
        ("maximum_event_age", "soon", "is not a whole number"),
        ("on_success", "nowhere", "The destination ARN nowhere is invalid."),
        ("on_failure", "orders-taker", "The destination ARN orders-taker is invalid."),
        ("on_failure", "orders-steps.fifo", "The destination ARN orders-steps.fifo is invalid."),
        ("dead_letter", "orders-teller", "The destination ARN orders-teller is invalid."),
        ("on_success", f"arn:aws:sqs:us-east-1:999999999999:x{MARKUP}", "is invalid."),
    ],
)
def test_what_aws_refuses_stands_at_its_field_in_awss_words(
    orders: FlaskClient, field: str, value: str, says: str
) -> None:
    before = shown(orders, "?function=orders-taker")
    fields = {field: value, "function": "orders-taker"}
    answer = orders.post(FORM, data=fields, headers=HTMX)
    assert answer.status_code == 400
    assert says in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<img" not in answer.text
    assert shown(orders, "?function=orders-taker") == before
    told = orders.post(FORM, data=fields, headers=JSON)
    assert told.status_code == 400
    assert says in told.get_json()["message"]

"""The boards of a lab's queues: as forms, fragments and JSON, and what attackers send there."""

import html
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.classroom.queue_course import write_orders
from tests.pages.asking import HTMX, JSON
from tests.pages.boards.board_lab import MARKUP, NO_MARKUP, answered, asked, put_back, started
from webapp import wiring

pytestmark = pytest.mark.slow

LAB = "/w/local/labs/orders"
FAILED, DEAD, STEPS = (
    f"{LAB}/queues/{one}" for one in ("orders-failed", "orders-dead", "orders-steps.fifo")
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Application]:
    yield from started(tmp_path_factory.mktemp("orders"), write_orders)


@pytest.fixture
def orders(running: wiring.Application) -> FlaskClient:
    """Give a client of a lab whose queues are empty."""
    return put_back(running, LAB)


def shown(client: FlaskClient, queue: str = FAILED) -> str:
    return client.get(queue, headers=HTMX).text


def counts(client: FlaskClient, queue: str = FAILED) -> tuple[int, int, int]:
    found = client.get(queue, headers=JSON).get_json()
    return found["visible"], found["in_flight"], found["delayed"]


def test_the_page_has_a_board_for_each_queue_with_forms_that_need_no_script(
    orders: FlaskClient,
) -> None:
    page = orders.get("/w/local/lessons/orders").text
    for queue in (FAILED, DEAD, STEPS):
        assert f'method="post" action="{queue}/send"' in page
        assert f'method="post" action="{queue}/receive"' in page
    assert "dead letters to orders-dead after 1 receive" in page
    assert page.count(f'action="{DEAD}/redrive"') == 1
    form = orders.post(f"{FAILED}/send", data={"body": "by hand"}, headers={"Accept": "text/html"})
    assert form.status_code == 303
    assert form.headers["Location"].endswith("/lessons/orders#part-queues")
    assert "by hand" in orders.get("/w/local/lessons/orders").text


def test_a_lab_without_queues_has_no_such_tab(orders: FlaskClient) -> None:
    assert "tab-queues" not in orders.get("/w/local/lessons/cold-and-warm").text


def test_a_message_is_sent_received_hidden_for_longer_let_go_and_deleted(
    orders: FlaskClient,
) -> None:
    sent = answered(
        orders, f"{FAILED}/send", body='{"a": 1}', attributes="Colour=red\nSize:Number=3"
    )
    assert counts(orders) == (1, 0, 0)
    board = shown(orders)
    for said in ("Message 1", "&#34;a&#34;: 1", "Colour (String)", "Size (Number)", "sent by page"):
        assert said in board
    received = asked(orders, f"{FAILED}/receive", count=10)
    assert "What the consumer gets" in received.text
    assert "ReceiptHandle" in received.text
    assert counts(orders) == (0, 1, 0)
    assert "in flight" in shown(orders)
    message = f"{FAILED}/messages/{sent['message']}"
    assert answered(orders, f"{message}/visibility", receive=1, seconds=600) == {"seconds": 600}
    assert "back in" in shown(orders)
    answered(orders, f"{message}/visibility", receive=1, seconds=0)
    assert counts(orders) == (1, 0, 0)
    late = asked(orders, f"{message}/delete", receive=1)
    assert late.status_code == 200, "SQS deletes with the newest handle, hidden or not"
    assert counts(orders) == (0, 0, 0)
    assert "Deleted" in shown(orders)


def test_dead_letters_are_driven_back_to_where_they_came_from(orders: FlaskClient) -> None:
    sent = answered(orders, f"{FAILED}/send", body="once")
    answered(orders, f"{FAILED}/receive")
    answered(orders, f"{FAILED}/messages/{sent['message']}/visibility", receive=1, seconds=0)
    assert answered(orders, f"{FAILED}/receive")["messages"] == []
    assert counts(orders, DEAD) == (1, 0, 0)
    assert "dead letter of" in shown(orders, DEAD)
    assert "Dead-lettered" in shown(orders)
    moved = answered(orders, f"{DEAD}/redrive")
    assert (moved["moved"], moved["status"]) == (1, "COMPLETED")
    assert counts(orders) == (1, 0, 0)
    assert "Redrive: 1 of 1 moved back." in shown(orders, DEAD)
    answered(orders, f"{DEAD}/send", body="from nowhere")
    refused = asked(orders, f"{DEAD}/redrive")
    assert "There is no queue that the message came from" in refused.text
    answered(orders, f"{DEAD}/purge")
    assert counts(orders, DEAD) == (0, 0, 0)


def test_a_fifo_queue_takes_a_group_and_tells_a_repeat(orders: FlaskClient) -> None:
    first = answered(orders, f"{STEPS}/send", body="bake", group="cake", deduplication="1")
    again = answered(orders, f"{STEPS}/send", body="bake", group="cake", deduplication="1")
    assert again["message"] == first["message"]
    assert counts(orders, STEPS) == (1, 0, 0)
    assert "group" in shown(orders, STEPS)


@pytest.mark.parametrize(
    ("path", "fields", "says"),
    [
        ("/send", {"body": ""}, "must contain the parameter MessageBody"),
        ("/send", {"body": "a", "delay": "901"}, "DelaySeconds must be &gt;= 0 and &lt;= 900"),
        ("/send", {"body": "a", "delay": "soon"}, "not a whole number"),
        ("/send", {"body": "a", "attributes": "Colour"}, "has no &#39;=&#39;"),
        ("/send", {"body": "a", "attributes": "A=1\nA=2"}, "is given twice"),
        ("/send", {"body": "a", "attributes": "A:Number=x"}, "Could not cast"),
        ("/send", {"body": "\x00"}, "Invalid characters found"),
        ("/send", {"body": "a" * (1024 * 1024 + 1)}, "Message must be shorter than 1048576"),
        ("/receive", {"count": "11"}, "Must be between 1 and 10"),
        ("/receive", {"count": "-1"}, "Must be between 1 and 10"),
        ("/redrive", {}, "must be configured as a Dead Letter Queue"),
    ],
)
def test_what_sqs_refuses_is_said_at_its_board_in_its_words(
    orders: FlaskClient, path: str, fields: dict[str, str], says: str
) -> None:
    answer = asked(orders, f"{FAILED}{path}", **fields)
    assert answer.status_code == 400
    assert says in answer.text
    assert "field__error" in answer.text
    assert counts(orders) == (0, 0, 0)


def test_a_queue_that_is_not_the_labs_cannot_be_named(
    orders: FlaskClient, running: wiring.Application
) -> None:
    services = running.services

    async def create() -> None:
        opened = await services.platform.workspace("local")
        queues: Any = opened.home.sources.queues  # type: ignore[attr-defined]
        await queues.create("mine-alone", attributes={}, tags={}, run="")

    services.loop.call(create())
    for name in ("mine-alone", "orders-failed%2F..", "..", "arn:aws:sqs:us-east-1:1:x", "%00"):
        for path in ("/send", "/receive", "/purge", "/redrive", "/restore"):
            answer = asked(orders, f"{LAB}/queues/{name}{path}", body="x")
            assert answer.status_code in (404, 405), (name, path)
    other = orders.post("/w/local/labs/cold-and-warm/queues/orders-failed/purge", headers=JSON)
    assert other.status_code == 404


def test_messages_of_others_and_of_earlier_receives_cannot_be_touched(
    orders: FlaskClient,
) -> None:
    sent = answered(orders, f"{FAILED}/send", body="mine")
    answered(orders, f"{FAILED}/receive")
    elsewhere = f"{DEAD}/messages/{sent['message']}"
    stale = f"{FAILED}/messages/{sent['message']}"
    for path, receive in (
        (f"{elsewhere}/delete", 1),
        (f"{stale}/delete", 2),
        (f"{stale}/delete", 0),
        (f"{FAILED}/messages/{'f' * 36}/delete", 1),
    ):
        answer = asked(orders, path, receive=receive)
        assert answer.status_code == 400
        assert "not in flight by that receive" in answer.text
    assert asked(orders, f"{stale}/visibility", receive=1, seconds=43_201).status_code == 400
    assert asked(orders, f"{stale}/visibility", receive="one", seconds=1).status_code == 400
    assert counts(orders) == (0, 1, 0)


def test_bodies_attributes_and_names_never_become_markup(orders: FlaskClient) -> None:
    sent = answered(orders, f"{FAILED}/send", body=f'{{"a": "{MARKUP}"}}', attributes=f"A={MARKUP}")
    received = asked(orders, f"{FAILED}/receive").text
    page = orders.get("/w/local/lessons/orders").text
    opened = orders.get(f"{FAILED}/messages/{sent['message']}", headers=HTMX).text
    for text in (received, page, shown(orders), opened):
        assert "&lt;img src=x" in text
        assert NO_MARKUP not in text
    refused = asked(orders, f"{FAILED}/send", body="a", attributes=f"{MARKUP}=1")
    assert NO_MARKUP not in refused.text
    assert NO_MARKUP not in asked(orders, f"{LAB}/queues/{MARKUP}/send", body="a").text


def test_a_body_opened_alone_is_plain_text_that_no_browser_reads_as_a_page(
    orders: FlaskClient,
) -> None:
    sent = answered(orders, f"{FAILED}/send", body="<script>alert(1)</script>")
    answer = orders.get(f"{FAILED}/messages/{sent['message']}", headers={"Accept": "text/html"})
    assert answer.text == "<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_large_body_and_one_that_is_nested_deeply_are_shown_as_they_are(
    orders: FlaskClient,
) -> None:
    large = '{"a": "' + "x" * 500_000 + '"}'
    deep = "[" * 100_000 + "]" * 100_000
    for body in (large, deep):
        sent = answered(orders, f"{FAILED}/send", body=body)
        assert "Show all of it" in shown(orders)
        opened = orders.get(f"{FAILED}/messages/{sent['message']}", headers=HTMX)
        assert opened.status_code == 200
        assert len(opened.text) > 100_000
    assert len(shown(orders)) < 50_000


def test_a_deleted_queue_says_so_and_can_be_created_again(
    orders: FlaskClient, running: wiring.Application
) -> None:
    services = running.services

    async def delete() -> None:
        opened = await services.platform.workspace("local")
        queues: Any = opened.home.sources.queues  # type: ignore[attr-defined]
        await queues.delete("orders-failed", run="")

    services.loop.call(delete())
    assert "Create it again" in shown(orders)
    assert asked(orders, f"{FAILED}/send", body="a").status_code == 400
    answered(orders, f"{FAILED}/restore")
    answered(orders, f"{FAILED}/send", body="a")
    assert counts(orders) == (1, 0, 0)


def test_a_reset_says_which_messages_its_undo_will_not_have_before_and_after(
    orders: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note() -> str:
        return orders.get(f"{LAB}/undo/note", headers=HTMX).text

    assert "hidden" in note()
    monkeypatch.setattr("webapp.classroom.sources.lab_queues.MOST_KEPT", 1)
    for _ in range(3):
        answered(orders, f"{FAILED}/send", body="hello")
    assert "Gone for good would be: 2 messages of orders-failed." in note()
    reset = answered(orders, f"{LAB}/reset", scope="lab")
    assert reset["lost"] == {"orders-failed": 2}
    assert "Not kept" in reset["note"]
    menu = orders.get(f"{LAB}/undo", headers=HTMX).text
    assert "2 messages of orders-failed." in menu


SET = {"visibility_timeout": "60", "delay": "5", "retention": "3600", "wait": "2"}


def test_a_queue_is_set_otherwise_on_its_board(orders: FlaskClient) -> None:
    told = answered(orders, f"{FAILED}/attributes", **SET, dead_letter="orders-dead", receives="7")
    assert (told["VisibilityTimeout"], told["ReceiveMessageWaitTimeSeconds"]) == ("60", "2")
    form = orders.get(f"{FAILED}/attributes", headers=HTMX).text
    for name, value in SET.items():
        assert f'name="{name}" value="{value}"' in form
    assert "<option selected>orders-dead</option>" in form
    assert 'name="receives" value="7"' in form
    assert "visibility timeout 1 min" in shown(orders)
    without = asked(orders, f"{FAILED}/attributes", **SET, dead_letter="").text
    assert "<option selected>" not in without
    assert "Saved" in without


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("visibility_timeout", "43201", "Invalid value for the parameter VisibilityTimeout."),
        ("delay", "soon", "Invalid value for the parameter DelaySeconds."),
        ("retention", "", "Invalid value for the parameter MessageRetentionPeriod."),
        ("wait", "21", "Invalid value for the parameter ReceiveMessageWaitTimeSeconds."),
        ("receives", "0", "valid values are from 1 to 1000"),
        ("receives", MARKUP, "Invalid value for maxReceiveCount"),
        ("delay", "9" * 100_000, "Invalid value for the parameter DelaySeconds."),
        ("dead_letter", "nobody", "Dead letter target does not exist."),
        ("dead_letter", "orders-steps.fifo", "must be same type of queue"),
        ("dead_letter", f"arn:{MARKUP}", "RedrivePolicy is invalid"),
    ],
)
def test_a_setting_that_sqs_refuses_stays_typed_with_its_words_and_sets_nothing(
    orders: FlaskClient, name: str, value: str, says: str
) -> None:
    before = orders.get(f"{FAILED}/attributes", headers=HTMX).text
    form = {**SET, "dead_letter": "orders-dead", "receives": "7", name: value}
    refused = asked(orders, f"{FAILED}/attributes", **form)
    assert refused.status_code == 400
    error = refused.text.partition(f'id="queue-1-settings-{name}-about"')[2].partition("</p>")[0]
    assert says in html.unescape(error)
    assert NO_MARKUP not in refused.text
    assert orders.get(f"{FAILED}/attributes", headers=HTMX).text == before
    assert orders.post(f"{FAILED}/attributes", data=form, headers=JSON).status_code == 400


def offered_in(text: str) -> Any:
    """Return the fields that an undo would send."""
    return json.loads(html.unescape(text.partition('hx-vals="')[2].partition('"')[0]))


def offer(client: FlaskClient, page: str = f"{FAILED}/attributes") -> Any:
    """Return what a page offers to go back to, when it is opened anew."""
    return offered_in(client.get(page, headers=HTMX if page.startswith(LAB) else {}).text)


def test_what_was_set_otherwise_since_has_no_way_back(
    orders: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_offered() -> bool:
        return "hx-vals" in orders.get(f"{FAILED}/attributes", headers=HTMX).text

    asked(orders, f"{FAILED}/attributes", **SET, dead_letter="")
    assert is_offered()
    monkeypatch.setattr("webapp.classroom.sources.settings_undos.UNDO_SECONDS", -1.0)
    assert not is_offered()
    monkeypatch.undo()
    assert is_offered()
    answered(orders, f"{LAB}/reset", scope="lab")
    assert not is_offered()


def test_a_change_of_settings_offers_what_stood_before_and_takes_it_once(
    orders: FlaskClient,
) -> None:
    before = orders.get(f"{FAILED}/attributes", headers=HTMX).text
    saved = asked(orders, f"{FAILED}/attributes", **SET, dead_letter="").text
    offered = offered_in(saved)
    assert offered["visibility_timeout"] == "20"
    assert offered["dead_letter"] == "orders-dead"
    assert offer(orders) == offered
    assert offer(orders, "/w/local/lessons/orders") == offered
    undone = asked(orders, f"{FAILED}/attributes", **{**SET, **offered}).text
    assert "Undone: it is set as it was before." in undone
    assert "hx-vals" not in undone
    assert orders.get(f"{FAILED}/attributes", headers=HTMX).text == before
    del offered["undo"]
    unchanged = asked(orders, f"{FAILED}/attributes", **offered)
    assert "hx-vals" not in unchanged.text


def test_a_fifo_queue_tells_duplicates_by_content_when_it_is_set_to(orders: FlaskClient) -> None:
    said = asked(orders, f"{STEPS}/attributes", by_content="true")
    assert said.status_code == 200
    assert '<option value="true" selected>' in said.text
    assert "tells duplicates by content" in orders.get("/w/local/lessons/orders").text
    first, again = (answered(orders, f"{STEPS}/send", body="bake", group="a") for _ in range(2))
    assert first["message"] == again["message"]
    page = orders.get(f"{LAB}/commands", headers=HTMX).text
    command = html.unescape(page.partition('id="command-queue-3-send-text"')[2])
    assert "--message-deduplication-id" not in command.partition("</pre>")[0]
    refused = asked(orders, f"{STEPS}/attributes", by_content=MARKUP)
    assert refused.status_code == 400
    assert "Invalid value for the parameter ContentBasedDeduplication." in refused.text
    assert NO_MARKUP not in refused.text


def test_a_standard_queue_has_no_way_to_tell_duplicates(orders: FlaskClient) -> None:
    assert "by_content" not in orders.get(f"{FAILED}/attributes", headers=HTMX).text
    answered(orders, f"{FAILED}/attributes", by_content="true")
    assert "by content" not in shown(orders)


def test_settings_are_of_the_labs_own_queues_alone(orders: FlaskClient) -> None:
    for queue in ("elsewhere", "..", "orders-failed%00", "<b>"):
        assert orders.get(f"{LAB}/queues/{queue}/attributes", headers=HTMX).status_code == 404
        assert asked(orders, f"{LAB}/queues/{queue}/attributes", **SET).status_code == 404


def test_the_command_sets_what_is_typed(orders: FlaskClient) -> None:
    typed = {f"queue-1-settings-{name}": value for name, value in SET.items()}
    page = orders.get(f"{LAB}/commands", query_string=typed, headers=HTMX).text
    command = html.unescape(page.partition('id="command-queue-1-settings-text"')[2])
    command = command.partition("</pre>")[0]
    assert "sqs set-queue-attributes" in command
    assert '"VisibilityTimeout": "60"' in command
    assert '"MessageRetentionPeriod": "3600"' in command

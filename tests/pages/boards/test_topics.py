"""The boards of a lab's topics: as forms, fragments and JSON, and what attackers send there."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.aws.facts import until
from tests.classroom.topic_course import write_news
from tests.pages.asking import HTMX, JSON
from tests.pages.boards.board_lab import MARKUP, NO_MARKUP, answered, asked, put_back, started
from webapp import wiring

pytestmark = pytest.mark.slow

LAB = "/w/local/labs/news"
NEWS = f"{LAB}/topics/news"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Application]:
    yield from started(tmp_path_factory.mktemp("news"), write_news)


@pytest.fixture
def news(running: wiring.Application) -> FlaskClient:
    """Give a client of a lab whose topic is as the lesson says."""
    return put_back(running, LAB)


def subscription(client: FlaskClient, name: str) -> str:
    found = client.get(f"{NEWS}/subscriptions", headers=JSON).get_json()["subscriptions"]
    return str(next(one["id"] for one in found if one["name"] == name))


def copies(client: FlaskClient) -> Any:
    """Return what became of the newest message's copies, once none is on its way."""
    while True:
        found = client.get(NEWS, headers=JSON).get_json()["messages"][0]["copies"]
        if len(found) == 3 and "on its way" not in found.values():
            return found


def test_the_page_has_a_board_for_each_topic_with_forms_that_need_no_script(
    news: FlaskClient,
) -> None:
    page = news.get("/w/local/lessons/news").text
    assert f'method="post" action="{NEWS}/publish"' in page
    assert "dead letters to news-dead" in page
    form = news.post(f"{NEWS}/publish", data={"body": "by hand"}, headers={"Accept": "text/html"})
    assert form.status_code == 303
    assert form.headers["Location"].endswith("/lessons/news#part-topics")
    assert "by hand" in news.get("/w/local/lessons/news").text


def test_a_lab_without_topics_has_no_such_tab(news: FlaskClient) -> None:
    assert "tab-topics" not in news.get("/w/local/lessons/cold-and-warm").text


def test_a_message_is_published_and_each_copy_is_followed(news: FlaskClient) -> None:
    said = asked(news, f"{NEWS}/publish", body="hello", attributes="kind=open", subject="Ahoy")
    assert "Published and on disk" in said.text
    assert copies(news) == {
        "news-reader": "delivered",
        "news-archive": "delivered",
        "news-paid": "filtered",
    }
    board = news.get(NEWS, headers=HTMX).text
    assert "kind is &#34;open&#34;; the pattern asks for &#34;paid&#34;" in board
    assert "subject Ahoy" in board


def test_a_filter_is_set_and_taken_away_and_decides_from_then_on(news: FlaskClient) -> None:
    paid = subscription(news, "news-paid")
    address = f"{NEWS}/subscriptions/{paid}/filter"
    said = asked(news, address, policy='{"sum": [{"numeric": [">", 9]}]}', scope="MessageBody")
    assert "holds for what is published from now on" in said.text
    answered(news, f"{NEWS}/publish", body='{"sum": 10}')
    assert copies(news)["news-paid"] == "delivered"
    answered(news, f"{NEWS}/publish", body='{"sum": 3}')
    assert copies(news)["news-paid"] == "filtered"
    assert "it gets everything" in asked(news, address, policy="").text
    answered(news, f"{NEWS}/publish", body="no JSON")
    assert copies(news)["news-paid"] == "delivered"


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("publish", {"body": ""}, "Empty message"),
        ("publish", {"body": "x" * 262_145}, "Message too long"),
        ("publish", {"body": "x", "attributes": "nothing"}, "Line 1 of the attributes"),
        ("publish", {"body": "x", "attributes": "a:Colour=red"}, "type prefixes"),
        ("publish", {"body": "x", "attributes": "a:Binary=red"}, "non-empty"),
        ("publish", {"body": "x", "subject": "ü"}, "Invalid parameter: Subject"),
        ("publish", {"body": "x", "structure": "json"}, "failed to parse"),
        ("subscriptions/guessed/filter", {"policy": "{}"}, "Subscription does not exist"),
        ("subscriptions/guessed/confirm", {}, "Subscription does not exist"),
    ],
)
def test_what_sns_refuses_is_said_at_its_board_in_its_words(
    news: FlaskClient, path: str, fields: dict[str, str], words: str
) -> None:
    answer = asked(news, f"{NEWS}/{path}", **fields)
    assert answer.status_code in (400, 404)
    assert words in answer.text


@pytest.mark.parametrize(
    "policy",
    ["no", "[]", '{"a": "b"}', "[" * 100_000, '{"a": [{"wildcard": "**"}]}', '{"a": {"b": ["c"]}}'],
)
def test_a_policy_that_is_none_is_refused_at_its_board(news: FlaskClient, policy: str) -> None:
    address = f"{NEWS}/subscriptions/{subscription(news, 'news-paid')}/filter"
    answer = asked(news, address, policy=policy)
    assert answer.status_code == 400
    assert "Invalid parameter" in answer.text


@pytest.mark.parametrize("name", ["orders", "..%2Fnews", "NEWS", "arn:aws:sns:x", MARKUP])
def test_a_topic_that_is_not_the_labs_cannot_be_named(news: FlaskClient, name: str) -> None:
    for method, path in (("get", ""), ("post", "/publish"), ("post", "/restore")):
        answer = getattr(news, method)(f"{LAB}/topics/{name}{path}", headers=HTMX)
        assert answer.status_code == 404
        assert NO_MARKUP not in answer.text


def test_messages_attributes_and_policies_never_become_markup(news: FlaskClient) -> None:
    policy = '{"a": ["' + MARKUP.replace('"', "") + '"]}'
    address = f"{NEWS}/subscriptions/{subscription(news, 'news-paid')}/filter"
    assert asked(news, address, policy=policy).status_code == 200
    answered(news, f"{NEWS}/publish", body=MARKUP, attributes=f"a={MARKUP}")
    copies(news)
    page = news.get("/w/local/lessons/news").text
    for html in (page, news.get(NEWS, headers=HTMX).text):
        assert "&lt;img src=x" in html
        assert NO_MARKUP not in html
    refused = asked(news, f"{NEWS}/publish", body="a", attributes=f"{MARKUP}=1")
    assert NO_MARKUP not in refused.text


def test_a_deleted_topic_says_so_and_can_be_created_again(
    news: FlaskClient, running: wiring.Application
) -> None:
    from webapp.classroom.sources.lab_topics import topics_of

    services = running.services
    opened = services.loop.call(services.platform.workspace("local"))
    services.loop.call(topics_of(opened).delete("news", run=""))
    assert "This topic was deleted" in news.get(f"{NEWS}/subscriptions", headers=HTMX).text
    assert asked(news, f"{NEWS}/publish", body="x").status_code == 404
    assert "Created as the lesson says" in asked(news, f"{NEWS}/restore").text
    answered(news, f"{NEWS}/publish", body="x")
    assert len(copies(news)) == 3


def test_every_button_of_a_board_has_its_command(news: FlaskClient) -> None:
    answered(news, f"{NEWS}/publish", body="hello", attributes="kind=open", subject="Ahoy")
    html = news.get(f"{LAB}/commands", headers=HTMX).text
    assert "sns publish" in html
    assert "arn:aws:sns:us-east-1:000000000000:news" in html
    assert "--message hello" in html
    assert "--subject Ahoy" in html
    assert html.count("sns set-subscription-attributes") == 3


def delivered_to(client: FlaskClient, name: str) -> list[str]:
    """Return the name, once the newest message is with it."""
    [newest, *_] = client.get(NEWS, headers=JSON).get_json()["messages"]
    return [one for one, state in newest["copies"].items() if (one, state) == (name, "delivered")]


def names(client: FlaskClient) -> list[str]:
    found = client.get(f"{NEWS}/subscriptions", headers=JSON).get_json()["subscriptions"]
    return sorted(one["name"] for one in found)


def test_a_queue_is_subscribed_without_its_envelope_and_ended_again(
    running: wiring.Application, news: FlaskClient
) -> None:
    assert "news-dead" in news.get(f"{NEWS}/subscriptions", headers=HTMX).text
    assert "hears of what" in asked(news, f"{NEWS}/subscribe", to="news-dead").text
    assert names(news) == ["news-archive", "news-dead", "news-paid", "news-reader"]
    own = f"{NEWS}/subscriptions/{subscription(news, 'news-dead')}"
    assert "the message itself" in asked(news, f"{own}/raw", raw="true").text
    answered(news, f"{NEWS}/publish", body="hello")
    assert until(running, lambda: delivered_to(news, "news-dead"))
    html = news.get(f"{NEWS}/subscriptions", headers=HTMX).text
    assert "Send with envelope" in html
    assert "1 in news-dead" in html  # where news-paid's dead letters go
    assert "SQS moves back only what came from a queue" in html
    assert "hears of nothing" in asked(news, f"{own}/unsubscribe").text
    assert names(news) == ["news-archive", "news-paid", "news-reader"]


def test_a_function_that_was_ended_is_subscribed_again_and_may_be_called(
    news: FlaskClient,
) -> None:
    own = f"{NEWS}/subscriptions/{subscription(news, 'news-reader')}"
    answered(news, f"{own}/unsubscribe")
    answered(news, f"{NEWS}/subscribe", to="news-reader")
    answered(news, f"{NEWS}/publish", body="hello")
    assert copies(news)["news-reader"] == "delivered"


@pytest.mark.parametrize("to", ["", "nobody", "news-archive", "news-reader", MARKUP])
def test_who_cannot_be_subscribed_is_refused_in_words(news: FlaskClient, to: str) -> None:
    answer = asked(news, f"{NEWS}/subscribe", to=to)
    assert (answer.status_code, "cannot be subscribed to news" in answer.text) == (400, True)
    assert NO_MARKUP not in answer.text
    assert names(news) == ["news-archive", "news-paid", "news-reader"]


@pytest.mark.parametrize("door", ["unsubscribe", "raw"])
def test_a_subscription_of_another_topic_is_out_of_reach(news: FlaskClient, door: str) -> None:
    for name in ("00000000-0000-0000-0000-000000000000", "x"):
        answer = asked(news, f"{NEWS}/subscriptions/{name}/{door}", raw="true")
        assert (answer.status_code, "does not exist" in answer.text) == (404, True)

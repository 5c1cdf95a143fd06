"""Two learners on one host: neither sees, calls, stops, starves or times the other."""

import json
import threading
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.app.test_door import HTML, come_in, own_workspace
from tests.aws.signing import send, sign
from webapp import wiring
from webapp.classroom.access_keys import AccessKey
from webapp.settings import LimitSettings, Settings
from webapp.storage.workspaces import account_of
from webapp.wiring import Application

LIST = "/2015-03-31/functions"
LAB = "labs/cold-and-warm"
SECRET = "Ada's own words"
CODE = f"def handler(event, context):\n    print({SECRET!r})\n    return {SECRET!r}\n"
SPIN = "def handler(event, context):\n    while True:\n        pass\n"
ECHO = "def handler(event, context):\n    return event\n"
CONCURRENCY = 5
PATIENCE_SECONDS = 90.0


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    settings = Settings(
        data=tmp_path_factory.mktemp("shared"),
        passphrase="open sesame",
        host="0.0.0.0",
        limits=LimitSettings(concurrency=CONCURRENCY, environments_per_host=8),
    )
    application = wiring.start(settings)
    yield application
    application.stop()


@pytest.fixture
def ada(host: Application) -> FlaskClient:
    """Give a learner who has a function that has run."""
    browser = come_in(host)
    deploy(browser, "diary", CODE)
    assert browser.post(f"{place(browser)}/functions/diary/invocations", json={}).status_code == 200
    return browser


@pytest.fixture
def bob(host: Application) -> FlaskClient:
    """Give another one, who is up to something."""
    return come_in(host)


def place(browser: FlaskClient) -> str:
    return f"/w/{own_workspace(browser)}"


def deploy(browser: FlaskClient, name: str, code: str, **configuration: int) -> None:
    function = {"files": {"handler.py": code}, "configuration": configuration}
    assert browser.put(f"{place(browser)}/functions/{name}", json=function).status_code == 200


def test_every_address_of_another_workspace_is_not_there(
    host: Application, ada: FlaskClient, bob: FlaskClient
) -> None:
    """Every route that has a workspace in it, with every method that it takes."""
    tried = 0
    for rule in host.app.url_map.iter_rules():
        if "workspace" not in rule.arguments:
            continue
        values = dict.fromkeys(rule.arguments, "1") | {"workspace": own_workspace(ada)}
        built = rule.build(values)
        assert built is not None
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            answer = bob.open(built[1], method=method, data="{}", headers=HTML)
            assert answer.status_code == 404, (method, built[1])
            assert SECRET not in answer.text
            tried += 1
    assert tried > 25


def test_nothing_of_one_is_in_what_the_other_sees(ada: FlaskClient, bob: FlaskClient) -> None:
    pages = ("/", "/status", f"{place(bob)}/lessons/cold-and-warm", f"{place(bob)}/functions")
    for path in pages:
        answer = bob.get(path, headers=HTML)
        assert answer.status_code == 200
        for mine in (own_workspace(ada), "diary", SECRET):
            assert mine not in answer.text
    assert bob.get(f"{place(bob)}/functions").get_json() == []


def test_the_same_name_is_another_function(ada: FlaskClient, bob: FlaskClient) -> None:
    deploy(bob, "diary", ECHO)
    assert bob.post(f"{place(bob)}/functions/diary/invocations", json=1).get_json() == 1
    answer = ada.post(f"{place(ada)}/functions/diary/invocations", json=1)
    assert answer.get_json() == SECRET
    assert bob.delete(f"{place(bob)}/functions/diary").status_code < 300
    assert ada.get(f"{place(ada)}/functions/diary").status_code == 200


def test_a_clock_is_ones_own(ada: FlaskClient, bob: FlaskClient) -> None:
    before = ada.get(f"{place(ada)}/clock").get_json()
    assert bob.post(f"{place(bob)}/clock", data={"advance": "86400"}).status_code == 200
    assert bob.post(f"{place(bob)}/clock", data={"pause": "true"}).status_code == 200
    after = ada.get(f"{place(ada)}/clock").get_json()
    assert after["paused"] is False
    assert after["now"] - before["now"] < 3600


def test_who_takes_all_that_may_run_takes_it_from_oneself(
    host: Application, ada: FlaskClient, bob: FlaskClient
) -> None:
    deploy(bob, "spin", SPIN, timeout=60)
    deploy(bob, "echo", ECHO)
    path, statuses = f"{place(bob)}/functions/spin/invocations", []
    cookie = bob.get_cookie("coldstart")
    assert cookie is not None

    def call() -> None:
        browser = host.app.test_client()
        browser.set_cookie("coldstart", cookie.value)
        statuses.append(browser.post(path, json={}).status_code)

    callers = [threading.Thread(target=call) for _ in range(CONCURRENCY)]
    for caller in callers:
        caller.start()
    wait_until_running(host, bob, CONCURRENCY)
    refused = bob.post(f"{place(bob)}/functions/echo/invocations", json={})
    assert refused.status_code == 429
    assert refused.get_json()["Reason"] == "ConcurrentInvocationLimitExceeded"
    for number in range(6):
        deploy(ada, f"echo-{number}", ECHO)
        answer = ada.post(f"{place(ada)}/functions/echo-{number}/invocations", json={"n": number})
        assert answer.get_json() == {"n": number}
    stop_all(host, bob)
    for caller in callers:
        caller.join(PATIENCE_SECONDS)
    assert statuses == [200] * CONCURRENCY
    assert json.loads(ada.get("/status.json").text)["load"]["running"] == 0


def test_an_aws_client_reaches_its_own_account_only(
    host: Application, ada: FlaskClient, bob: FlaskClient
) -> None:
    keys = host.services.access_keys
    hers, his = keys.of(own_workspace(ada)), keys.of(own_workspace(bob))
    arn = ada.get(f"{place(ada)}/functions/diary").get_json()
    assert arn["name"] == "diary"
    account = account_of(own_workspace(ada), otherwise="")
    for name in ("diary", f"arn:aws:lambda:us-east-1:{account}:function:diary"):
        path = f"/2015-03-31/functions/{name}/invocations"
        answer = send(bob, sign(b"{}", service="lambda", path=path, headers={}, key=his))
        assert answer.status_code in (403, 404), name
        assert SECRET not in answer.text
    listed = send(bob, sign(b"", service="lambda", method="GET", path=LIST, headers={}, key=his))
    assert listed.get_json()["Functions"] == []
    stolen = AccessKey(hers.id, his.secret)
    answer = send(bob, sign(b"", service="lambda", method="GET", path=LIST, headers={}, key=stolen))
    assert answer.status_code == 403
    own = send(ada, sign(b"", service="lambda", method="GET", path=LIST, headers={}, key=hers))
    assert [one["FunctionName"] for one in own.get_json()["Functions"]] == ["diary"]


def wait_until_running(host: Application, browser: FlaskClient, count: int) -> None:
    opened = host.services.loop.call(host.services.platform.workspace(own_workspace(browser)))
    sequence = opened.log.last_sequence
    while browser.get("/status.json").get_json()["load"]["running"] < count:
        assert opened.log.wait_beyond(sequence, timeout=PATIENCE_SECONDS)
        sequence = opened.log.last_sequence


def stop_all(host: Application, browser: FlaskClient) -> None:
    async def stop() -> None:
        opened = await host.services.platform.workspace(own_workspace(browser))
        for region in opened.regions:
            region.dispatcher.stop_all()

    host.services.loop.call(stop())

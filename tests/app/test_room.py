"""A full host makes room for who comes; who was dropped finds everything again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.app.test_door import HTML, come_in, own_workspace
from webapp import wiring
from webapp.runtime import open_workspaces
from webapp.settings import LimitSettings, Settings
from webapp.wiring import Application

LESSON = "cold-and-warm"
CODE = "def handler(event, context):\n    return 1\n"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    """Give a shared host with room for two, who count as gone at once."""
    monkeypatch.setattr(open_workspaces, "QUIET_SECONDS", 0.0)
    settings = Settings(
        data=tmp_path,
        passphrase="open sesame",
        host="0.0.0.0",
        limits=LimitSettings(workspaces=2),
    )
    application = wiring.start(settings)
    yield application
    application.stop()


def rows(browser: FlaskClient) -> str:
    """Return what the lab's stream says first."""
    answer = browser.get(f"/w/{own_workspace(browser)}/labs/{LESSON}/events")
    first = next(iter(answer.response))
    answer.close()
    return first.decode() if isinstance(first, bytes) else str(first)


def open_lab(browser: FlaskClient) -> int:
    return browser.get(f"/w/{own_workspace(browser)}/lessons/{LESSON}", headers=HTML).status_code


def test_visitors_without_end_never_fill_the_host(small: Application) -> None:
    for _ in range(12):
        assert open_lab(come_in(small)) == 200
    assert len(small.services.platform.workspaces) == 2
    assert len(small.services.labs.lives) <= 2


def test_who_comes_back_finds_functions_and_trace(small: Application) -> None:
    ada = come_in(small)
    functions = f"/w/{own_workspace(ada)}/functions"
    assert ada.put(f"{functions}/mine", json={"files": {"handler.py": CODE}}).status_code == 200
    assert ada.post(f"{functions}/mine/invocations", json={}).get_json() == 1
    before = rows(ada)
    for _ in range(4):
        assert open_lab(come_in(small)) == 200
    opened = {one.identifier for one in small.services.platform.workspaces}
    assert own_workspace(ada) not in opened
    assert [one["name"] for one in ada.get(functions).get_json()] == ["mine"]
    assert ada.post(f"{functions}/mine/invocations", json={}).get_json() == 1
    assert before.splitlines()[0].startswith("id: ")
    cursor = before.splitlines()[0].removeprefix("id: ").split("-")
    after = rows(ada).splitlines()[0].removeprefix("id: ").split("-")
    assert after[0] == cursor[0]
    assert int(after[1]) > int(cursor[1])


def test_who_left_nothing_leaves_no_row(small: Application) -> None:
    for _ in range(6):
        open_lab(come_in(small))
    for _ in range(3):  # the last ones come from here; what was dropped before is written by then
        open_lab(come_in(small))
    small.services.loop.call(small.services.platform.workspaces.get("w" + "0" * 20))
    with small.storage.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM workspace").scalar()
    assert kept is not None
    assert kept <= 4

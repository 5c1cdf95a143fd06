"""The status as JSON, and what a shared host keeps to itself."""

from pathlib import Path

from flask.testing import FlaskClient

from tests.app.application import running
from tests.app.test_door import HTML, come_in, own_workspace
from webapp.wiring import Application


def test_the_json_says_what_the_page_says(client: FlaskClient, application: Application) -> None:
    told = client.get("/status.json").get_json()
    status = application.services.status.read("local")
    assert [wall["name"] for wall in told["walls"]] == [wall.name for wall in status.walls]
    assert [leak["identifier"] for leak in told["leaks"]] == [
        leak.identifier for leak in status.leaks
    ]
    assert told["host"]["most_streams"] == application.services.streams.limit
    assert told["versions"]["Python"]
    assert told["shared"] is False


def test_the_load_is_counted(client: FlaskClient, application: Application) -> None:
    function = {"files": {"handler.py": "def handler(event, context):\n    return 1\n"}}
    client.put("/w/local/functions/loaded", json=function)
    before = client.get("/status.json").get_json()["load"]
    assert client.post("/w/local/functions/loaded/invocations", json={}).status_code == 200
    after = client.get("/status.json").get_json()["load"]
    assert after["environments"] == before["environments"] + 1
    assert after["memory_bytes"] > before["memory_bytes"]
    assert after["running"] == 0


def test_a_shared_host_shows_nothing_of_others(tmp_path: Path) -> None:
    with running(tmp_path, passphrase="open sesame", host="0.0.0.0") as hosted:
        ada, bob = come_in(hosted), come_in(hosted)
        function = {"files": {"handler.py": "def handler(event, context):\n    return 1\n"}}
        path = f"/w/{own_workspace(ada)}/functions/mine"
        assert ada.put(path, json=function).status_code == 200
        assert ada.post(f"{path}/invocations", json={}).status_code == 200
        mine, other = ada.get("/status.json").get_json(), bob.get("/status.json").get_json()
        assert mine["load"]["environments"] == 1
        assert other["load"] == {"environments": 0, "memory_bytes": 0, "running": 0}
        assert mine["host"] is other["host"] is None
        page = bob.get("/status", headers=HTML).text
        assert own_workspace(ada) not in page
        for hidden in ("Live pages", "Open workspaces", "Memory, server"):
            assert hidden not in page


def test_a_stranger_to_a_shared_host_learns_nothing(tmp_path: Path) -> None:
    with running(tmp_path, passphrase="open sesame", host="0.0.0.0") as hosted:
        stranger = hosted.app.test_client()
        assert stranger.get("/status", headers=HTML).headers["Location"] == "/door"
        assert stranger.get("/status.json").status_code == 403
        assert set(stranger.get("/healthz").get_json()) == {"status", "trouble"}

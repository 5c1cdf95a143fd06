"""The status page: the walls of this host, what leaks past them, limits, versions and load."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import HTMX
from webapp.classroom.status import HostStatus
from webapp.pages.status import read_status
from webapp.runtime.launcher.threats import leaks
from webapp.runtime.launcher.walls import none
from webapp.settings import LimitSettings
from webapp.wiring import Application, shown_limits


@pytest.fixture
def status(application: Application) -> HostStatus:
    return application.services.status.read("local")


def test_every_wall_and_every_leak_is_on_the_page(client: FlaskClient, status: HostStatus) -> None:
    page = client.get("/status").text
    for wall in status.walls:
        assert f">{wall.name}<" in page
    assert page.count("stands\n") + page.count("stands</span>") == sum(
        wall.built for wall in status.walls
    )
    assert status.leaks == leaks(status.walls)
    for leak in status.leaks:
        assert leak.leak.replace("'", "&#39;") in page


def test_limits_versions_and_the_json_form_are_named(
    client: FlaskClient, status: HostStatus
) -> None:
    page = client.get("/status").text
    for limit in status.limits:
        assert limit.setting in page
    assert status.versions["Python"] in page
    assert 'href="/status.json"' in page


def test_htmx_gets_the_load_alone(client: FlaskClient) -> None:
    answer = client.get("/status", headers=HTMX)
    assert answer.text.lstrip().startswith("<section")
    assert "Invocations running" in answer.text
    assert "clean start" not in answer.text
    assert 'hx-trigger="every 10s"' in answer.text


def test_the_home_page_and_the_sheet_of_keys_lead_there(client: FlaskClient) -> None:
    assert client.get("/").text.count('href="/status"') == 2


def test_the_verdict_says_how_far_the_walls_go(status: HostStatus) -> None:
    everything = tuple(replace(wall, built=True) for wall in status.walls)
    assert read_status(replace(status, walls=everything)).verdict.startswith("Every wall stands")
    missing = tuple(replace(wall, built=wall.name != "mount namespace") for wall in everything)
    assert read_status(replace(status, walls=missing)).verdict.startswith("Enough walls stand")
    bare = read_status(replace(status, walls=none("Not Linux.")))
    assert bare.verdict.startswith("Code runs here with the rights of whoever started")


def test_a_store_that_cannot_write_is_said_on_the_page(
    client: FlaskClient, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(application.services.store), "trouble", "The disk is full.")
    assert (
        "<strong>Nothing can be written.</strong> The disk is full." in client.get("/status").text
    )


def test_limits_are_shown_in_their_units() -> None:
    shown = {limit.setting: limit.value for limit in shown_limits(LimitSettings())}
    assert shown["COLDSTART_CODE_ZIPPED_MB"] == "50 MB"
    assert shown["COLDSTART_FACTS"] == "200,000"

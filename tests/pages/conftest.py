"""The real app over a data folder of its own, asked without a network."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest
from flask.testing import FlaskClient

from webapp import wiring
from webapp.settings import Settings

QUIET_SECONDS = 120.0


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Application]:
    """Give everything that runs, once for all tests of the pages."""
    running = wiring.start(Settings(data=tmp_path_factory.mktemp("pages")))
    yield running
    running.stop()


@pytest.fixture
def client(application: wiring.Application) -> FlaskClient:
    """Give a browser without script, at the app's own address."""
    client = application.app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    return client


@pytest.fixture
def fresh(application: wiring.Application) -> None:
    """Put the lab of the lesson back to its start, with nothing running."""
    labs = application.services.labs
    lesson = labs.course().lesson("cold-and-warm")
    labs.resets.reset("local", lesson, scope="lab")
    labs.learning.choose_model("local", lesson, model="synchronous")
    log, deadline = labs.live("local", lesson).log, monotonic() + QUIET_SECONDS
    while labs.clock("local").running:
        assert monotonic() < deadline, "calls of an earlier test did not end"
        log.wait_beyond(log.last_sequence, timeout=0.1)


@pytest.fixture(scope="session")
def static() -> Path:
    """Give the folder of static files."""
    return wiring.content_folder("static")

"""One application for self-study and one with a door, shared by the tests of a file."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.app.application import running
from webapp.wiring import Application


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with running(tmp_path_factory.mktemp("data")) as started:
        yield started


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("hosted")
    with running(folder, passphrase="open sesame", host="0.0.0.0") as started:
        yield started


@pytest.fixture
def client(application: Application) -> FlaskClient:
    return application.app.test_client()

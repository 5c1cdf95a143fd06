"""One application for self-study and one with a door, shared by the tests of a file."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.app.application import running
from tests.aws.clients import Boto, listening
from tests.aws.signing import ADA, TEST_KEY
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


@pytest.fixture(scope="module")
def boto(application: Application) -> Iterator[Boto]:
    """Give botocore's clients of the application in self-study."""
    with listening(application) as address:
        made = Boto(address, TEST_KEY)
        yield made
        made.close()


@pytest.fixture(scope="module")
def hosted_boto(hosted: Application) -> Iterator[Boto]:
    """Give botocore's clients of the shared host, with the key of one workspace."""
    with listening(hosted) as address:
        made = Boto(address, hosted.services.access_keys.of(ADA))
        yield made
        made.close()

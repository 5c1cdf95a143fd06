"""The real server and boto3's client of it, shared by the tests of a file."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.aws.logs.clients import client_of
from tests.server.running import Running, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture(scope="module")
def client(server: Running) -> Any:
    return client_of(server)

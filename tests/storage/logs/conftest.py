"""Log groups on a store of their own."""

import pytest

from tests.storage.logs.ground import Ground
from webapp.storage.storage import Storage


@pytest.fixture
def ground(storage: Storage) -> Ground:
    return Ground(storage)

"""The labs of the application that a file of tests has."""

import pytest

from webapp.classroom.labs import Labs
from webapp.wiring import Application


@pytest.fixture
def labs(application: Application) -> Labs:
    return application.services.labs

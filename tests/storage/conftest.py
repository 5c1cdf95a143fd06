"""A store on a file of its own, a journal that a test can hold up, and a database that ails."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.storage.ailing import Ailing
from tests.storage.holding import Held
from webapp.storage.engine import create_engine
from webapp.storage.journal import Journal
from webapp.storage.migration import migrate
from webapp.storage.ownership import Local, next_epoch
from webapp.storage.storage import DATABASE_NAME, Storage, database_url, open_storage


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with this version's tables and nothing in them, made once."""
    path = tmp_path_factory.mktemp("migrated") / "coldstart.db"
    made = create_engine(f"sqlite:///{path}")
    migrate(made)
    made.dispose()
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def ready(folder: Path, migrated: Path) -> Path:
    """Give the data folder with a database that needs no migration."""
    folder.mkdir(mode=0o700)
    shutil.copy(migrated, folder / DATABASE_NAME)
    return folder


@pytest.fixture
def storage(ready: Path) -> Iterator[Storage]:
    opened = open_storage(ready)
    yield opened
    opened.close()


@pytest.fixture
def engine(tmp_path: Path, migrated: Path) -> Iterator[Engine]:
    """A migrated database that gives up on a lock after a moment."""
    shutil.copy(migrated, tmp_path / DATABASE_NAME)
    made = create_engine(database_url(tmp_path), busy_seconds=0.05)
    yield made
    made.dispose()


@pytest.fixture
def ailing(engine: Engine) -> Iterator[Ailing]:
    ailing = Ailing(engine)
    yield ailing
    ailing.recover()


@pytest.fixture
def journal(engine: Engine) -> Iterator[Journal]:
    made = Journal(
        engine, Local(epoch=next_epoch(engine)), bound=10, kept_facts=20, retry_seconds=0.01
    )
    made.start()
    yield made
    made.stop(timeout=60.0)


@pytest.fixture
def held(journal: Journal) -> Iterator[Held]:
    """Hold the writer in the middle of a change, so that what comes now makes one group."""
    held = Held(journal)
    yield held
    held.release()

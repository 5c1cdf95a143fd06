from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from webapp.storage.engine import create_engine, writing
from webapp.storage.errors import DatabaseNotSupported


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_every_connection_is_safe(tmp_path: Path, pragma: str, value: object) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as first, engine.connect() as second:
        assert first.scalar(text(f"PRAGMA {pragma}")) == value
        assert second.scalar(text(f"PRAGMA {pragma}")) == value
    engine.dispose()


def test_a_reader_sees_one_moment_while_the_writer_goes_on(engine: Engine) -> None:
    counting = text("SELECT count(*) FROM archive")
    with engine.connect() as reader:
        assert reader.scalar(counting) == 0
        with writing(engine) as writer:
            writer.execute(text("INSERT INTO archive VALUES ('a', 0, '')"))
        assert reader.scalar(counting) == 0
    with engine.connect() as reader:
        assert reader.scalar(counting) == 1


def test_what_fails_in_a_writing_block_is_rolled_back(engine: Engine) -> None:
    def write_and_fail() -> None:
        with writing(engine) as writer:
            writer.execute(text("INSERT INTO archive VALUES ('a', 0, '')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    with engine.connect() as reader:
        assert reader.scalar(text("SELECT count(*) FROM archive")) == 0


@pytest.mark.parametrize("url", ["postgres://user@host/name", "postgresql://user@host/name"])
def test_a_postgresql_address_uses_the_driver_that_is_here(url: str) -> None:
    engine = create_engine(url.replace("postgres://", "postgresql://"))
    assert engine.url.drivername == "postgresql+psycopg"
    assert create_engine(url).url == engine.url


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://user:secret@host/db"])
def test_other_databases_are_refused_with_what_to_use(url: str) -> None:
    with pytest.raises(DatabaseNotSupported, match="sqlite:///path/to/file") as refused:
        create_engine(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["", "not a url", "data.db"])
def test_what_is_no_address_at_all_is_refused_too(url: str) -> None:
    with pytest.raises(DatabaseNotSupported, match="sqlite:///path/to/file"):
        create_engine(url)

from contextlib import suppress

import pytest
from sqlalchemy import Connection, Engine, bindparam, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col

from webapp.storage.driver import Prepared, execute
from webapp.storage.engine import KeptConnection, writing
from webapp.storage.tables.functions import ArchiveRow

INSERT = Prepared(insert(ArchiveRow.__table__))  # type: ignore[attr-defined]
FIND = Prepared(select(col(ArchiveRow.data)).where(col(ArchiveRow.digest) == bindparam("digest")))


def archive(digest: str, data: bytes = b"") -> dict[str, object]:
    return {"data": data, "digest": digest, "size_bytes": len(data)}


def found(connection: Connection, digest: str) -> bytes | None:
    row = FIND.run(connection, [{"digest": digest}]).fetchone()
    return None if row is None else row[0]


def test_a_prepared_statement_takes_any_number_of_rows(engine: Engine) -> None:
    with writing(engine) as connection:
        INSERT.run(connection, [archive("a", b"1")])
        INSERT.run(connection, [archive("b", b"2"), archive("c", b"\0\xff")])
    with engine.connect() as connection:
        assert [found(connection, digest) for digest in "abcd"] == [b"1", b"2", b"\0\xff", None]


def test_what_a_transaction_inserted_goes_when_it_fails(engine: Engine) -> None:
    with suppress(KeyError), writing(engine) as connection:
        INSERT.run(connection, [archive("a")])
        raise KeyError
    with engine.connect() as connection:
        assert found(connection, "a") is None


def test_what_the_driver_refuses_is_told_in_sqlalchemys_words(engine: Engine) -> None:
    with writing(engine) as connection:
        INSERT.run(connection, [archive("a")])
    with pytest.raises(IntegrityError, match="UNIQUE") as refused, writing(engine) as connection:
        INSERT.run(connection, [archive("a")])
    assert not refused.value.connection_invalidated
    with pytest.raises(DBAPIError, match="no such table"), engine.connect() as connection:
        execute(connection, "SELECT * FROM nowhere")


def test_a_database_that_wants_names_is_given_rows_as_they_are() -> None:
    class Asked:
        dialect = postgresql.dialect(paramstyle="pyformat")  # type: ignore[no-untyped-call]

    text, in_order = INSERT._of(Asked())  # type: ignore[arg-type]
    assert "%(digest)s" in text
    assert in_order is None


def test_a_kept_connection_is_opened_anew_after_a_failure_only(engine: Engine) -> None:
    kept = KeptConnection(engine)
    used = []
    for digest in "ab":
        with kept.writing() as connection:
            used.append(connection)
            INSERT.run(connection, [archive(digest)])
    with pytest.raises(IntegrityError), kept.writing() as connection:
        INSERT.run(connection, [archive("a")])
    assert not kept.open
    with kept.writing() as connection:
        used.append(connection)
        assert found(connection, "b") == b""
    kept.give_back()
    kept.give_back()
    assert used[0] is used[1]
    assert used[1] is not used[2]

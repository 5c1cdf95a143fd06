"""Old databases become new ones, with their data; nothing is lost if that fails."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

import webapp.storage
from tests.storage.making import entries, typed
from webapp.runtime.events.queued_event import Ending, QueuedEvent
from webapp.runtime.ports import WorkspaceRecord
from webapp.storage.engine import create_engine, writing
from webapp.storage.errors import DatabaseTooNew
from webapp.storage.migration import Migration, known_revisions, migrate
from webapp.storage.places import Place
from webapp.storage.storage import database_url, open_storage
from webapp.storage.upgrading import configuration
from webapp.trace.codec import encode

LATER = '''"""A revision of a later version: the workspace gets a name."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    with op.batch_alter_table("workspace", recreate="always") as table:
        table.add_column(sa.Column("name", sa.String(), nullable=False, server_default="Ada"))
    {then}
'''

FUNCTION_OF_THE_FIRST_VERSION = {
    "code_size_bytes": 3,
    "code_sha256": "qg==",
    "last_modified": 1000.5,
    "revision_id": "1d0f",
    "generation": 4,
    "state": "Active",
    "state_reason": None,
    "state_reason_code": None,
    "update_status": "Successful",
    "update_reason": None,
    "update_reason_code": None,
    "configuration": {
        "runtime": "python3.11",
        "handler": "handler.handler",
        "role": "arn:aws:iam::000000000000:role/lambda-role",
        "description": "",
        "memory_mb": 256,
        "timeout": 3,
        "temporary_mb": 512,
        "variables": {"GREETING": "hello"},
        "architecture": "x86_64",
    },
    "faults": {"init": None, "invocation": None},
}

EVENT_OF_BEFORE = {
    "region": "us-east-1",
    "function": "greeter",
    "qualifier": None,
    "run": "run-1",
    "source": "page",
    "due": 9.0,
    "trace": "Root=1-a-b",
    "runs": 1,
    "refusals": 0,
    "repeated": False,
    "last": {
        "condition": "Success",
        "payload": "null",
        "function_error": "Unhandled",
        "executed_version": "$LATEST",
        "error_message": "",
    },
    "ending": None,
}
"""An event's document as revision 0015 has it: with what is as usual written out."""


def at_first_revision(path: Path) -> None:
    """Make a database as the first version left it, with something in every table."""
    engine = create_engine(f"sqlite:///{path}")
    with writing(engine) as connection:
        command.upgrade(configuration(connection=connection), "0001")
        for statement in (
            "INSERT INTO store VALUES (1, 7)",
            "INSERT INTO workspace VALUES ('w', '000000000000', 'us-east-1', 5.0, '60', 0, 1.0)",
            "INSERT INTO draft VALUES ('w', 'greeter', 'a.py', '1', 'typed', 1.0)",
            "INSERT INTO progress VALUES ('w', 'l', '{\"step\": 2, \"tasks\": {\"t\": [1]}}', 1.0)",
        ):
            connection.exec_driver_sql(statement)
        connection.execute(
            text("INSERT INTO function VALUES ('w', 'greeter', 'aaaa', :document)"),
            {"document": json.dumps(FUNCTION_OF_THE_FIRST_VERSION)},
        )
        connection.execute(
            text("INSERT INTO fact_batch VALUES ('w', 1, 2, 'run-1', 2, 7, :facts)"),
            {"facts": encode(entries([1, 2]))},
        )
    engine.dispose()


def later_scripts(folder: Path, *, then: str = "") -> str:
    """Return the place of this version's revisions and one more."""
    real = Path(webapp.storage.__file__).parent / "migrations"
    (folder / "versions").mkdir(parents=True)
    for source in [real / "env.py", *(real / "versions").glob("r*.py")]:
        target = folder / source.relative_to(real)
        target.write_bytes(source.read_bytes())
    head = max(path.name[1:5] for path in (folder / "versions").glob("r*.py"))
    (folder / "versions" / "r9999_later.py").write_text(LATER.format(head=head, then=then))
    return str(folder)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(query))


def test_all_migrations_together_equal_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_a_database_of_the_first_version_opens_with_its_data(folder: Path) -> None:
    folder.mkdir()
    at_first_revision(folder / "coldstart.db")
    storage = open_storage(folder)
    assert storage.epoch == 8
    assert storage.store.entries("w", after=0, limit=10) == entries([1, 2])
    assert typed(storage) == "typed"
    assert storage.drafts.versions(Place("w", "greeter", "greeter")) == []
    assert storage.progress.read("w", lesson="l").tasks == {"t": (1,)}

    async def look() -> WorkspaceRecord:
        return await storage.store.open_workspace("w")

    (function,) = asyncio.run(look()).functions
    assert (function.name, function.region, function.generation) == ("greeter", "us-east-1", 4)
    assert function.configuration.variables == {"GREETING": "hello"}
    storage.close()


def test_events_of_before_keep_their_order_and_go_on(folder: Path) -> None:
    folder.mkdir()
    engine = create_engine(f"sqlite:///{folder / 'coldstart.db'}")
    with writing(engine) as connection:
        command.upgrade(configuration(connection=connection), "0015")
        connection.exec_driver_sql(
            "INSERT INTO workspace VALUES ('w', '000000000000', 'us-east-1', 0.0, '1', 0, 1.0)"
        )
        insert = text("INSERT INTO event VALUES ('w', :id, :accepted, '{}', :document)")
        for request_id, accepted in (("second", 1764129234.123456), ("first", 7.25)):
            document = json.dumps(EVENT_OF_BEFORE | {"accepted": accepted})
            values = {"id": request_id, "accepted": accepted, "document": document}
            connection.execute(insert, values)
    engine.dispose()
    storage = open_storage(folder)

    async def finish() -> list[tuple[QueuedEvent, ...]]:
        seen = [tuple((await storage.store.open_workspace("w")).events)]
        await storage.store.save_event("w", replace(seen[0][1], runs=2), facts=[])
        await storage.store.delete_event("w", seen[0][0], facts=[])
        return [*seen, tuple((await storage.store.open_workspace("w")).events)]

    before, after = asyncio.run(finish())
    assert [event.request_id for event in before] == ["first", "second"]
    assert (before[0].qualifier, before[0].runs, before[0].trace) == (None, 1, "Root=1-a-b")
    assert before[0].last == Ending(condition="Success", payload="null", function_error="Unhandled")
    assert after == (replace(before[1], runs=2),)
    storage.close()


def test_a_new_database_is_made_without_a_copy_and_then_left_alone(tmp_path: Path) -> None:
    engine = create_engine(database_url(tmp_path))
    made = migrate(engine)
    assert made is not None
    assert (made.before, made.copy) == (None, None)
    assert migrate(engine) is None
    engine.dispose()


def test_before_an_upgrade_the_database_is_copied_with_what_is_in_its_log(tmp_path: Path) -> None:
    path = tmp_path / "coldstart.db"
    at_first_revision(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as reader, writing(engine) as connection:
        reader.scalar(text("SELECT count(*) FROM draft"))  # keeps the log from being folded in
        connection.exec_driver_sql("UPDATE draft SET text = 'typed later'")
    migration = migrate(engine, scripts=later_scripts(tmp_path / "scripts"))
    copy = tmp_path / "coldstart.db.before-upgrade-from-0001"
    assert migration == Migration("0001", "9999", copy)
    assert rows(copy, "SELECT text FROM draft") == [("typed later",)]
    assert rows(copy, "SELECT version_num FROM alembic_version") == [("0001",)]
    engine.dispose()


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(tmp_path: Path) -> None:
    path = tmp_path / "coldstart.db"
    at_first_revision(path)
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine, scripts=later_scripts(tmp_path / "scripts"))
    assert rows(path, "SELECT id, clock_rate, name FROM workspace") == [("w", "60", "Ada")]
    assert rows(path, "SELECT data FROM draft_content ORDER BY data") == [(b"typed",), (b"{}",)]
    assert len(rows(path, "SELECT * FROM progress")) == 1
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_an_upgrade_that_fails_halfway_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "coldstart.db"
    at_first_revision(path)
    engine = create_engine(f"sqlite:///{path}")
    scripts = later_scripts(tmp_path / "scripts", then="raise RuntimeError('halfway')")
    with pytest.raises(RuntimeError, match="halfway"):
        migrate(engine, scripts=scripts)
    assert rows(path, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert "name" not in rows(path, "SELECT sql FROM sqlite_master WHERE name = 'workspace'")[0][0]  # type: ignore[operator]
    engine.dispose()


def test_a_database_of_a_later_version_is_refused_with_what_to_do(
    tmp_path: Path, engine: Engine
) -> None:
    migrate(engine, scripts=later_scripts(tmp_path / "scripts"))
    with pytest.raises(DatabaseTooNew, match="newer Coldstart"):
        migrate(engine)


def test_the_revisions_that_files_are_named_after_are_those_of_the_chain() -> None:
    chain = ScriptDirectory.from_config(configuration())
    assert known_revisions() == {one.revision for one in chain.walk_revisions()}
    assert chain.get_heads() == [max(known_revisions())]


@pytest.mark.slow
def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    open_storage(tmp_path).close()
    script = (
        "import sys; from pathlib import Path; from webapp.storage.storage import open_storage; "
        "open_storage(Path(sys.argv[1])).close(); print('alembic' in sys.modules)"
    )
    opened = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True
    )
    assert opened.stdout.splitlines()[-1] == "False", opened.stdout

"""Running revisions: the part of a migration that needs Alembic."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from webapp.storage.engine import create_engine, writing
from webapp.storage.migration import SCRIPTS


def upgrade(engine: Engine, *, scripts: str = SCRIPTS) -> None:
    """Run every revision that the database lacks, in one transaction."""
    # Without foreign keys: SQLite changes a table by replacing it, and dropping the old one
    # would delete every row that refers to it.
    upgrading = create_engine(engine.url, foreign_keys=False)
    try:
        with writing(upgrading) as connection:
            command.upgrade(configuration(scripts, connection=connection), "head")
    finally:
        upgrading.dispose()


def configuration(scripts: str = SCRIPTS, *, connection: Connection | None = None) -> Config:
    """Return what Alembic's commands ask for, without a file of its own."""
    made = Config()
    made.set_main_option("script_location", scripts)
    made.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    made.attributes["connection"] = connection
    return made

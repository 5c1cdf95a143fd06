"""``python -m webapp.storage.migrations "what changes"``: write the next revision's first draft."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from webapp.storage.engine import create_engine, writing
from webapp.storage.migration import migrate
from webapp.storage.upgrading import configuration


def draft(message: str) -> None:
    """Compare the tables with a database at the newest revision; write what differs."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder, 'empty.db')}")
        migrate(engine)
        with writing(engine) as connection:
            made = configuration(connection=connection)
            number = f"{len(list(Path(__file__).with_name('versions').glob('r*.py'))) + 1:04}"
            command.revision(made, message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]) or "what changes")

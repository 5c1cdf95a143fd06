"""A database that can't be written: full, read-only or locked by somebody else."""

import sqlite3

from sqlalchemy import Connection, Engine, event

from webapp.storage.driver import execute
from webapp.storage.engine import begin


class Ailing:
    """Makes an SQLite engine's database fail as a real one does, and recover."""

    def __init__(self, engine: Engine) -> None:
        self._path = str(engine.url.database)
        self._pragmas: list[str] = []
        self._other: sqlite3.Connection | None = None
        self.begun = 0
        event.remove(engine, "begin", begin)
        event.listen(engine, "begin", self._prepare)
        event.listen(engine, "begin", begin)

    def fill_disk(self) -> None:
        """Let the file grow no further."""
        self._pragmas = ["max_page_count = 1"]  # SQLite takes the present size at the least

    def make_read_only(self) -> None:
        """Refuse what writes, as a read-only file system does."""
        self._pragmas = ["query_only = ON"]

    def lock(self) -> None:
        """Let another program hold the write lock."""
        self._pragmas = ["busy_timeout = 50"]
        self._other = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._other.execute("BEGIN IMMEDIATE")

    def recover(self) -> None:
        self._pragmas = ["max_page_count = 1073741823", "query_only = OFF"]
        if self._other is not None:
            self._other.close()
            self._other = None

    def _prepare(self, connection: Connection) -> None:
        """Before each transaction, however long its connection has been kept."""
        self.begun += 1
        for pragma in self._pragmas:
            execute(connection, f"PRAGMA {pragma}")

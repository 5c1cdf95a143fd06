"""IAM's roles and policies as rows: stored names, which nothing evaluates."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, delete
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from webapp.clock import real_now
from webapp.runtime.ports import StoreFailed
from webapp.storage.journal import Journal
from webapp.storage.rows import put
from webapp.storage.tables.identities import PolicyRow, RoleRow
from webapp.storage.trouble import judge
from webapp.storage.workspaces import ensure_workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """``trust`` is its AssumeRolePolicyDocument as text; ``created`` is lab time.

    ``inline`` are policies of its own by name, ``attached`` the ARNs of managed ones.
    """

    name: str
    path: str
    trust: str
    created: float
    description: str | None = None
    longest_session: int = 3600
    boundary: str | None = None
    inline: Mapping[str, str] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """One document of a managed policy, such as ``v2``."""

    name: str
    document: str
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A managed policy; ``versions`` as they were made, ``last_number`` never shrinks."""

    name: str
    path: str
    created: float
    updated: float
    versions: tuple[PolicyVersion, ...]
    default: str = "v1"
    last_number: int = 1
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


class Identities:
    """The roles and policies of one workspace, inside one transaction.

    Names are told apart without regard to case, as IAM does.
    """

    def __init__(self, connection: Connection, workspace: str) -> None:
        self._connection = connection
        self._workspace = workspace

    def role(self, name: str) -> Role | None:
        with Session(self._connection) as session:
            row = session.get(RoleRow, (self._workspace, name.lower()))
            return None if row is None else _role(row.document)

    def roles(self) -> list[Role]:
        """Return every role, by name."""
        mine = select(RoleRow).where(col(RoleRow.workspace) == self._workspace)
        with Session(self._connection) as session:
            return [_role(row.document) for row in session.exec(mine.order_by(col(RoleRow.key)))]

    def put_role(self, role: Role) -> None:
        key, document = role.name.lower(), asdict(role)
        put(self._connection, RoleRow(workspace=self._workspace, key=key, document=document))

    def delete_role(self, name: str) -> None:
        mine = col(RoleRow.workspace) == self._workspace
        self._connection.execute(delete(RoleRow).where(mine, col(RoleRow.key) == name.lower()))

    def policy(self, name: str) -> Policy | None:
        with Session(self._connection) as session:
            row = session.get(PolicyRow, (self._workspace, name.lower()))
            return None if row is None else _policy(row.document)

    def policies(self) -> list[Policy]:
        """Return every policy, by name."""
        mine = select(PolicyRow).where(col(PolicyRow.workspace) == self._workspace)
        with Session(self._connection) as session:
            rows = session.exec(mine.order_by(col(PolicyRow.key)))
            return [_policy(row.document) for row in rows]

    def put_policy(self, policy: Policy) -> None:
        key, document = policy.name.lower(), asdict(policy)
        put(self._connection, PolicyRow(workspace=self._workspace, key=key, document=document))

    def delete_policy(self, name: str) -> None:
        mine = col(PolicyRow.workspace) == self._workspace
        self._connection.execute(delete(PolicyRow).where(mine, col(PolicyRow.key) == name.lower()))


class IdentityBook:
    """Reads and changes identities, for the loop thread; what ``work`` raises, the caller gets.

    Raises ``StoreBusy`` and ``StoreFailed``.
    """

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        *,
        now: Callable[[], float] = real_now,
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="identity-reader")
        self._now = now

    async def look(self, workspace: str, work: Callable[[Identities], T]) -> T:
        """Return what ``work`` finds. It must change nothing."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._look, workspace, work)

    async def change(self, workspace: str, work: Callable[[Identities], T]) -> T:
        """Do ``work`` in one transaction; return what it returned once that is on disk.

        It runs on the writer thread, where no other change comes between, and perhaps twice.
        """
        write = partial(_change, workspace=workspace, work=work, now=self._now())
        return await self._journal.save(workspace, write)

    def close(self) -> None:
        """Stop reading; the journal is stopped by who started it. Idempotent."""
        self._readers.shutdown()

    def _look(self, workspace: str, work: Callable[[Identities], T]) -> T:
        try:
            with self._engine.connect() as connection:
                return work(Identities(connection, workspace))
        except SQLAlchemyError as error:
            trouble = judge(error)
            raise StoreFailed(trouble.sentence if trouble else str(error)) from error


def _change(
    connection: Connection, *, workspace: str, work: Callable[[Identities], T], now: float
) -> T:
    ensure_workspace(connection, workspace, now=now)
    return work(Identities(connection, workspace))


def _role(document: Mapping[str, Any]) -> Role:
    return Role(**{**document, "attached": tuple(document["attached"])})


def _policy(document: Mapping[str, Any]) -> Policy:
    versions = tuple(PolicyVersion(**one) for one in document["versions"])
    return Policy(**{**document, "versions": versions})

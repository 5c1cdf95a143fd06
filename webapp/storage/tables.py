"""The tables. Rows are written by the journal; nothing outside this package sees them."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

ONLY_KEY = 1
"""The key of the one row in the table ``store``."""


class StoreRow(SQLModel, table=True):
    """One row: the epoch, which grows at every start (rule 5)."""

    __tablename__ = "store"

    key: int = Field(default=ONLY_KEY, primary_key=True)
    epoch: int


class WorkspaceRow(SQLModel, table=True):
    """A workspace; ``region`` is its home.

    ``clock_offset`` is lab seconds ahead of real time; ``created`` is real time.
    """

    __tablename__ = "workspace"

    id: str = Field(primary_key=True)
    account: str
    region: str
    clock_offset: float
    clock_rate: str
    clock_paused: bool
    created: float


class FunctionRow(SQLModel, table=True):
    """A function: what queries need as columns, the rest of its record in ``document``."""

    __tablename__ = "function"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    code_digest: str = Field(index=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class VersionRow(SQLModel, table=True):
    """A published version of a function, as ``FunctionRow``."""

    __tablename__ = "function_version"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    function: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    code_digest: str = Field(index=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class LastVersionRow(SQLModel, table=True):
    """The highest version number of a function that was deleted: it is not used again."""

    __tablename__ = "function_last_version"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    function: str = Field(primary_key=True)
    number: int


class UrlRow(SQLModel, table=True):
    """Where a function URL leads, by its id; made from the function's document.

    ``qualifier`` is the alias that has it; empty is the function itself.
    """

    __tablename__ = "function_url"
    __table_args__ = (UniqueConstraint("workspace", "region", "function", "qualifier"),)

    id: str = Field(primary_key=True)
    workspace: str = Field(foreign_key="workspace.id", ondelete="CASCADE")
    region: str
    function: str
    qualifier: str = ""


class ArchiveRow(SQLModel, table=True):
    """A code archive under its SHA-256 in hex (rule 16)."""

    __tablename__ = "archive"

    digest: str = Field(primary_key=True)
    size_bytes: int = Field(sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)


class FactBatchRow(SQLModel, table=True):
    """The facts of one flush of one run (rule 4); ``text`` is what ``trace.codec`` makes.

    Sequences of other runs may lie between the first and the last. No foreign key: facts are
    the hot path, and their workspace was opened before anything could happen in it.
    """

    __tablename__ = "fact_batch"
    __table_args__ = (Index("ix_fact_batch_last", "workspace", "last_sequence", "first_sequence"),)

    workspace: str = Field(primary_key=True)
    first_sequence: int = Field(primary_key=True, sa_type=BigInteger)
    last_sequence: int = Field(sa_type=BigInteger)
    run: str
    count: int
    epoch: int
    text: str = Field(sa_type=Text)


class DraftRow(SQLModel, table=True):
    """What a learner typed for a function of a lab; ``document`` names the contents of its files.

    ``revision`` is another word after every change; ``updated`` is real time.
    """

    __tablename__ = "draft"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    function: str = Field(primary_key=True)
    revision: str
    document: dict[str, Any] = Field(sa_type=JSON)
    updated: float


class DraftVersionRow(SQLModel, table=True):
    """A draft as it was once; ``why`` it was kept is the classroom's word."""

    __tablename__ = "draft_version"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    function: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    why: str
    saved: float
    document: dict[str, Any] = Field(sa_type=JSON)


class DraftContentRow(SQLModel, table=True):
    """What files of a lab's drafts and versions hold, each once under its SHA-256 in hex."""

    __tablename__ = "draft_content"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    size_bytes: int = Field(sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)


class SavedEventRow(SQLModel, table=True):
    """A test event that a learner saved for a function of a lab; ``updated`` is real time."""

    __tablename__ = "saved_event"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    function: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    text: str = Field(sa_type=Text)
    updated: float


class ProgressRow(SQLModel, table=True):
    """How far a learner is in one lesson; ``updated`` is real time."""

    __tablename__ = "progress"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lesson: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)
    updated: float


class UndoRow(SQLModel, table=True):
    """What the last reset of a lab took away; ``made`` is real time."""

    __tablename__ = "undo"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    id: str
    document: dict[str, Any] = Field(sa_type=JSON)
    made: float


class UndoArchiveRow(SQLModel, table=True):
    """Code that an undo may bring back: its archive stays as long as the undo could be taken."""

    __tablename__ = "undo_archive"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    lab: str = Field(primary_key=True)
    digest: str = Field(primary_key=True, index=True)


class RoleRow(SQLModel, table=True):
    """A role of IAM. ``key`` is its name in lower case: names differ by more than case."""

    __tablename__ = "iam_role"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    key: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class PolicyRow(SQLModel, table=True):
    """A managed policy of IAM. ``key`` is its name in lower case."""

    __tablename__ = "iam_policy"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    key: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class QueueRow(SQLModel, table=True):
    """A queue: its attributes, tags and dates in ``document``."""

    __tablename__ = "queue"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class MessageRow(SQLModel, table=True):
    """A message in a queue: ``content`` as it was sent, ``state`` as it changes; both JSON.

    No foreign keys: messages are a hot path, and their queue is deleted with them.
    """

    __tablename__ = "message"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    queue: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    content: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)


class DuplicateRow(SQLModel, table=True):
    """What a FIFO queue remembers of a message until lab time ``until``."""

    __tablename__ = "queue_duplicate"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    queue: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    message: str
    sequence: int = Field(sa_type=BigInteger)
    until: float


class TopicRow(SQLModel, table=True):
    """A topic: its attributes, tags and date in ``document``."""

    __tablename__ = "topic"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class SubscriptionRow(SQLModel, table=True):
    """A subscription, by the end of its ARN."""

    __tablename__ = "subscription"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    topic: str
    created: float
    document: dict[str, Any] = Field(sa_type=JSON)


class NotificationRow(SQLModel, table=True):
    """A published message that some subscription does not have yet; ``content`` is JSON.

    No foreign keys here and below: messages are a hot path.
    """

    __tablename__ = "notification"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    content: str = Field(sa_type=Text)


class DeliveryRow(SQLModel, table=True):
    """A notification on its way to one subscription; ``due`` is lab time."""

    __tablename__ = "delivery"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    notification: str = Field(primary_key=True)
    subscription: str = Field(primary_key=True)
    topic: str
    sequence: int = Field(sa_type=BigInteger)
    attempts: int
    due: float


class PublicationRow(SQLModel, table=True):
    """What a FIFO topic remembers of a publication until lab time ``until``."""

    __tablename__ = "publication"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    message: str
    sequence: int = Field(sa_type=BigInteger)
    until: float


class BusRow(SQLModel, table=True):
    """A bus of EventBridge; the default one has a row once it is changed."""

    __tablename__ = "bus"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class BusRuleRow(SQLModel, table=True):
    """A rule with its targets; ``due`` is the lab time of its schedule's next run, 0 for none."""

    __tablename__ = "bus_rule"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    bus: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    due: float
    document: dict[str, Any] = Field(sa_type=JSON)


class BusDeliveryRow(SQLModel, table=True):
    """An event on its way to one target, as JSON. No foreign key, as with messages."""

    __tablename__ = "bus_delivery"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    document: str = Field(sa_type=Text)


class ScheduleRow(SQLModel, table=True):
    """A schedule of EventBridge Scheduler; ``due`` is 0 while it is disabled."""

    __tablename__ = "schedule"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    group: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    due: float
    document: dict[str, Any] = Field(sa_type=JSON)


class ScheduleGroupRow(SQLModel, table=True):
    """A group of schedules; the default one has a row once it is changed."""

    __tablename__ = "schedule_group"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class BucketRow(SQLModel, table=True):
    """A bucket: how it is set in ``document``."""

    __tablename__ = "bucket"

    workspace: str = Field(primary_key=True, foreign_key="workspace.id", ondelete="CASCADE")
    region: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    document: dict[str, Any] = Field(sa_type=JSON)


class ObjectRow(SQLModel, table=True):
    """A version of an object; ``body`` names the file that holds it, none for a delete marker.

    No foreign keys here and below: objects are a hot path, and go with their bucket.
    """

    __tablename__ = "object"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    bucket: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    order: int = Field(sa_type=BigInteger)
    body: str
    document: str = Field(sa_type=Text)


class UploadRow(SQLModel, table=True):
    """An upload in parts that was begun and neither completed nor aborted."""

    __tablename__ = "upload"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    bucket: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    document: str = Field(sa_type=Text)


class UploadPartRow(SQLModel, table=True):
    """A part of an upload; ``body`` names the file that holds it."""

    __tablename__ = "upload_part"

    workspace: str = Field(primary_key=True)
    region: str = Field(primary_key=True)
    bucket: str = Field(primary_key=True)
    upload: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    body: str
    document: str = Field(sa_type=Text)


class EventRow(SQLModel, table=True):
    """An event that is not at its end; everything but its payload in ``document``, as JSON.

    No foreign key: events are a hot path, and their workspace was opened before they came. One
    tree, in the order in which they came: a new event touches the page of the one before it.
    """

    __tablename__ = "event"
    __table_args__ = {"sqlite_with_rowid": False}

    workspace: str = Field(primary_key=True)
    accepted: float = Field(primary_key=True)
    request_id: str = Field(primary_key=True)
    payload: bytes = Field(sa_type=LargeBinary)
    document: str = Field(sa_type=Text)

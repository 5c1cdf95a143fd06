"""What Alembic runs: the revisions, on the connection that ``storage.migration`` gives."""

from alembic import context
from sqlmodel import SQLModel

import webapp.storage.logs.tables
import webapp.storage.tables  # noqa: F401  (registers the tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
context.run_migrations()

"""What events of asynchronous calls left behind: the text of one record."""

from flask import Blueprint, Response, jsonify

from webapp.pages import errors
from webapp.pages.access import labs, lesson

pages = Blueprint("records", __name__, url_prefix="/w/<workspace>/labs/<slug>/records")
errors.catch(pages)


@pages.get("/<record>")
def record(workspace: str, slug: str, record: str) -> Response:
    """Answer a record, or a dead letter with its attributes, as far as it is kept."""
    fact = labs().calls.record(workspace, lesson(slug), record)
    return jsonify(
        record=fact.record,
        whole=len(fact.record.encode()) >= fact.size_bytes,
        attributes=dict(fact.attributes),
    )

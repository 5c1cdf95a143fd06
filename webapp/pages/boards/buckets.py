"""The boards of a lab's buckets. Forms work without script; scripts get fragments or JSON."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from webapp.classroom.sources.bucket_work import Upload
from webapp.classroom.sources.lab_buckets import TEXT
from webapp.pages import errors, htmx
from webapp.pages.access import labs, lesson
from webapp.pages.answers import asked_form
from webapp.pages.boards.bucket_views import BucketView, bucket_view
from webapp.pages.boards.frame import Frame
from webapp.pages.sent import fields, newlines
from webapp.runtime.errors import InvalidParameterValue
from webapp.sources.buckets.names import check_key
from webapp.trace.projections.bucket_phrases import shown_key

pages = Blueprint("buckets", __name__, url_prefix="/w/<workspace>/labs/<slug>/buckets")
errors.catch(pages)

MOST_FILES = 100
ANY_TYPE = "application/octet-stream"
NO_FILE_NAME = '\\:"<>|?*'
"""What no file may be called on some machine."""


def read_buckets(workspace: str, slug: str) -> tuple[BucketView, ...]:
    """Return the boards of every bucket of a lab."""
    boards = labs().boards.buckets.boards(workspace, lesson(slug))
    if not boards:
        return ()
    base, now = f"/w/{workspace}/labs/{slug}", labs().clock(workspace).now
    return tuple(
        bucket_view(board, base=base, place=place, time=now)
        for place, board in enumerate(boards, start=1)
    )


FRAME = Frame(read_buckets, kind=lambda boards: boards.buckets, anchor="part-buckets")
"""Its boards on the page of a lesson."""


@pages.get("/<bucket>")
def board(workspace: str, slug: str, bucket: str) -> Response:
    """Show what is in a bucket, what happened to it, and who was told or not, and why."""
    shown = FRAME.board(workspace, slug, bucket)
    if asked_form() == "json":
        return jsonify(
            objects=[
                {"key": one.key, "version": one.version, "marker": one.is_marker}
                for one in shown.objects
            ],
            changes=[
                {
                    "number": one.number,
                    "key": one.key,
                    "what": one.what,
                    "notices": {each.name: each.state for each in one.notices},
                    "why_not": {each.name: each.reason for each in one.notices if each.reason},
                }
                for one in shown.changes
            ],
        )
    return htmx.fragment(render_template("buckets/_contents.html", board=shown))


@pages.get("/<bucket>/object")
def open_object(workspace: str, slug: str, bucket: str) -> Response:
    """Answer the bytes of an object (``key``, ``version``), to be saved, never shown as a page."""
    key, version = _named()
    found, pieces = labs().boards.buckets.read(
        workspace, lesson(slug), bucket, key, version=version
    )
    return _download(pieces, name=_file_name(found.key), size_bytes=found.size_bytes)


@pages.post("/<bucket>/put")
def put(workspace: str, slug: str, bucket: str) -> Response:
    """Put the ``file``s of a form, or ``text``, under ``key``.

    A file goes under its own name where no key is given, or behind one that ends with ``/``.
    """

    def act() -> tuple[str, dict[str, Any]]:
        uploads = _uploads()
        run, made = labs().boards.buckets.put(workspace, lesson(slug), bucket, uploads)
        said = shown_key(made[0].key) if len(made) == 1 else f"{len(made)} objects"
        return f"On disk: {said}.", {"run": run, "keys": [one.key for one in made]}

    return FRAME.done(workspace, slug, bucket, act)


@pages.post("/<bucket>/delete")
def delete(workspace: str, slug: str, bucket: str) -> Response:
    """Delete the object ``key``, or with ``version`` that version of it for good."""

    def act() -> tuple[str, dict[str, Any]]:
        key, version = _named()
        check_key(key)
        run = labs().boards.buckets.delete(workspace, lesson(slug), bucket, key, version=version)
        return f"Deleted: {shown_key(key)}.", {"run": run}

    return FRAME.done(workspace, slug, bucket, act)


@pages.post("/<bucket>/restore")
def restore(workspace: str, slug: str, bucket: str) -> Response:
    """Create a bucket of the lab again that somebody deleted."""
    return FRAME.restored(workspace, slug, bucket)


# -- steps


def _named() -> tuple[str, str]:
    """Return key and version: they stand in the address, where no form changes its line ends."""
    return request.args.get("key", ""), request.args.get("version", "")


def _uploads() -> list[Upload]:
    """Return what a form sends to be put. Raises ``InvalidParameterValue``."""
    given = fields()
    key = str(given.get("key") or "")
    files = [one for one in request.files.getlist("file") if one.filename]
    if not files:
        text = newlines(str(given.get("text") or ""))
        return [Upload(key=_checked(key), data=text.encode(errors="replace"), content_type=TEXT)]
    if len(files) > MOST_FILES:
        raise InvalidParameterValue(f"At most {MOST_FILES} files at once. Choose fewer.")
    if len(files) > 1 and key and not key.endswith("/"):
        raise InvalidParameterValue("Several files need a key that ends with '/', or none.")
    return [
        Upload(
            key=_checked(_key_of(key, file.filename or "")),
            data=file.read(),
            content_type=file.mimetype[:100] or ANY_TYPE,
        )
        for file in files
    ]


def _key_of(key: str, filename: str) -> str:
    return key + filename if not key or key.endswith("/") else key


def _checked(key: str) -> str:
    if not key:
        raise InvalidParameterValue("An object needs a key. Write one, or choose a file.")
    check_key(key)
    return key


def _file_name(key: str) -> str:
    """Return the last part of a key as a file may be called on any machine."""
    last = key.rpartition("/")[2]
    name = "".join(one for one in last if one.isprintable() and one not in NO_FILE_NAME)
    return name[:120].strip(". ") or "object"


def _download(pieces: Iterator[bytes], *, name: str, size_bytes: int) -> Response:
    response = Response(pieces, mimetype=ANY_TYPE)
    response.content_length = size_bytes
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

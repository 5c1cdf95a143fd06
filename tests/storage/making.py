"""Plain data for storage tests: facts, functions, and what a commit is watched with."""

from collections.abc import Sequence

from webapp.runtime.model import Configuration, Faults, FunctionRecord
from webapp.runtime.urls.url_config import Cors, UrlConfig
from webapp.storage.drafts import Draft, Rewrite
from webapp.storage.places import Place
from webapp.storage.storage import Storage
from webapp.trace.events import Entry, LogWritten


def entry(sequence: int, *, run: str = "run-1", text: str = "hello") -> Entry:
    fact = LogWritten(function="greeter", environment="e" * 32, request_id=None, text=text)
    return Entry(sequence, 1000.0 + sequence, run, sequence - 1 or None, fact)


def entries(sequences: Sequence[int], *, run: str = "run-1", text: str = "hello") -> list[Entry]:
    return [entry(sequence, run=run, text=text) for sequence in sequences]


def function(
    name: str = "greeter", *, memory_mb: int = 128, region: str = "us-east-1"
) -> FunctionRecord:
    return FunctionRecord(
        name=name,
        region=region,
        configuration=Configuration(memory_mb=memory_mb, variables={"GREETING": "héllo"}),
        code_digest="a" * 64,
        code_size_bytes=3,
        code_sha256="qg==",
        last_modified=1000.5,
        revision_id="1d0f",
        state="Active",
        state_reason=None,
        state_reason_code=None,
        faults=Faults(init="slow-init"),
    )


def url(identifier: str, *, cors: Cors | None = None) -> UrlConfig:
    return UrlConfig(
        identifier=identifier, auth_type="NONE", created=1000.5, modified=1001.5, cors=cors
    )


def type_draft(storage: Storage, text: str, *, workspace: str = "w") -> None:
    """Keep a draft of one file, ``a.py``, for the function of the lab ``greeter``."""
    draft = Draft(
        files={"a.py": text.encode()}, event="{}", lesson_version="1", start="", revision="r"
    )
    place = Place(workspace, "greeter", "greeter")
    storage.drafts.change(place, lambda _old, _kept: Rewrite(draft=draft, keep=(("typed", draft),)))


def typed(storage: Storage, *, workspace: str = "w") -> str | None:
    """Return the text of that draft."""
    draft = storage.drafts.read(Place(workspace, "greeter", "greeter"))
    return draft.files["a.py"].decode() if draft else None

"""How a lab's function stands: what is deployed of it, beside its draft."""

from dataclasses import dataclass

from webapp.classroom.knobs import Knobs
from webapp.runtime.code.code import Archive, pack
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.model import Configuration, Faults, FunctionRecord
from webapp.storage.drafts import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A function with its knobs, deployed or not. ``is_current``: what is deployed is the draft."""

    configuration: Configuration
    faults: Faults
    events: EventConfig
    event: str
    reserved_concurrency: int | None
    is_deployed: bool
    is_current: bool


def standing_of(record: FunctionRecord | None, draft: Draft, *, knobs: Knobs) -> Standing:
    """Compare what is deployed with the draft; ``knobs`` are the function's, deployed or not."""
    return Standing(
        configuration=knobs.configuration,
        faults=knobs.faults,
        events=knobs.events,
        event=draft.event,
        reserved_concurrency=knobs.reserved_concurrency,
        is_deployed=record is not None,
        is_current=record is not None
        and Archive.of(pack(draft.files)).digest == record.code_digest,
    )

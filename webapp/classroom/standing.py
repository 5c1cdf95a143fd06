"""How a lab's function stands: what is deployed of it, beside its draft."""

from dataclasses import dataclass

from webapp.runtime.code import Archive, pack
from webapp.runtime.model import Configuration, Faults, FunctionRecord
from webapp.storage.drafts import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A function with its knobs, deployed or not. ``is_current``: what is deployed is the draft."""

    configuration: Configuration
    faults: Faults
    event: str
    is_deployed: bool
    is_current: bool


def standing_of(record: FunctionRecord | None, draft: Draft, *, start: Configuration) -> Standing:
    """Compare what is deployed with the draft; ``start`` is what the lesson configures."""
    if record is None:
        return Standing(
            configuration=start,
            faults=Faults(),
            event=draft.event,
            is_deployed=False,
            is_current=False,
        )
    return Standing(
        configuration=record.configuration,
        faults=record.faults,
        event=draft.event,
        is_deployed=True,
        is_current=Archive.of(pack(draft.files)).digest == record.code_digest,
    )

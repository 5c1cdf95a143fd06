"""What a learner sets on a function beside its code, and how an undo keeps it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.model import LATEST, Configuration, Faults, FunctionRecord
from webapp.storage.functions import configuration_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """Configuration, faults, how events are tried, by qualifier, and what is reserved."""

    configuration: Configuration
    faults: Faults = field(default_factory=Faults)
    event_configs: Mapping[str, EventConfig] = field(default_factory=dict)
    reserved_concurrency: int | None = None

    @property
    def events(self) -> EventConfig:
        """How events of ``$LATEST`` are tried and where their records go."""
        return self.event_configs.get(LATEST, EventConfig())


def knobs_of(record: FunctionRecord) -> Knobs:
    """Return the knobs of a function that is deployed."""
    return Knobs(
        configuration=record.configuration,
        faults=record.faults,
        event_configs=record.event_configs,
        reserved_concurrency=record.reserved_concurrency,
    )


def knobs_document(knobs: Knobs) -> list[Any]:
    """Return knobs as JSON values."""
    events = {name: asdict(config) for name, config in knobs.event_configs.items()}
    reserved = {"concurrency": knobs.reserved_concurrency}
    return [asdict(knobs.configuration), asdict(knobs.faults), events, reserved]


def kept_knobs(document: Sequence[Mapping[str, Any]]) -> Knobs:
    """Return knobs from JSON values; those of earlier versions lack the last parts."""
    configuration, faults, events, reserved = (*document, {}, {})[:4]
    return Knobs(
        configuration=configuration_of(configuration),
        faults=Faults(**faults),
        event_configs={name: EventConfig(**config) for name, config in events.items()},
        reserved_concurrency=reserved.get("concurrency"),
    )

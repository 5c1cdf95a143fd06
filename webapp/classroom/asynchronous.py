"""What a lesson says of its function's events, in the platform's terms and back. Pure."""

from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.lab import Lab, LabFunction
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.model import Address


def queue_arn(name: str, address: Address) -> str:
    """Return the ARN of a queue of a place."""
    return f"arn:aws:sqs:{address.region}:{address.account}:{name}"


def topic_arn(name: str, address: Address) -> str:
    """Return the ARN of a topic of a place."""
    return f"arn:aws:sns:{address.region}:{address.account}:{name}"


def bus_arn(name: str, address: Address) -> str:
    """Return the ARN of an event bus of a place."""
    return f"arn:aws:events:{address.region}:{address.account}:event-bus/{name}"


def function_arn(name: str, address: Address) -> str:
    """Return the ARN of a function of a place, without a qualifier."""
    return f"arn:aws:lambda:{address.region}:{address.account}:function:{name}"


def target_arn(name: str, lab: Lab, address: Address) -> str:
    """Return the ARN of what a lab calls so; an ARN is itself, and empty none."""
    if not name or name.startswith("arn:"):
        return name
    if name in lab.topic_names:
        return topic_arn(name, address)
    if name in lab.bus_names:
        return bus_arn(name, address)
    return (queue_arn if name in lab.queue_names else function_arn)(name, address)


def event_config(asynchronous: Asynchronous, lab: Lab, address: Address) -> EventConfig:
    """Return the configuration of ``$LATEST``; its dead-letter queue stands elsewhere."""
    return EventConfig(
        most_retries=asynchronous.maximum_retry_attempts,
        most_age_seconds=asynchronous.maximum_event_age,
        on_success=target_arn(asynchronous.on_success, lab, address),
        on_failure=target_arn(asynchronous.on_failure, lab, address),
    )


def asynchronous_of(
    config: EventConfig, *, dead_letter: str | None, lab: Lab, address: Address
) -> Asynchronous:
    """Return a configuration as a lesson would say it; what is not of the lab stays an ARN."""
    names = {
        target_arn(name, lab, address): name
        for name in (*lab.queue_names, *lab.topic_names, *lab.bus_names, *lab.function_names)
    }
    dead = dead_letter or ""
    return Asynchronous(
        maximum_retry_attempts=config.most_retries,
        maximum_event_age=config.most_age_seconds,
        on_success=names.get(config.on_success, config.on_success),
        on_failure=names.get(config.on_failure, config.on_failure),
        dead_letter=names.get(dead, dead),
    )


def destinations_of(lab: Lab, function: LabFunction) -> list[LabFunction]:
    """Return the functions of the lab that get a function's records."""
    named = {function.knobs.asynchronous.on_success, function.knobs.asynchronous.on_failure}
    return [one for one in lab.functions if one.name in named]


def targets_first(lab: Lab) -> list[LabFunction]:
    """Return the lab's functions, those that get another's records before it."""
    found: dict[str, LabFunction] = {}

    def take(function: LabFunction, above: frozenset[str]) -> None:
        for one in destinations_of(lab, function):
            if one.name not in above:
                take(one, above | {one.name})
        found.setdefault(function.name, function)

    for function in lab.functions:
        take(function, frozenset({function.name}))
    return list(found.values())

"""Aliases: what they lead to, how calls are shared, what AWS refuses of them (9.2)."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.fakes.loop import run
from tests.fakes.store import MemoryStore
from tests.runtime.bench import NAME, RUN, Bench
from tests.runtime.functions.test_versions import home, publish
from webapp.runtime.errors import (
    InvalidParameterValue,
    PreconditionFailed,
    ResourceConflict,
    ResourceNotFound,
    ServiceError,
    ServiceFailed,
)
from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.policy import Permission
from webapp.runtime.model import Invocation, Limits
from webapp.runtime.ports import StoreFailed
from webapp.runtime.region import Region
from webapp.trace.events import (
    AliasDeleted,
    AliasMoved,
    DeliveryFailed,
    EventFinished,
    InvocationStarted,
    RecordDelivered,
)

LIVE = FunctionReference(NAME, "live")
BY_S3 = Permission(statement_id="s3", action="lambda:InvokeFunction", principal="s3.amazonaws.com")


async def two_versions(bench: Bench) -> Region:
    await publish(bench, "v1")
    await publish(bench, "v2")
    return (await bench.open()).home


def test_an_alias_leads_to_its_version_until_it_is_moved(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await two_versions(bench)
        made = await place.aliases.create(NAME, "live", version="1", run=RUN)
        assert place.registry.resolve(LIVE).version == "1"
        assert (await bench.invoke(qualifier="live")).executed_version == "1"
        moved = await place.aliases.update(NAME, "live", version="2", run=RUN)
        assert moved.revision_id != made.revision_id
        assert (await bench.invoke(qualifier="live")).executed_version == "2"
        assert await bench.facts(AliasMoved) == [
            AliasMoved(function=NAME, alias="live", version="1"),
            AliasMoved(function=NAME, alias="live", version="2", former="1"),
        ]

    run(work())


@pytest.mark.parametrize(
    ("draw", "version", "weight"), [(0.0, "2", 0.2), (0.19, "2", 0.2), (0.2, "1", 0.8)]
)
def test_chance_decides_every_call_anew(
    tmp_path: Path, draw: float, version: str, weight: float
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, draws=[draw])
        place = await two_versions(bench)
        await place.aliases.create(NAME, "live", version="1", weights={"2": 0.2}, run=RUN)
        assert (await bench.invoke(qualifier="live")).executed_version == version
        [started] = await bench.facts(InvocationStarted)
        assert (started.version, started.alias, started.weight) == (version, "live", weight)

    run(work())


def test_an_event_through_an_alias_is_decided_at_every_attempt(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path, draws=[0.9, 0.9, 0.1, 0.9])
        place = await two_versions(bench)
        await place.aliases.create(NAME, "live", version="1", weights={"2": 0.2}, run=RUN)
        await place.event_configs.put(LIVE, EventConfig(most_retries=2), run=RUN)
        await send(bench, "raise")
        while not await bench.facts(EventFinished):
            await asyncio.sleep(1)
        versions = [one.version for one in await bench.facts(InvocationStarted)]
        assert versions == ["1", "2", "1"]

    run(work())


def test_the_record_of_an_event_names_the_alias_and_the_version_that_ran(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await two_versions(bench)
        await bench.deploy(name="reader")
        await place.aliases.create(NAME, "live", version="1", run=RUN)
        config = EventConfig(on_success=f"{place.registry.arn('reader')}:$LATEST")
        await place.event_configs.put(LIVE, config, run=RUN)
        await send(bench, "answer")
        while not await bench.facts(RecordDelivered):
            await asyncio.sleep(1)
        record = json.loads((await bench.facts(RecordDelivered))[0].record)
        assert record["requestContext"]["functionArn"] == f"{place.registry.arn(NAME)}:live"
        assert record["responseContext"]["executedVersion"] == "1"

    run(work())


def test_a_dead_letter_goes_where_the_version_that_ran_says(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        lost = "arn:aws:sqs:us-east-1:000000000000:lost"
        await publish(bench, "v1", dead_letter_target=lost)
        await bench.deploy("v1")
        place = (await bench.open()).home
        await place.aliases.create(NAME, "live", version="1", run=RUN)
        await place.event_configs.put(LIVE, EventConfig(most_retries=0), run=RUN)
        await send(bench, "raise")
        while not await bench.facts(DeliveryFailed):
            await asyncio.sleep(1)
        [failed] = await bench.facts(DeliveryFailed)
        assert (failed.kind, failed.target) == ("dead-letter queue", lost)

    run(work())


async def send(bench: Bench, do: str) -> None:
    """Send an event through the alias."""
    payload = json.dumps({"do": do}).encode()
    invocation = Invocation(function=NAME, qualifier="live", payload=payload, run=RUN)
    await (await bench.open()).home.events.accept(invocation)


WRONG: list[tuple[str, str, Mapping[str, float], type[ServiceError], str]] = [
    ("1", "1", {}, ServiceError, r"Value '1' at 'name' failed .* pattern: \(\?!\^\[0-9\]\+\$\)"),
    ("a b", "1", {}, ServiceError, "Value 'a b' at 'name'"),
    ("n" * 129, "1", {}, ServiceError, "have length less than or equal to 128"),
    ("live", "10", {}, ResourceNotFound, f"Function not found: .*:{NAME}:10"),
    ("live", "other", {}, ServiceError, "at 'functionVersion'"),
    ("live", "1", {"1": 0.8, "2": 0.2}, InvalidParameterValue, "cannot be greater than 1"),
    ("live", "1", {"2": 2.0}, ServiceError, r"Value '\{2=2.0\}' at 'routingConfig"),
    ("live", "1", {"2": -1.0}, ServiceError, "greater than or equal to 0.0"),
    ("live", "1", {"2": float("nan")}, ServiceError, "less than or equal to 1.0"),
    ("live", "1", {"1": 0.5}, InvalidParameterValue, "is already included in routing"),
    ("live", "$LATEST", {"1": 0.5}, InvalidParameterValue, r"\$LATEST is not supported for an"),
    ("live", "1", {"$LATEST": 0.5}, ServiceError, r"pattern: \[0-9\]\+"),
    ("live", "1", {"10": 0.5}, ResourceNotFound, f"Function not found: .*:{NAME}:10"),
]


@pytest.mark.parametrize(("name", "version", "weights", "kind", "text"), WRONG)
def test_what_aws_refuses_is_refused_in_its_words(
    tmp_path: Path,
    name: str,
    version: str,
    weights: Mapping[str, float],
    kind: type[ServiceError],
    text: str,
) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await two_versions(bench)
        with pytest.raises(kind, match=text):
            await place.aliases.create(NAME, name, version=version, weights=weights, run=RUN)
        assert place.aliases.all(NAME) == []

    run(work())


def test_an_alias_never_leads_to_an_alias(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await two_versions(bench)
        await place.aliases.create(NAME, "live", version="$LATEST", run=RUN)
        assert (await bench.invoke(qualifier="live")).executed_version == "$LATEST"
        with pytest.raises(ServiceError, match="at 'functionVersion'"):
            await place.aliases.create(NAME, "other", version="live", run=RUN)

    run(work())


def test_versions_of_different_roles_or_dead_letter_queues_share_no_calls(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        await publish(bench, "v1")
        await publish(bench, "v1", role="arn:aws:iam::000000000000:role/other")
        await publish(bench, "v1", dead_letter_target="arn:aws:sqs:us-east-1:000000000000:lost")
        place = (await bench.open()).home
        for other, what in (("2", "execution roles"), ("3", "dead-letter queues")):
            with pytest.raises(InvalidParameterValue, match=f"1 and {other} have different {what}"):
                await place.aliases.create(NAME, "live", version="1", weights={other: 0.5}, run=RUN)

    run(work())


def test_names_are_found_or_not_in_the_words_of_each_operation(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await two_versions(bench)
        arn = f"{place.registry.arn(NAME)}:live"
        with pytest.raises(ResourceNotFound, match=f"Cannot find alias arn: {arn}"):
            place.aliases.get(NAME, "live")
        with pytest.raises(ResourceNotFound, match=f"Alias not found: {arn}"):
            await place.aliases.update(NAME, "live", version="1", run=RUN)
        await place.aliases.delete(NAME, "live", run=RUN)
        await place.aliases.create(NAME, "live", version="1", run=RUN)
        with pytest.raises(ResourceConflict, match=f"Alias already exists: {arn}"):
            await place.aliases.create(NAME, "live", version="2", run=RUN)
        with pytest.raises(PreconditionFailed):
            await place.aliases.update(NAME, "live", revision_id="old", version="2", run=RUN)
        assert place.aliases.get(NAME, "live").version == "1"

    run(work())


def test_a_list_of_one_version_has_the_aliases_that_lead_there(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await two_versions(bench)
        await place.aliases.create(NAME, "b", version="1", weights={"2": 0.1}, run=RUN)
        await place.aliases.create(NAME, "a", version="1", run=RUN)
        assert [one.name for one in place.aliases.all(NAME)] == ["a", "b"]
        assert [one.name for one in place.aliases.all(NAME, version="2")] == ["b"]

    run(work())


def test_policies_belong_to_a_qualifier_and_go_with_it(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await two_versions(bench)
        made = await place.aliases.create(NAME, "live", version="1", run=RUN)
        version = FunctionReference(NAME, "2")
        for function in (LIVE, version):
            added = await place.annotations.allow(function, BY_S3, run=RUN)
            assert added["Resource"] == f"{place.registry.arn(NAME)}:{function.qualifier}"
        with pytest.raises(ResourceNotFound):
            place.annotations.policy(FunctionReference(NAME))
        assert place.annotations.policy(LIVE).revision_id != made.revision_id
        assert place.registry.resolve(version).policy == place.annotations.policy(version).policy
        with pytest.raises(ResourceNotFound, match="Cannot find alias arn"):
            await place.annotations.allow(FunctionReference(NAME, "nope"), BY_S3, run=RUN)
        with pytest.raises(ResourceNotFound, match=r"Function not found: .*:77"):
            await place.annotations.allow(FunctionReference(NAME, "77"), BY_S3, run=RUN)
        await place.annotations.disallow(version, "s3", run=RUN)
        assert place.registry.resolve(version).policy == ()
        arn = f"{place.registry.arn(NAME)}:live"
        service = {"principal": "s3.amazonaws.com", "source_arn": "arn:aws:s3:::b"}
        assert place.service_calls.may_call(arn, **service) is None
        assert place.service_calls.may_call(place.registry.arn(NAME), **service) is not None

    run(work())


def test_an_alias_takes_its_url_and_its_event_configuration_with_it(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await two_versions(bench)
        await place.aliases.create(NAME, "live", version="1", run=RUN)
        url = await place.urls.create(LIVE, auth_type="NONE", run=RUN)
        await place.event_configs.put(LIVE, EventConfig(most_retries=0), run=RUN)
        called = await bench.platform.function_url(url.identifier)
        assert called is not None
        assert called.function == LIVE
        with pytest.raises(ResourceNotFound, match="Function does not exist"):
            await place.urls.create(FunctionReference(NAME, "2"), auth_type="NONE", run=RUN)
        await place.aliases.delete(NAME, "live", run=RUN)
        assert await bench.platform.function_url(url.identifier) is None
        assert place.registry.get(NAME).event_configs == {}
        assert await bench.facts(AliasDeleted) == [AliasDeleted(function=NAME, alias="live")]
        with pytest.raises(ResourceNotFound, match=r"Function not found: .*:live"):
            await bench.invoke(qualifier="live")

    run(work())


def test_aliases_are_there_again_after_a_restart(tmp_path: Path) -> None:
    async def work() -> None:
        store = MemoryStore()
        first = Bench(tmp_path / "one", store=store)
        place = await two_versions(first)
        made = await place.aliases.create(NAME, "live", version="1", weights={"2": 1.0}, run=RUN)
        await first.platform.stop()
        again = Bench(tmp_path / "two", store=store, draws=[0.999])
        assert (await again.open()).home.aliases.get(NAME, "live") == made
        assert (await again.invoke(qualifier="live")).executed_version == "2"

    run(work())


def test_what_could_not_be_stored_did_not_move(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await two_versions(bench)
        made = await place.aliases.create(NAME, "live", version="1", run=RUN)
        bench.store.failure = StoreFailed("The disk is full.")
        with pytest.raises(ServiceFailed):
            await place.aliases.update(NAME, "live", version="2", run=RUN)
        with pytest.raises(ServiceFailed):
            await place.aliases.delete(NAME, "live", run=RUN)
        with pytest.raises(ServiceFailed):
            await place.annotations.allow(LIVE, BY_S3, run=RUN)
        assert place.aliases.all(NAME) == [made]

    run(work())


def test_a_function_has_only_so_many_aliases(tmp_path: Path) -> None:
    async def work() -> None:
        place = await home(Bench(tmp_path, limits=Limits(aliases=1)))
        await place.aliases.create(NAME, "live", version="$LATEST", run=RUN)
        with pytest.raises(InvalidParameterValue, match="has 1 aliases, the most that it may"):
            await place.aliases.create(NAME, "beta", version="$LATEST", run=RUN)

    run(work())

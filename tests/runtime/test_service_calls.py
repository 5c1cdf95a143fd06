"""Services call functions as events, and only where the function's policy lets them."""

import asyncio
from pathlib import Path
from typing import Any

from tests.fakes.loop import run
from tests.runtime.bench import NAME, RUN, Bench
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.policy import Permission
from webapp.runtime.region import Region
from webapp.runtime.service_calls import Refusal
from webapp.trace.events import EventFinished, EventQueued

EVENTS = "events.amazonaws.com"
RULE = "arn:aws:events:us-east-1:000000000000:rule/orders"


async def home(bench: Bench) -> Region:
    await bench.deploy()
    return (await bench.open()).home


async def allow(place: Region, *, principal: str = EVENTS, source_arn: str | None = RULE) -> None:
    permission = Permission(
        statement_id="rule",
        action="lambda:InvokeFunction",
        principal=principal,
        source_arn=source_arn,
    )
    await place.annotations.allow(FunctionReference(NAME), permission, run=RUN)


async def call(place: Region, arn: str = "", **changes: Any) -> Refusal | None:
    fields = {"principal": EVENTS, "source_arn": RULE, "source": "rule orders", "run": RUN}
    return await place.service_calls.accept(
        arn or place.registry.arn(NAME), b'{"do": "answer"}', **{**fields, **changes}
    )


def test_a_service_that_the_policy_names_brings_an_event(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        await allow(place)
        assert await call(place, cause=1) is None
        while not await bench.facts(EventFinished):
            await asyncio.sleep(1)
        [entry] = [
            one for one in (await bench.open()).log.since(0) if isinstance(one.fact, EventQueued)
        ]
        assert isinstance(entry.fact, EventQueued)
        assert (entry.fact.source, entry.cause, entry.run) == ("rule orders", 1, RUN)

    run(work())


def test_a_service_needs_a_statement_that_names_it_and_what_it_calls_for(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        refused = await call(place)
        assert refused is not None
        assert (refused.code, refused.again) == ("AccessDeniedException", False)
        assert RULE in refused.message
        await allow(place)
        assert await call(place, principal="sns.amazonaws.com") is not None
        assert await call(place, source_arn=RULE + "-else") is not None
        assert await call(place, principal="", source_arn="") is None

    run(work())


def test_a_function_of_elsewhere_or_of_nobody_is_not_found(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        place = await home(bench)
        arn = place.registry.arn(NAME)
        for other in (
            arn.replace("us-east-1", "eu-west-1"),
            arn.replace("000000000000", "111111111111"),
            arn + "-else",
            arn + ":live",
            "arn:aws:sqs:us-east-1:000000000000:orders",
        ):
            refused = await call(place, other)
            assert refused is not None
            assert refused.code == "ResourceNotFoundException", other
            assert not place.service_calls.knows(other)
        assert place.service_calls.knows(arn)

    run(work())

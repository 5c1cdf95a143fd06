"""Tags, permissions and URLs of functions: kept on disk, and guarded as the service guards them."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.loop import run
from tests.fakes.store import MemoryStore
from tests.runtime.bench import NAME, RUN, Bench, code
from webapp.runtime.errors import (
    InvalidParameterValue,
    PreconditionFailed,
    ResourceConflict,
    ResourceNotFound,
)
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.policy import Permission
from webapp.runtime.region import Region
from webapp.runtime.urls.url_config import Cors, UrlTarget, is_identifier
from webapp.trace.events import FunctionChanged

GREETER = FunctionReference(NAME)
S3 = Permission(statement_id="s3", action="lambda:InvokeFunction", principal="s3.amazonaws.com")


async def deployed(bench: Bench) -> Region:
    await bench.deploy()
    return (await bench.open()).home


def test_tags_come_and_go_and_each_time_the_revision_is_new(tmp_path: Path) -> None:
    async def work() -> None:
        region = await deployed(Bench(tmp_path))
        revisions = {region.registry.get(NAME).revision_id}
        await region.annotations.tag(GREETER, {"team": "blue", "stage": "test"}, run=RUN)
        revisions.add(region.registry.get(NAME).revision_id)
        await region.annotations.untag(GREETER, ["stage"], run=RUN)
        revisions.add(region.registry.get(NAME).revision_id)
        assert region.annotations.tags(GREETER) == {"team": "blue"}
        assert len(revisions) == 3

    run(work())


def test_tags_belong_to_functions_not_to_versions(tmp_path: Path) -> None:
    async def work() -> None:
        region = await deployed(Bench(tmp_path))
        with pytest.raises(InvalidParameterValue, match="aliases and versions are not supported"):
            region.annotations.tags(FunctionReference(NAME, "$LATEST"))
        with pytest.raises(ResourceNotFound, match="Function not found: arn:aws:lambda"):
            await region.annotations.tag(FunctionReference("nope"), {"a": "b"}, run=RUN)

    run(work())


def test_tags_wait_for_no_update(tmp_path: Path) -> None:
    async def work() -> None:
        region = await deployed(Bench(tmp_path))
        await region.registry.update_code(NAME, data=code("v2"), run=RUN)
        with pytest.raises(ResourceConflict, match="An update is in progress for resource"):
            await region.annotations.tag(GREETER, {"a": "b"}, run=RUN)
        await region.registry.ready(NAME)
        await region.annotations.tag(GREETER, {"a": "b"}, run=RUN)

    run(work())


def test_a_permission_is_added_shown_and_taken_back(tmp_path: Path) -> None:
    async def work() -> None:
        region = await deployed(Bench(tmp_path))
        with pytest.raises(ResourceNotFound, match="The resource you requested does not exist"):
            region.annotations.policy(GREETER)
        revision = region.registry.get(NAME).revision_id
        added = await region.annotations.allow(GREETER, S3, run=RUN, revision_id=revision)
        record = region.annotations.policy(GREETER)
        assert record.policy == (added,)
        assert added["Resource"] == "arn:aws:lambda:us-east-1:000000000000:function:greeter"
        with pytest.raises(PreconditionFailed, match="Call the GetPolicy API"):
            await region.annotations.disallow(GREETER, "s3", run=RUN, revision_id=revision)
        await region.annotations.disallow(GREETER, "s3", run=RUN, revision_id=record.revision_id)
        with pytest.raises(ResourceNotFound, match="No policy is found for"):
            await region.annotations.disallow(GREETER, "s3", run=RUN)

    run(work())


def test_permissions_of_versions_have_to_wait_for_versions(tmp_path: Path) -> None:
    async def work() -> None:
        region = await deployed(Bench(tmp_path))
        with pytest.raises(InvalidParameterValue, match=r"adding policies for \$LATEST"):
            await region.annotations.allow(FunctionReference(NAME, "$LATEST"), S3, run=RUN)
        with pytest.raises(ResourceNotFound, match=r"function:greeter:7$"):
            await region.annotations.allow(FunctionReference(NAME, "7"), S3, run=RUN)
        with pytest.raises(ResourceNotFound, match="does not exist"):
            region.annotations.policy(FunctionReference(NAME, "7"))

    run(work())


def test_permissions_that_come_together_all_stay(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        region = await deployed(bench)
        names = [f"s{number}" for number in range(5)]
        await asyncio.gather(
            *(
                region.annotations.allow(
                    GREETER,
                    Permission(statement_id=name, action=S3.action, principal=S3.principal),
                    run=RUN,
                )
                for name in names
            )
        )
        (kept,) = (await bench.store.open_workspace("w")).functions
        assert [one["Sid"] for one in kept.policy] == names

    run(work())


def test_a_url_is_made_found_changed_and_taken_away(tmp_path: Path) -> None:
    async def work() -> None:
        bench = Bench(tmp_path)
        region = await deployed(bench)
        made = await region.urls.create(GREETER, auth_type="NONE", run=RUN)
        assert is_identifier(made.identifier)
        assert region.urls.get(GREETER) == made
        target = UrlTarget(workspace="w", region="us-east-1", function=NAME)
        assert await bench.store.find_url(made.identifier) == target
        with pytest.raises(ResourceConflict, match="FunctionUrlConfig exists for this Lambda"):
            await region.urls.create(GREETER, auth_type="NONE", run=RUN)
        cors = Cors(allow_origins=("https://example.com",), max_age=60)
        changed = await region.urls.update(
            GREETER, auth_type="AWS_IAM", cors=cors, invoke_mode="RESPONSE_STREAM", run=RUN
        )
        assert (changed.auth_type, changed.cors) == ("AWS_IAM", cors)
        assert changed.identifier == made.identifier
        plain = await region.urls.update(GREETER, cors=Cors(), run=RUN)
        assert (plain.cors, plain.invoke_mode) == (None, "RESPONSE_STREAM")
        await region.urls.delete(GREETER, run=RUN)
        assert await bench.store.find_url(made.identifier) is None
        with pytest.raises(ResourceNotFound, match="The resource you requested does not exist"):
            region.urls.get(GREETER)
        assert region.urls.all(GREETER) == []

    run(work())


def test_a_url_of_what_there_is_not_is_told_so(tmp_path: Path) -> None:
    async def work() -> None:
        region = await deployed(Bench(tmp_path))
        nope = FunctionReference("nope")
        for refused in (
            region.urls.create(nope, auth_type="NONE", run=RUN),
            region.urls.create(FunctionReference(NAME, "live"), auth_type="NONE", run=RUN),
        ):
            with pytest.raises(ResourceNotFound, match="Function does not exist"):
                await refused
        with pytest.raises(ResourceNotFound, match="Function does not exist"):
            region.urls.all(nope)
        with pytest.raises(ResourceNotFound, match="The resource you requested does not exist"):
            await region.urls.delete(nope, run=RUN)

    run(work())


@pytest.mark.parametrize(
    "cors",
    [
        Cors(allow_origins=("https://example.com\r\nSet-Cookie: a=b",)),
        Cors(allow_origins=("example.com",)),
        Cors(allow_methods=("BREW",)),
        Cors(allow_methods=("OPTIONS",)),
        Cors(allow_headers=("X-Mine: 1",)),
        Cors(expose_headers=("a b",)),
        Cors(max_age=86_401),
        Cors(max_age=-1),
        Cors(allow_headers=("X-Mine",) * 101),
    ],
)
def test_rules_for_pages_that_no_header_could_say_are_refused(tmp_path: Path, cors: Cors) -> None:
    async def work() -> None:
        region = await deployed(Bench(tmp_path))
        with pytest.raises(InvalidParameterValue):
            await region.urls.create(GREETER, auth_type="NONE", cors=cors, run=RUN)
        assert region.urls.all(GREETER) == []

    run(work())


def test_everything_written_on_a_function_outlives_a_restart_and_not_the_function(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        store = MemoryStore()
        first = Bench(tmp_path / "one", store=store)
        region = await deployed(first)
        await region.annotations.tag(GREETER, {"team": "blue"}, run=RUN)
        await region.annotations.allow(GREETER, S3, run=RUN)
        url = await region.urls.create(GREETER, auth_type="NONE", run=RUN)
        changes = [fact.change for fact in await first.facts(FunctionChanged)]
        assert changes[-3:] == ["tags", "permissions", "url"]
        before = region.registry.get(NAME)
        await first.platform.stop()
        again = (await Bench(tmp_path / "two", store=store).open()).home
        assert again.registry.get(NAME) == before
        await again.registry.delete(NAME, run=RUN)
        assert await store.find_url(url.identifier) is None

    run(work())

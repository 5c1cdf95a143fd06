"""Events on disk: what a store has accepted is what it gives back, until it is deleted."""

from dataclasses import replace
from pathlib import Path

from tests.storage.making import entry
from tests.storage.test_store_contract import ReadableStore, run, store  # noqa: F401 (a fixture)
from webapp.runtime.events.queued_event import Ending, QueuedEvent
from webapp.storage.storage import open_storage


def event(request_id: str = "one", *, payload: bytes = b'{"a":1}') -> QueuedEvent:
    return QueuedEvent(
        request_id=request_id,
        region="us-east-1",
        function="greeter",
        qualifier=None,
        payload=payload,
        accepted=5.0,
        run="run",
        source="aws",
        due=5.0,
    )


def test_an_event_comes_back_with_what_it_has_behind_it(store: ReadableStore) -> None:  # noqa: F811
    async def main() -> None:
        await store.open_workspace("w")
        first = event()
        await store.save_event("w", first, facts=[entry(1)])
        failed = Ending(condition="Success", payload="null", function_error="Unhandled")
        again = replace(first, runs=1, due=65.0, last=failed)
        await store.save_event("w", again, facts=[])
        assert list((await store.open_workspace("w")).events) == [again]
        ended = again.ended("RetriesExhausted")
        await store.save_event("w", ended, facts=[])
        assert list((await store.open_workspace("w")).events) == [ended]
        assert list(await store.workspaces_with_events()) == ["w"]
        await store.delete_event("w", ended, facts=[entry(2)])
        assert list((await store.open_workspace("w")).events) == []
        assert list(await store.workspaces_with_events()) == []

    run(main)
    assert [one.sequence for one in store.entries("w", after=0, limit=9)] == [1, 2]


def test_a_large_payload_stays_on_disk_and_survives_changes(store: ReadableStore) -> None:  # noqa: F811
    async def main() -> None:
        await store.open_workspace("w")
        large = event(payload=b'"' + b"x" * 70_000 + b'"')
        await store.save_event("w", large, facts=[])
        await store.save_event("w", replace(large.waiting(), runs=1), facts=[])
        [kept] = (await store.open_workspace("w")).events
        assert (kept.payload, kept.runs) == (None, 1)
        assert await store.event_payload("w", large) == large.payload

    run(main)


def test_a_deleted_workspace_leaves_no_event(tmp_path: Path) -> None:
    storage = open_storage(tmp_path)

    async def main() -> None:
        await storage.store.open_workspace("w")
        await storage.store.save_event("w", event(), facts=[])

    run(main)
    storage.store.delete_workspace("w")

    async def again() -> list[QueuedEvent]:
        return list((await storage.store.open_workspace("w")).events)

    assert run(again) == []
    storage.close()

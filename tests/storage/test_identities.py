"""Roles and policies on disk, and many who change them."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path

from webapp.storage.identities import Identities, IdentityBook, Policy, PolicyVersion, Role
from webapp.storage.storage import Storage, open_storage

ROLE = Role(name="Reader", path="/", trust="{}", created=1.0, tags={"a": "b"}, attached=("x", "y"))
VERSION = PolicyVersion(name="v1", document="{}", created=1.0)
POLICY = Policy(name="Logs", path="/", created=1.0, updated=1.0, versions=(VERSION,))


def put(kept: Identities) -> None:
    kept.put_role(ROLE)
    kept.put_policy(POLICY)


def everything(kept: Identities) -> tuple[list[Role], list[Policy]]:
    return kept.roles(), kept.policies()


def test_what_was_answered_is_there_after_a_restart(storage: Storage, folder: Path) -> None:
    asyncio.run(storage.identities.change("w", put))
    storage.close()
    again = open_storage(folder)
    try:
        assert asyncio.run(again.identities.look("w", everything)) == ([ROLE], [POLICY])
        assert asyncio.run(again.identities.look("other", everything)) == ([], [])
    finally:
        again.close()


def test_names_are_found_whatever_their_case(storage: Storage) -> None:
    def found(kept: Identities) -> tuple[Role | None, Policy | None]:
        put(kept)
        return kept.role("READER"), kept.policy("logs")

    assert asyncio.run(storage.identities.change("w", found)) == (ROLE, POLICY)


def test_changes_at_the_same_time_lose_nothing_of_one_another(storage: Storage) -> None:
    async def change_all(book: IdentityBook) -> Role | None:
        await book.change("w", put)

        def add(number: int, kept: Identities) -> None:
            role = kept.role("reader")
            assert role is not None
            kept.put_role(replace(role, tags={**role.tags, str(number): ""}))

        await asyncio.gather(*(book.change("w", partial(add, number)) for number in range(50)))
        return await book.look("w", lambda kept: kept.role("reader"))

    role = asyncio.run(change_all(storage.identities))
    assert role is not None
    assert len(role.tags) == 51


def test_work_that_raises_changes_nothing_and_harms_no_other(storage: Storage) -> None:
    def refuse(kept: Identities) -> None:
        kept.delete_role("reader")
        raise LookupError("refused")

    async def mixed(book: IdentityBook) -> list[object]:
        work = [put, refuse, put, refuse]
        return await asyncio.gather(
            *(book.change("w", one) for one in work), return_exceptions=True
        )

    outcomes = asyncio.run(mixed(storage.identities))
    assert [type(one) for one in outcomes] == [type(None), LookupError, type(None), LookupError]
    assert asyncio.run(storage.identities.look("w", everything)) == ([ROLE], [POLICY])


def test_a_workspace_takes_its_identities_along(storage: Storage) -> None:
    asyncio.run(storage.identities.change("w", put))
    storage.store.delete_workspace("w")
    assert asyncio.run(storage.identities.look("w", everything)) == ([], [])

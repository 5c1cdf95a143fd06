import pytest
from sqlalchemy import Engine

from webapp.storage.engine import writing
from webapp.storage.errors import FencedOut
from webapp.storage.ownership import Claim, Local, next_epoch


def test_the_epoch_grows_at_every_start(engine: Engine) -> None:
    assert [next_epoch(engine) for _ in range(3)] == [1, 2, 3]


def test_one_process_owns_every_workspace(engine: Engine) -> None:
    local = Local(epoch=next_epoch(engine))
    assert local.own("w") == Claim("w", 1)
    with writing(engine) as connection:
        local.fence(connection, {Claim("w", 1), Claim("other", 1)})


def test_the_fence_falls_when_another_process_starts(engine: Engine) -> None:
    local = Local(epoch=next_epoch(engine))
    next_epoch(engine)
    with writing(engine) as connection, pytest.raises(FencedOut, match="Workspace w"):
        local.fence(connection, {Claim("w", 1)})

"""The entrance: how much it reads of whom it does not know."""

import pytest

from webapp.aws.errors import AwsError
from webapp.aws.view import BODIES_BYTES, LARGE_BYTES, _Bodies


def test_large_bodies_together_have_a_limit() -> None:
    bodies = _Bodies(10 * LARGE_BYTES)
    with bodies.hold(6 * LARGE_BYTES):
        with bodies.hold(LARGE_BYTES), pytest.raises(AwsError, match="Try again in a moment"):
            bodies.hold(6 * LARGE_BYTES).__enter__()
        with bodies.hold(4 * LARGE_BYTES):
            pass
    with bodies.hold(10 * LARGE_BYTES):
        pass


def test_room_is_given_back_when_reading_fails() -> None:
    bodies = _Bodies(BODIES_BYTES)
    for _ in range(3):
        with pytest.raises(OSError, match="gone"), bodies.hold(BODIES_BYTES):
            raise OSError("gone")


def test_small_bodies_need_no_room() -> None:
    bodies = _Bodies(0)
    with bodies.hold(LARGE_BYTES):
        pass

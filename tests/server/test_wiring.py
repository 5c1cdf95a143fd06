"""What is built from settings, what a failed start leaves, and how all of it stops."""

import gc
import threading
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.app.application import running
from webapp import wiring
from webapp.curriculum.errors import CourseInvalid
from webapp.runtime.loop import LoopStopped
from webapp.runtime.model import Limits
from webapp.settings import LimitSettings, Settings
from webapp.storage.errors import DatabaseUnusable
from webapp.storage.folder import DataFolder


def test_the_defaults_of_the_settings_are_those_of_the_platform() -> None:
    assert wiring.runtime_limits(LimitSettings()) == Limits()


def test_a_larger_payload_may_have_a_larger_answer() -> None:
    limits = wiring.runtime_limits(LimitSettings(payload_bytes=20_000_000))
    assert (limits.payload_bytes, limits.response_bytes) == (20_000_000, 20_000_100)


def test_every_limit_reaches_the_platform_or_what_needs_it(tmp_path: Path) -> None:
    chosen = LimitSettings(threads=40, workspaces=3, facts_per_workspace=1234, burst=7)
    for name, value in asdict(LimitSettings()).items():
        if name not in wiring._NOT_LIMITS:
            doubled = wiring.runtime_limits(LimitSettings(**{name: value * 2}))
            assert getattr(doubled, name) == value * 2
    application = wiring.start(Settings(data=tmp_path, limits=chosen))
    assert application.services.streams.limit == 8
    assert application.services.platform.limits.burst == 7
    application.stop()


def test_without_a_secret_one_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    made = wiring.secret_key(settings)
    assert len(made) == 64
    assert wiring.secret_key(settings) == made
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert wiring.secret_key(Settings(data=tmp_path, secret="given")) == "given"


def test_a_crash_while_the_secret_is_made_leaves_no_empty_one(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    assert len(wiring.secret_key(Settings(data=tmp_path))) == 64


def test_what_has_settled_is_not_looked_at_by_the_collector_again(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        try:
            assert any(one is application.services for one in gc.get_objects())
            application.settle()
            assert not any(one is application.services for one in gc.get_objects())
        finally:
            gc.unfreeze()


def test_stopping_twice_is_stopping_once(tmp_path: Path) -> None:
    with running(tmp_path) as application:
        application.stop()
        application.stop()
        application.announce_stop()
    with pytest.raises(LoopStopped):
        application.services.labs.clock("local")


def test_after_a_stop_the_same_folder_can_be_used_and_no_thread_is_left(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    for epoch in (1, 2, 3):
        with running(tmp_path) as application:
            assert application.storage.epoch == epoch
    left = {thread for thread in set(threading.enumerate()) - before if not thread.daemon}
    for thread in left:
        thread.join(60)
    assert not [thread for thread in left if thread.is_alive()]


def test_a_start_that_fails_lets_go_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "code").touch()  # where a folder has to be
    with pytest.raises(FileExistsError):
        wiring.start(Settings(data=tmp_path))
    (tmp_path / "code").unlink()
    folder = DataFolder(tmp_path)
    folder.lock()
    folder.release()


def test_a_damaged_database_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "coldstart.db").write_bytes(b"nothing" * 99)
    with pytest.raises(DatabaseUnusable, match="restore the data folder from a backup"):
        wiring.start(Settings(data=tmp_path))


def test_broken_lessons_are_found_before_anything_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "content_folder", lambda name: tmp_path / name)
    (tmp_path / "lessons").mkdir()
    with pytest.raises(CourseInvalid, match=r"course\.yaml"):
        wiring.start(Settings(data=tmp_path / "data"))
    assert not (tmp_path / "data").exists()

"""`aws s3` as people use it, against the real server, over a restart."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.aws.cli import Ran, aws
from tests.server.running import Running, serving
from webapp.classroom.access_keys import AccessKey

Command = Callable[..., Ran]
BIG_BYTES = 17 * 1024 * 1024
"""More than the CLI sends at once: it goes up in parts."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("data")) as started:
        yield started


def command_of(running: Running, home: Path) -> Command:
    def run(*arguments: str) -> Ran:
        address = f"http://127.0.0.1:{running.port}"
        return aws(*arguments, address=address, key=AccessKey("test", "test"), home=home)

    return run


def test_files_go_up_are_listed_linked_and_come_down(running: Running, tmp_path: Path) -> None:
    command = command_of(running, tmp_path)
    assert command("s3", "mb", "s3://files").status == 0
    local = tmp_path / "local"
    (local / "deep" / "er").mkdir(parents=True)
    (local / "a.txt").write_text("hello")
    (local / "deep" / "er" / "ü b.txt").write_text("umlaut")
    (local / "big.bin").write_bytes(os.urandom(BIG_BYTES))

    up = command("s3", "sync", str(local), "s3://files/sync")
    assert up.status == 0, up.error
    listed = command("s3", "ls", "--recursive", "s3://files").output
    assert [line.split(maxsplit=3)[3] for line in listed.splitlines()] == [
        "sync/a.txt",
        "sync/big.bin",
        "sync/deep/er/ü b.txt",
    ]
    assert "PRE sync/" in command("s3", "ls", "s3://files").output
    assert command("s3", "sync", str(local), "s3://files/sync").output == ""

    copied = command("s3", "cp", "s3://files/sync/big.bin", "s3://files/copy.bin")
    assert copied.status == 0, copied.error
    down = command("s3", "cp", "s3://files/copy.bin", str(tmp_path / "down.bin"))
    assert down.status == 0, down.error
    assert (tmp_path / "down.bin").read_bytes() == (local / "big.bin").read_bytes()

    link = command("s3", "presign", "s3://files/sync/a.txt", "--expires-in", "60").output.strip()
    path = link.removeprefix(f"http://127.0.0.1:{running.port}")
    assert running.ask("GET", path).body == b"hello"

    assert command("s3", "rm", "--recursive", "s3://files").status == 0
    assert command("s3", "rb", "s3://files").status == 0
    gone = command("s3", "ls", "s3://files")
    assert "(NoSuchBucket)" in gone.error


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "one").write_bytes(b"one")
    with serving(data) as running:
        command = command_of(running, tmp_path)
        assert command("s3", "mb", "s3://kept").status == 0
        assert command("s3", "cp", str(tmp_path / "one"), "s3://kept/a").status == 0
        assert command("s3", "cp", str(tmp_path / "one"), "s3://kept/b").status == 0
        assert command("s3", "rm", "s3://kept/b").status == 0
        running.worker().kill()
        running.process.kill()
    with serving(data) as running:
        command = command_of(running, tmp_path)
        listed = command("s3", "ls", "s3://kept").output.split()
        assert listed[2:] == ["3", "a"]
        assert command("s3", "cp", "s3://kept/a", str(tmp_path / "back")).status == 0
    assert (tmp_path / "back").read_bytes() == b"one"
    assert len(list((data / "objects").glob("*/*"))) == 1

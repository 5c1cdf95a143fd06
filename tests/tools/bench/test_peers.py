"""Peers: one that cannot be installed or does not work is told, and the others are measured."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path

import pytest

from tools.bench.ours import EVENT, TRIVIAL, pss_bytes
from tools.bench.part import Place
from tools.bench.parts import peers
from tools.bench.parts.peers import beside
from tools.bench.peers.known import RuntimeClient
from tools.bench.peers.peer import NotInstalled, Peer, Running, install_node, install_python, run
from tools.bench.served import Client


class Calm:
    """A peer that is there and has no door."""

    name = "calm"

    def install(self, folder: Path) -> str:
        (folder / "installed").touch()
        return "1.2"

    def running(
        self, folder: Path, handlers: Mapping[str, Path]
    ) -> AbstractContextManager[Running]:
        return nullcontext(Running(lambda kind: handlers[kind].read_text(), tuple(handlers)))


class Broken(Calm):
    """A peer whose package cannot be installed."""

    name = "broken"

    def install(self, folder: Path) -> str:
        super().install(folder)
        return run("no-such-installer", "broken")


class Silent(Calm):
    """A peer that is installed and does not answer."""

    name = "silent"

    def running(
        self, folder: Path, handlers: Mapping[str, Path]
    ) -> AbstractContextManager[Running]:
        raise AssertionError("POST /warm: 502")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(peers, "INSTALLED", tmp_path / "peers")
    with ExitStack() as stack:
        yield Place(folder=tmp_path, stack=stack, quick=True)


def contestants(peer: Peer, place: Place) -> int:
    handler = place.folder / "trivial.py"
    handler.touch()
    return len(beside(peer, {"trivial": handler}, place))


def test_what_cannot_be_installed_is_told_and_the_next_run_tries_again(place: Place) -> None:
    assert [contestants(peer, place) for peer in (Broken(), Calm())] == [0, 1]
    assert place.versions == {"calm": "1.2"}
    [note] = place.notes
    assert note.startswith("broken is not measured: no-such-installer: ")
    assert not (place.folder / "peers" / "broken").exists()
    assert (place.folder / "peers" / "calm" / "installed").exists()


def test_what_does_not_answer_is_told_without_a_version(place: Place) -> None:
    assert contestants(Silent(), place) == 0
    assert (place.versions, place.notes) == ({}, ["silent is not measured: POST /warm: 502"])


def test_what_fails_in_a_round_is_told_and_costs_the_others_nothing(place: Place) -> None:
    [gone] = beside(Calm(), {"trivial": place.folder / "gone.py"}, place)
    assert gone.take(1) == {}
    [note] = place.notes
    assert note.startswith("calm failed in a round: ")


@pytest.mark.slow
def test_the_least_runtime_api_serves_warm_cold_and_further_functions(tmp_path: Path) -> None:
    python, handler = tmp_path / "bin" / "python", tmp_path / "trivial.py"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    handler.write_text(TRIVIAL)
    with RuntimeClient().running(tmp_path, {"trivial": handler}) as running:
        assert running.door is not None
        assert running.further is not None
        assert running.cold("trivial") == EVENT
        client = Client(running.door.port)
        assert client.request("POST", running.door.path, EVENT) == EVENT
        client.reopen()
        further = [running.further() for _ in range(2)]
        assert len(set(further)) == 2
        assert all(pss_bytes(pid) > 1024 * 1024 for pid in further)


def test_an_installer_that_fails_is_quoted() -> None:
    with pytest.raises(NotInstalled, match=r"sh -c .*: no such package"):
        run("sh", "-c", "echo no such package >&2; exit 1")


@pytest.mark.parametrize("install", [install_node, install_python])
def test_where_there_is_no_installer_the_package_is_not_installed(
    install: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(NotInstalled, match="No such file"):
        install(tmp_path, "some-package")  # type: ignore[operator]

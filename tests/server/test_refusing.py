"""What a server that cannot start says, and that it then ends with 1."""

import socket
from pathlib import Path

import pytest

from tests.server.running import serving, started

pytestmark = pytest.mark.slow


def refusal(data: Path, **settings: str) -> str:
    """Return what a server that must not start says."""
    with started(data, **settings) as running:
        status, printed, said = running.ended()
    assert (status, printed) == (1, "")
    assert said.startswith("Coldstart cannot start. ")
    assert said.count("\n") == 1
    return said


def test_a_second_server_on_the_same_data_says_who_holds_it(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        said = refusal(tmp_path)
        assert str(tmp_path) in said
        assert str(first.worker().pid) in said
        assert first.ask("GET", "/healthz").status == 200


def test_a_taken_port_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refusal(tmp_path, PORT=str(port))
    assert f"Port {port} on 127.0.0.1 cannot be used: Address already in use." in said
    assert "set PORT to another number" in said


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"HOST": "0.0.0.0"}, "COLDSTART_SECRET is not set"),
        ({"HOST": "0.0.0.0", "COLDSTART_SECRET": "s" * 32}, "COLDSTART_PASSPHRASE is not set"),
        ({"HOST": "0.0.0.0", "COLDSTART_PASSPHRASE": "open"}, "COLDSTART_SECRET is not set"),
        ({"HOST": "::"}, "COLDSTART_SECRET is not set"),
        ({"COLDSTART_FACTS": "many"}, "COLDSTART_FACTS is 'many', which is not a whole number"),
        ({"PORT": "70000"}, "PORT is 70000. Set a number from 1 to 65535"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    tmp_path: Path, settings: dict[str, str], wanted: str
) -> None:
    assert wanted in refusal(tmp_path, **settings)


def test_nothing_is_written_by_a_server_that_must_not_start(tmp_path: Path) -> None:
    refusal(tmp_path / "data", HOST="0.0.0.0")
    assert not (tmp_path / "data").exists()

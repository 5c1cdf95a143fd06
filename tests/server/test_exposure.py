"""A server that strangers can reach has a secret, a passphrase, walls and a door."""

from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from tests.server.running import LAB, Running, serving
from webapp.runtime.ports import Wall
from webapp.server.checks import CannotStart, check_exposure, missing_walls
from webapp.settings import Settings

OPEN = Settings(host="0.0.0.0", secret="s" * 32, passphrase="open sesame")
HTML = {"Accept": "text/html"}


def walls(*built: str) -> tuple[Wall, ...]:
    names = ("seccomp", "Landlock", "mount namespace")
    return tuple(Wall(name, name in built, f"{name} detail") for name in names)


@pytest.mark.parametrize(
    "built",
    [
        ("seccomp", "Landlock"),
        ("seccomp", "mount namespace"),
        ("seccomp", "Landlock", "mount namespace"),
    ],
)
def test_seccomp_and_one_wall_around_files_are_enough(built: tuple[str, ...]) -> None:
    check_exposure(OPEN, probe=lambda: walls(*built))
    assert missing_walls(walls(*built)) == ""


@pytest.mark.parametrize(
    "built",
    [(), ("seccomp",), ("Landlock",), ("mount namespace",), ("Landlock", "mount namespace")],
)
def test_fewer_walls_keep_strangers_out_and_the_missing_are_named(built: tuple[str, ...]) -> None:
    with pytest.raises(CannotStart, match="cannot build enough walls") as refused:
        check_exposure(OPEN, probe=lambda: walls(*built))
    for wall in walls(*built):
        assert (f"{wall.name} ({wall.detail})" in str(refused.value)) is not wall.built


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_this_machine_alone_needs_none_of_it(host: str) -> None:
    check_exposure(Settings(host=host), probe=walls)


def test_a_secret_is_asked_for_before_a_passphrase() -> None:
    with pytest.raises(CannotStart, match="COLDSTART_SECRET"):
        check_exposure(Settings(host="0.0.0.0"), probe=walls)
    with pytest.raises(CannotStart, match="COLDSTART_PASSPHRASE"):
        check_exposure(Settings(host="0.0.0.0", secret="s"), probe=walls)


def come_in(running: Running) -> str:
    """Open the door with a new browser; return its cookie."""
    answer = running.form("/door", passphrase=OPEN.passphrase)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    cookie = SimpleCookie(answer.headers["Set-Cookie"])["coldstart"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    return f"coldstart={cookie.value}"


def workspace(running: Running, cookie: str) -> str:
    refused = running.ask("GET", f"{LAB}/events", headers={"Cookie": cookie})
    assert refused.status == 404
    return refused.body.decode().rpartition("Yours is '")[2].partition("'")[0]


@pytest.mark.slow
def test_with_all_of_it_each_browser_gets_a_workspace_of_its_own(tmp_path: Path) -> None:
    settings = {"HOST": OPEN.host, "COLDSTART_SECRET": OPEN.secret}
    with serving(tmp_path, **settings, COLDSTART_PASSPHRASE=OPEN.passphrase) as running:
        answer = running.ask("GET", "/", headers=HTML)
        assert (answer.status, answer.headers["Location"]) == (302, "/door")
        assert running.ask("GET", "/door", headers=HTML).status == 200
        cookies = [come_in(running), come_in(running)]
        first, second = (workspace(running, cookie) for cookie in cookies)
        assert first != second
        assert all(len(name) == 21 for name in (first, second))
        for cookie, own, other in ((cookies[0], first, second), (cookies[1], second, first)):
            headers = {"Cookie": cookie}
            assert running.ask("GET", f"/w/{own}/functions", headers=headers).status == 200
            assert running.ask("GET", f"/w/{other}/functions", headers=headers).status == 404

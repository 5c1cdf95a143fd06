"""What is looked at before anything is served: who could come in, and whether the place is free."""

import asyncio
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from webapp.runtime.launcher.choose import Folders, best_launcher
from webapp.runtime.ports import Wall
from webapp.settings import Settings
from webapp.storage.folder import DataFolder


class CannotStart(Exception):
    """The server must not, or cannot, start; the message says what to do."""


def probe_walls() -> tuple[Wall, ...]:
    """Build one throw-away environment and return which walls stood."""

    async def probe(folder: Path) -> tuple[Wall, ...]:
        launcher = best_launcher(
            Folders(
                code_root=folder / "code",
                packages_root=folder / "packages",
                temporary_root=folder / "tmp",
            )
        )
        (folder / "code").mkdir()
        await launcher.start()
        await launcher.stop()
        return launcher.walls

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(probe(Path(folder)))


def check_exposure(
    settings: Settings, *, probe: Callable[[], tuple[Wall, ...]] = probe_walls
) -> None:
    """Refuse strangers without secret, passphrase and walls. Raises ``CannotStart``."""
    if settings.loopback:
        return
    if not settings.secret:
        raise CannotStart(
            f"HOST is {settings.host}, so others can reach this server, but COLDSTART_SECRET is "
            "not set. Set it to a long random text that stays the same, or set HOST to 127.0.0.1."
        )
    if not settings.passphrase:
        raise CannotStart(
            f"HOST is {settings.host}, so others can reach this server, but COLDSTART_PASSPHRASE "
            "is not set. Set the passphrase that opens the door, or set HOST to 127.0.0.1."
        )
    missing = missing_walls(probe())
    if missing:
        raise CannotStart(
            f"HOST is {settings.host}, so others can reach this server, but this host cannot build "
            f"enough walls around their code. Missing: {missing}. Run it where user namespaces or "
            "Landlock are allowed, or set HOST to 127.0.0.1."
        )


def missing_walls(walls: tuple[Wall, ...]) -> str:
    """Return what a host of strangers needs and this one lacks; empty if it is enough.

    Enough is seccomp with either Landlock or namespaces (environments.md 1).
    """
    built = {wall.name for wall in walls if wall.built}
    if "seccomp" in built and ("Landlock" in built or "mount namespace" in built):
        return ""
    return "; ".join(f"{wall.name} ({wall.detail})" for wall in walls if not wall.built)


def check_place(settings: Settings) -> None:
    """Check that address and data are free. Raises ``CannotStart`` or ``StorageError``."""
    folder = DataFolder(settings.data)
    try:
        folder.lock()
    except OSError as error:
        raise CannotStart(
            f"The data folder {settings.data} cannot be used: {error.strerror}. Make it a folder "
            "that this process may write, or choose another one with COLDSTART_DATA."
        ) from error
    folder.release()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(
                f"Port {settings.port} on {settings.host} cannot be used: {error.strerror}. "
                "Stop what uses it, or set PORT to another number."
            ) from error

"""What a person reads in the terminal once the server serves."""

import textwrap

from webapp.runtime.ports import Wall
from webapp.settings import Settings
from webapp.storage.migration import Migration
from webapp.wiring import Application

_WIDTH = 96


def greet(settings: Settings, running: Application) -> None:
    """Print the address, then what the person should know before using it."""
    print(f"Coldstart is at {settings.address}  (Ctrl-C stops it)", flush=True)
    for notice in notices(running.services.walls, running.storage.migration):
        print(textwrap.fill(notice, _WIDTH), flush=True)


def notices(walls: tuple[Wall, ...], migration: Migration | None) -> list[str]:
    """Return what is out of the ordinary: missing walls, data that was upgraded."""
    told = []
    missing = [wall for wall in walls if not wall.built]
    if missing:
        names = ", ".join(wall.name for wall in missing)
        why = " ".join(dict.fromkeys(wall.detail for wall in missing))
        told.append(f"Walls that this host cannot build around functions: {names}. {why}")
    if migration is not None and migration.copy is not None:
        told.append(
            "The data of an older version was upgraded. A copy of the database as it was is "
            f"{migration.copy}"
        )
    return told

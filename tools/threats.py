"""Prints the table of threats for ``docs/security.md`` (``python -m tools.threats``)."""

from collections.abc import Mapping

from webapp.runtime.launcher import walls
from webapp.runtime.launcher.threats import THREATS, Threat, leaks
from webapp.runtime.ports import Wall


def modes() -> Mapping[str, tuple[Wall, ...]]:
    """Return the walls of each mode, on a kernel that has everything the code knows."""
    kernel = {"landlock": 7, "seccomp": True, "machine": "x86_64"}
    return {
        f"{who}, {'namespaces' if namespaces else 'no namespaces'}": walls.describe(
            {**kernel, "own_users": who == "root"}, namespaces=namespaces, why_not="not allowed"
        )
        for who in ("root", "user")
        for namespaces in (True, False)
    } | {"plain processes": walls.none("not Linux")}


def table() -> str:
    """Return the table as Markdown."""
    columns = modes()
    open_in = {name: leaks(built) for name, built in columns.items()}
    head = ["what code tries", *columns, "any of these stops it"]
    rows = [head, ["---"] * len(head), *(_row(threat, open_in) for threat in THREATS)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(threat: Threat, open_in: Mapping[str, tuple[Threat, ...]]) -> list[str]:
    cells = ["**leaks**" if threat in leaking else "stopped" for leaking in open_in.values()]
    return [threat.attempt, *cells, ", ".join(threat.walls) or "nothing"]


if __name__ == "__main__":
    print(table())

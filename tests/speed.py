"""Which tests `make test-fast` leaves out.

A test is slow when it takes more than a second, or when it is one of many that each start
processes, a server, a whole application or a database: moments each, and minutes together. A few
files stay in the fast part for their folder; elsewhere a test says it with the mark `slow` itself.
"""

from pathlib import Path

import pytest

from tests.runtime.launcher import modes
from tests.runtime.launcher.modes import Mode

LEFT_OUT = ("not slow", "not slow and not browser")
"""What ``pytest -m`` is told by who wants no slow test."""
STARTS_SOMETHING: dict[str, frozenset[str]] = {
    "api": frozenset({"test_functions.py"}),
    "app": frozenset({"test_guards.py", "test_whole.py"}),
    "authoring": frozenset(),
    "aws": frozenset({"test_chunks.py", "test_entrance.py", "test_pagination.py"}),
    "aws/protocol": frozenset({"test_errors.py", "test_validation.py"}),
    "browser": frozenset(),
    "pages": frozenset(
        {
            "test_door.py",
            "test_errors.py",
            "test_home.py",
            "test_lab.py",
            "test_lessons.py",
            "test_outline.py",
            "test_reference.py",
            "test_status.py",
            "test_templates.py",
        }
    ),
    "platform": frozenset({"test_warm_and_frozen.py"}),
    "runtime/launcher": frozenset({"test_output.py", "test_runtime.py", "test_usage.py"}),
    "server": frozenset({"test_exposure.py"}),
    "storage": frozenset(
        {
            "test_engine.py",
            "test_folder.py",
            "test_identities.py",
            "test_journal.py",
            "test_migration.py",
            "test_ownership.py",
            "test_storage.py",
            "test_workspaces.py",
        }
    ),
    "storage/logs": frozenset({"test_groups.py"}),
}
"""Folders whose tests start something each, and the files that stand for them in the fast part."""


def mark(item: pytest.Item, *, tests: Path) -> None:
    """Mark a test slow where its place says so, and on every launcher but the strongest."""
    if starts_something(item.path.relative_to(tests)) or _on_another_launcher(item):
        item.add_marker("slow")


def starts_something(place: Path) -> bool:
    """Tell whether each test of a file is slow by its place below ``tests``."""
    for folder in place.parents:
        staying = STARTS_SOMETHING.get(folder.as_posix())
        if staying is not None:
            return place.name not in staying
    return False


def _on_another_launcher(item: pytest.Item) -> bool:
    called = getattr(item, "callspec", None)
    mode = called.params.get("mode") if called else None
    return isinstance(mode, Mode) and mode != modes.strongest()

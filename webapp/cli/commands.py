"""What the ``coldstart`` command does."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from webapp import server
from webapp.authoring import command as lessons
from webapp.curriculum.errors import CurriculumError
from webapp.runtime.ports import LaunchFailed
from webapp.server.checks import CannotStart
from webapp.settings import SettingsInvalid, read_settings
from webapp.storage.backup import database_file, make_backup
from webapp.storage.errors import StorageError
from webapp.storage.restoration import restore

_REFUSALS = (SettingsInvalid, CannotStart, StorageError, CurriculumError, LaunchFailed)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status."""
    options = _parser().parse_args(arguments)
    _quiet_logs()
    try:
        status: int = options.run(options)
    except _REFUSALS as error:
        print(f"{options.failure} {error}", file=sys.stderr)
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="coldstart", description="Learn serverless by running it."
    )
    parser.set_defaults(run=_serve, failure="Coldstart cannot start.")
    commands = parser.add_subparsers(title="commands")
    serve = commands.add_parser("serve", help="serve the app (what happens without a command)")
    serve.set_defaults(run=_serve)
    backup = commands.add_parser("backup", help="put everything that is kept into one file")
    backup.add_argument("file", nargs="?", type=Path, help="the file; a name with the time if none")
    backup.set_defaults(run=_backup, failure="No backup was made.")
    restoring = commands.add_parser("restore", help="put a backup in place; stop Coldstart first")
    restoring.add_argument("file", type=Path, help="what 'coldstart backup' wrote")
    restoring.add_argument(
        "--replace", action="store_true", help="also where there is data; it is kept beside it"
    )
    restoring.set_defaults(run=_restore, failure="Nothing was restored.")
    lessons.add_to(commands)
    return parser


def _serve(_options: argparse.Namespace) -> int:
    arbiter = os.getpid()
    try:
        server.serve(read_settings())
    except SystemExit as ended:
        if os.getpid() != arbiter:
            raise  # a worker's end, whose number is for the arbiter
        if ended.code:
            return 1
    sys.stdout.flush()
    # Nothing is left to end, and Python would take everything apart for half a second.
    os._exit(0)


def _backup(options: argparse.Namespace) -> int:
    settings = read_settings()
    made = make_backup(
        settings.data,
        database=database_file(settings.database),
        target=options.file,
        now=datetime.now(UTC),
    )
    print(f"Everything that is kept in {settings.data} is now also in {made}")
    return 0


def _restore(options: argparse.Namespace) -> int:
    settings = read_settings()
    restored = restore(
        options.file,
        folder=settings.data,
        database=database_file(settings.database),
        replace=options.replace,
        now=datetime.now(UTC),
    )
    print(f"The backup of {restored.created} is in place in {settings.data}")
    if restored.before is not None:
        print(f"What was there before is kept in {restored.before}")
    return 0


def _quiet_logs() -> None:
    """Log warnings and worse; what a person needs at start is printed."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

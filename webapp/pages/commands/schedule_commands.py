"""What the boards of schedules do, as commands. Pure."""

import json
from typing import Any

from webapp.classroom.sources.lab_schedules import AT_REST
from webapp.classroom.sources.schedule_boards import ScheduleBoard
from webapp.pages.commands.blocks import Block, Group, block
from webapp.pages.commands.lines import CommandLines, NoCommand
from webapp.pages.commands.shell import option
from webapp.sources.schedules.records import DISABLED, ENABLED, ScheduleRecord


def schedule_groups(lines: CommandLines, boards: list[ScheduleBoard]) -> tuple[Group, ...]:
    """Return the buttons of every schedule of a lab."""
    return tuple(_schedule(lines, board, place) for place, board in enumerate(boards, start=1))


def _schedule(lines: CommandLines, board: ScheduleBoard, place: int) -> Group:
    name, record = f"schedule-{place}", board.now.record
    if record is None:
        return Group(f"Schedule {board.now.name}", ())
    verb, state = ("Disable", DISABLED) if record.enabled else ("Enable", ENABLED)
    return Group(
        f"Schedule {record.name}", (_switch(lines, record, f"{name}-switch", verb, state),)
    )


def _switch(lines: CommandLines, record: ScheduleRecord, name: str, verb: str, state: str) -> Block:
    def write() -> str:
        if record.start is not None or record.end is not None:
            raise NoCommand("It has a start or an end: take it over with get-schedule.")
        return lines.aws("scheduler", "update-schedule", *_options(record, state))

    return block(name, f"{verb} {record.name}", write)


def _options(record: ScheduleRecord, state: str) -> tuple[str, ...]:
    window: dict[str, Any] = {"Mode": "OFF"}
    if record.window_minutes:
        window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": record.window_minutes}
    return (
        option("--name", record.name),
        option("--state", state),
        option("--description", record.description.removesuffix(AT_REST)),
        option("--schedule-expression", record.expression),
        option("--schedule-expression-timezone", record.zone),
        option("--flexible-time-window", json.dumps(window)),
        option("--target", json.dumps(dict(record.target), ensure_ascii=False)),
    )

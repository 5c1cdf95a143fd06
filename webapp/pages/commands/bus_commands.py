"""What the boards of event buses do, as commands. Pure."""

import json

from webapp.classroom.sources.bus_boards import BusBoard
from webapp.pages.commands.blocks import Block, Group, block
from webapp.pages.commands.lines import EXPANDED, CommandLines, NoCommand
from webapp.pages.commands.shell import option
from webapp.sources.buses.live_rule import LiveRule

LONGEST = 8 * 1024
"""Characters that stand well in a command."""
NEW_RULE = "Its name, pattern and target stand in the command: write your own."
_ENTRY = {"Source": "shop", "DetailType": "order", "Detail": '{"total": 1}'}


def bus_groups(lines: CommandLines, boards: list[BusBoard]) -> tuple[Group, ...]:
    """Return the buttons of every board of a lab; an event is as the newest that was put."""
    return tuple(_group(lines, board, place) for place, board in enumerate(boards, start=1))


def _group(lines: CommandLines, board: BusBoard, place: int) -> Group:
    name = f"bus-{place}"
    rules = [
        one
        for number, live in enumerate(board.now.rules, start=1)
        for one in _of_rule(lines, live, f"{name}-rule-{number}")
    ]
    put = block(f"{name}-put", "Put an event", lambda: _put(lines, board))
    new = block(f"{name}-add-rule", "Add a rule", lambda: _new_rule(lines, board), about=NEW_RULE)
    return Group(f"Bus {board.now.name}", (put, new, *rules))


def _new_rule(lines: CommandLines, board: BusBoard) -> str:
    """Write a rule for events like the newest, to the first target that no rule leads to yet."""
    if not board.now.targets:
        raise NoCommand("This lab has nothing that a rule could send to.")
    used = {target.arn for live in board.now.rules for target in live.record.targets}
    arn = next((one for one in board.now.targets if one not in used), board.now.targets[0])
    newest = board.events[0] if board.events else {"source": "shop", "detail_type": "order"}
    pattern = {"source": [newest["source"]], "detail-type": [newest["detail_type"]]}
    text = option("--event-pattern", json.dumps(pattern, ensure_ascii=False))
    bus = option("--event-bus-name", board.now.name)
    put = lines.aws("events", "put-rule", "--name my-rule", bus, text)
    target = option("--targets", f"Id=1,Arn={arn}")
    return _short(
        "\n".join([put, lines.aws("events", "put-targets", "--rule my-rule", bus, target)])
    )


def _of_rule(lines: CommandLines, live: LiveRule, name: str) -> tuple[Block, ...]:
    record = live.record
    which = option("--name", record.name), option("--event-bus-name", record.bus)
    pattern = option("--event-pattern", record.pattern)
    verb = "disable" if record.enabled else "enable"
    return (
        block(
            f"{name}-pattern",
            f"Set the pattern of {record.name}",
            lambda: _short(lines.aws("events", "put-rule", *which, pattern)),
        ),
        block(
            f"{name}-switch",
            f"{verb.capitalize()} {record.name}",
            lambda: lines.aws("events", f"{verb}-rule", *which),
        ),
    )


def _put(lines: CommandLines, board: BusBoard) -> str:
    entry = dict(_ENTRY)
    if board.events:
        newest = board.events[0]
        entry = {
            "Source": newest["source"],
            "DetailType": newest["detail_type"],
            "Detail": newest["detail"].strip(),
        }
        if not newest["whole"]:
            raise NoCommand("The detail of the newest event is too long for a command.")
    text = json.dumps([{**entry, "EventBusName": board.now.name}], ensure_ascii=False)
    if text.startswith(EXPANDED):
        raise NoCommand("aws would read the entries as a file.")
    return _short(lines.aws("events", "put-events", option("--entries", text)))


def _short(command: str) -> str:
    if len(command) > LONGEST:
        raise NoCommand("It is too long for a command.")
    return command

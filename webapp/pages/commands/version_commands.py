"""What the Versions tab does, as commands: versions deleted, aliases made, led and taken. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.classroom.published import Published, WantedAlias
from webapp.pages.commands.blocks import Block, block
from webapp.pages.commands.lines import CommandLines, NoCommand, value_option
from webapp.pages.commands.shell import option
from webapp.runtime.functions.alias import Alias

MOST_DELETED = 50
"""As many versions as the tab lists."""
SHARE = "The weight is the share of the second version."


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedAliases:
    """What stands in the forms: where each alias shall lead, or what is wrong with its form.

    ``new`` is of the form of the alias that is not made yet, ``moves`` of the others by name.
    """

    new: WantedAlias | str
    moves: Mapping[str, WantedAlias | str] = field(default_factory=dict)


def version_blocks(
    lines: CommandLines, published: Published, typed: TypedAliases
) -> tuple[Block, ...]:
    """Return the buttons of published versions and aliases."""
    newest = list(reversed(published.versions))[:MOST_DELETED]
    return (
        block("versions", "Published versions", lambda: _listed(lines)),
        block("new-alias", "Make alias", lambda: _made(lines, typed.new), about=SHARE),
        *(one for alias in published.aliases for one in _of_alias(lines, alias, typed)),
        *(_deleted_version(lines, one.version) for one in newest),
    )


def _of_alias(lines: CommandLines, alias: Alias, typed: TypedAliases) -> tuple[Block, ...]:
    name = alias.name
    wanted = typed.moves.get(name) or WantedAlias.of(alias)
    delete = f"Delete alias {name}"
    return (
        block(f"alias-{name}", f"Move alias {name}", lambda: _moved(lines, wanted), about=SHARE),
        block(
            f"delete-alias-{name}",
            delete,
            lambda: _aws(lines, "delete-alias", option("--name", name)),
        ),
    )


def _deleted_version(lines: CommandLines, number: str) -> Block:
    return block(
        f"delete-version-{number}",
        f"Delete version {number}",
        lambda: _aws(lines, "delete-function", option("--qualifier", number)),
    )


def _listed(lines: CommandLines) -> str:
    return _aws(lines, "list-versions-by-function")


def _made(lines: CommandLines, wanted: WantedAlias | str) -> str:
    alias = _wanted(wanted)
    routing = [_routing(alias)] if alias.second else []
    return _aws(lines, "create-alias", *_leads(alias), *routing)


def _moved(lines: CommandLines, wanted: WantedAlias | str) -> str:
    """Return the move; weights that are not named would stay, so they always are."""
    alias = _wanted(wanted)
    return _aws(lines, "update-alias", *_leads(alias), _routing(alias))


def _wanted(typed: WantedAlias | str) -> WantedAlias:
    if isinstance(typed, str):
        raise NoCommand(typed)
    if not typed.name:
        raise NoCommand("The alias has no name yet. Write one in the Versions tab.")
    return typed


def _leads(alias: WantedAlias) -> tuple[str, str]:
    return (
        value_option("--name", alias.name),
        value_option("--function-version", alias.version),
    )


def _routing(alias: WantedAlias) -> str:
    routing = {"AdditionalVersionWeights": alias.weights}
    return option("--routing-config", json.dumps(routing, separators=(",", ":")))


def _aws(lines: CommandLines, operation: str, *words: str) -> str:
    return lines.aws("lambda", operation, option("--function-name", lines.function), *words)

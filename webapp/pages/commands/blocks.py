"""A button of the lab beside its command, as the dialog of commands shows it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.pages.commands.lines import NoCommand

UNSPEAKABLE = "A field holds a character that no shell can be given. Take it out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One button: its command, or the problem why there is none."""

    id: str
    title: str
    about: str = ""
    command: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Buttons that stand together."""

    title: str
    blocks: tuple[Block, ...]


def block(name: str, title: str, write: Callable[[], str], *, about: str = "") -> Block:
    """Return a button with its command, or with why there is none."""
    try:
        return Block(id=name, title=title, about=about, command=write())
    except NoCommand as error:
        return Block(id=name, title=title, problem=str(error))
    except ValueError:  # of a shell's word: a NUL, or half a character
        return Block(id=name, title=title, problem=UNSPEAKABLE)

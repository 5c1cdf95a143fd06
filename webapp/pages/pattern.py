"""One part in one state, as ``/patterns`` shows it, and ids that let it stand there many times."""

import re
from dataclasses import dataclass

from flask import render_template

from webapp.curriculum.content import Html

_ID = re.compile(r'\sid="([^"]+)"')
_NAMING = re.compile(
    r"(\s(?:id|for|aria-controls|aria-describedby|aria-labelledby|data-copies|data-enter"
    r'|data-full-screen|data-opens|data-says-of|data-tab|popovertarget)="|\shx-target="\#)([^"]+)"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One part in one state.

    ``opens`` are the dialogs in it by id, each with what its button says; ``in_menu`` tells that
    the part stands in a menu.
    """

    name: str
    html: Html
    opens: tuple[tuple[str, str], ...] = ()
    in_menu: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Patterns that belong together; ``wide`` ones take the whole width, each below the other."""

    title: str
    patterns: tuple[Pattern, ...]
    wide: bool = False


def drawn(name: str, template: str, *, in_menu: bool = False, **context: object) -> Pattern:
    """Return a template of the product as a pattern with ids of its own."""
    return Pattern(
        name=name, html=own_ids(render_template(template, **context), name), in_menu=in_menu
    )


def own_ids(html: str, name: str) -> Html:
    """Let the same part stand on the page several times; what it names elsewhere stays named."""
    prefix = "".join(letter for letter in name.lower() if letter.isalnum())
    own = frozenset(_ID.findall(html))

    def renamed(found: re.Match[str]) -> str:
        words = (f"{prefix}-{one}" if one in own else one for one in found[2].split(" "))
        return f'{found[1]}{" ".join(words)}"'

    return Html(_NAMING.sub(renamed, html))

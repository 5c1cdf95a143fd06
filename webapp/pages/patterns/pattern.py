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
    the part stands in a menu, ``wide`` that it needs the width of the page.
    """

    name: str
    html: Html
    opens: tuple[tuple[str, str], ...] = ()
    in_menu: bool = False
    wide: bool = False

    @property
    def id(self) -> str:
        """The id of its title."""
        return _prefix(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Patterns that belong together; ``wide`` ones take the whole width, each below the other."""

    title: str
    patterns: tuple[Pattern, ...]
    wide: bool = False


def drawn(
    name: str, template: str, *, in_menu: bool = False, wide: bool = False, **context: object
) -> Pattern:
    """Return a template of the product as a pattern with ids of its own."""
    html = own_ids(render_template(template, **context), name)
    return Pattern(name=name, html=html, in_menu=in_menu, wide=wide)


def own_ids(html: str, name: str) -> Html:
    """Let the same part stand on the page several times; what it names elsewhere stays named.

    What is labelled by a title of its own is labelled by the pattern's too: no two have one name.
    """
    prefix, own = _prefix(name), frozenset(_ID.findall(html))

    def renamed(found: re.Match[str]) -> str:
        words = [f"{prefix}-{one}" if one in own else one for one in found[2].split()]
        if "labelledby" in found[1]:
            words.insert(0, prefix)
        return f'{found[1]}{" ".join(words)}"'

    return Html(_NAMING.sub(renamed, html))


def _prefix(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())

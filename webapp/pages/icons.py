"""What templates may call beside ``asset``: icons from the sprite, and data for scripts."""

from functools import lru_cache

from flask import Flask
from markupsafe import Markup


def register(app: Flask) -> None:
    """Give templates ``icon(name)`` and ``data_script(id, json)``."""

    def icon(name: str, *, look: str = "") -> Markup:
        address = f"{app.jinja_env.globals['asset']('icons.svg')}#{name}"  # type: ignore[operator]
        return _drawn(address, f"icon {look}".strip())

    app.jinja_env.globals.update(icon=icon, data_script=data_script)


@lru_cache(maxsize=512)
def _drawn(address: str, names: str) -> Markup:
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>').format(
        names, address
    )


def data_script(identifier: str, json: str) -> Markup:
    """Return JSON text as a script element that is data; nothing in it can end the element."""
    safe = Markup(json.replace("<", "\\u003c"))
    return Markup('<script type="application/json" id="{}">{}</script>').format(identifier, safe)

"""The sprite has the icons that are named, and one that is asked for is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPRITE = (ROOT / "static" / "icons.svg").read_text()
NAMES = re.findall(r'<symbol id="([^"]+)" viewBox="0 0 24 24">', SPRITE)


def test_the_sprite_is_what_its_list_names() -> None:
    assert (ROOT / "tools" / "vendored" / "icons.txt").read_text().split() == NAMES


def test_a_symbol_leaves_colour_and_stroke_to_the_style_sheet() -> None:
    assert re.findall(r"(?:stroke|style)[\w-]*=", SPRITE) == []


def test_every_icon_that_a_template_or_a_script_asks_for_is_in_the_sprite() -> None:
    sources = [*ROOT.glob("webapp/templates/**/*.html"), *ROOT.glob("static/scripts/**/*.js")]
    asked = {
        name
        for source in sources
        for name in re.findall(r"icons\.svg[^#\s]{0,20}#([a-z0-9-]+)", source.read_text())
    }
    assert asked - set(NAMES) == set()

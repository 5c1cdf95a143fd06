"""Style sheets keep the look's rules: colours by role, readable pairs, nothing from outside."""

import re
from itertools import product
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "static" / "styles"
SHEETS = sorted(STYLES.rglob("*.css"))
TOKENS = (STYLES / "tokens.css").read_text()
PAIRS = dict(
    re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", TOKENS),
)

# What is written (or drawn, where 3 is enough) on what, as tabled in the design.
TEXT_ON_GROUNDS = {
    "ink": "canvas sheet sunken raised hover you-tint error-tint cold-tint selection",
    "ink-2": "canvas sheet sunken raised hover you-tint error-tint timeout-tint",
    "ink-3": "canvas sheet sunken raised hover you-tint",
    "you": "sheet raised you-tint sunken",
    "on-you": "you-solid you-solid-hover",
    "cold-ink": "cold-tint cold-mid",
    "ok-ink": "ok-tint",
    "error-ink": "error-tint sheet raised you-tint",
    "on-error": "error",
    "on-timeout": "timeout timeout-deep",
    "on-memory": "memory memory-deep",
    "timeout": "timeout-tint sheet",
    "memory": "memory-tint sheet",
    "throttle": "throttle-tint sheet",
    "code-keyword": "sheet sunken",
    "code-string": "sheet sunken",
    "code-number": "sheet sunken",
    "code-name": "sheet sunken",
}
SHAPES_ON_GROUNDS = {
    "control": "sheet",
    "frozen": "sheet",
    "cold": "sheet cold-tint cold-mid",
    "ok": "sheet ok-tint",
    "error": "sheet",
}


def without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def spread(table: dict[str, str]) -> list[tuple[str, str, int]]:
    pairs = [(front, ground) for front, row in table.items() for ground in row.split()]
    return [(front, ground, theme) for (front, ground), theme in product(pairs, (0, 1))]


def measured(front: str, ground: str, theme: int) -> float:
    return contrast(PAIRS[front].split(", ")[theme], PAIRS[ground].split(", ")[theme])


@pytest.mark.parametrize(("front", "ground", "theme"), spread(TEXT_ON_GROUNDS))
def test_text_is_readable_on_its_ground(front: str, ground: str, theme: int) -> None:
    assert measured(front, ground, theme) >= 4.5


@pytest.mark.parametrize(("front", "ground", "theme"), spread(SHAPES_ON_GROUNDS))
def test_an_outline_is_visible_on_its_ground(front: str, ground: str, theme: int) -> None:
    assert measured(front, ground, theme) >= 3


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(STYLES)) for path in paths]


@pytest.mark.parametrize("sheet", SHEETS, ids=names(SHEETS))
def test_only_the_token_file_writes_a_colour(sheet: Path) -> None:
    colours = re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", without_comments(sheet))
    assert sheet.name == "tokens.css" or colours == []


@pytest.mark.parametrize("sheet", SHEETS, ids=names(SHEETS))
def test_every_address_is_relative_and_leads_to_a_file(sheet: Path) -> None:
    addresses = re.findall(r'url\("?([^")]+)"?\)', without_comments(sheet))
    assert [a for a in addresses if not (sheet.parent / a.split("#")[0]).is_file()] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=names(SHEETS))
def test_every_sheet_stands_in_a_declared_layer(sheet: Path) -> None:
    declared = re.search(r"^@layer ([\w, ]+);", TOKENS, re.MULTILINE)
    assert declared
    layers = set(re.findall(r"@layer ([\w-]+) \{", without_comments(sheet)))
    imports_only = "@import" in sheet.read_text()
    assert layers <= set(declared[1].split(", "))
    assert layers or imports_only


def test_every_property_that_is_read_is_defined_or_has_a_value_to_fall_back_on() -> None:
    text = "\n".join(without_comments(sheet) for sheet in SHEETS)
    read = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert read - set(re.findall(r"(--[\w-]+):", text)) == set()


def test_opacity_hides_or_shows_and_makes_nothing_paler() -> None:
    values = [
        value
        for sheet in SHEETS
        for value in re.findall(r"[^-]opacity:\s*([^;]+);", without_comments(sheet))
    ]
    assert set(values) <= {"0", "1"}

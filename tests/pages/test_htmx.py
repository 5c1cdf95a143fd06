"""One file knows htmx's headers."""

from pathlib import Path

PAGES = Path(__file__).parents[2] / "webapp" / "pages"


def test_only_one_module_names_the_headers_and_the_extension() -> None:
    knowing = {
        module.name
        for module in PAGES.glob("*.py")
        if '"HX-' in module.read_text() or "htmx_flask" in module.read_text()
    }
    assert knowing == {"htmx.py"}

"""Files of others stand beside their licence and were fetched by a lock that names no host."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "static" / "vendor"
FOLDERS = sorted(path.name for path in VENDOR.iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_vendored_folder_holds_its_licence(folder: str) -> None:
    names = {path.name for path in (VENDOR / folder).iterdir()}
    assert any("LICENSE" in name or name == "NOTICE" for name in names)


@pytest.mark.parametrize("font", ["inter", "jetbrains-mono"])
def test_a_font_stands_beside_the_open_font_licence(font: str) -> None:
    assert "SIL OPEN FONT LICENSE" in (VENDOR / "fonts" / f"{font}.LICENSE").read_text()
    assert (VENDOR / "fonts" / f"{font}-latin.woff2").read_bytes()[:4] == b"wOF2"


def test_htmx_is_of_the_second_major_version() -> None:
    assert 'version:"2.0.' in (VENDOR / "htmx" / "htmx.min.js").read_text()


@pytest.mark.parametrize("tool", ["editor", "vendored"])
def test_a_lock_names_no_registry_host(tool: str) -> None:
    assert '"resolved"' not in (ROOT / "tools" / tool / "package-lock.json").read_text()

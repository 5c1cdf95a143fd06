"""The editor's bundle is what its sources made: whoever changes one has to make the other again."""

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "editor"
BUNDLE = ROOT / "static" / "vendor" / "editor"


def test_the_bundle_has_the_recorded_hash() -> None:
    recorded, name = (TOOL / "editor.sha256").read_text().split()
    assert hashlib.sha256((BUNDLE / name).read_bytes()).hexdigest() == recorded


def test_the_notice_names_every_package_in_the_bundle() -> None:
    lock = json.loads((TOOL / "package-lock.json").read_text())
    packages = {path.removeprefix("node_modules/") for path in lock["packages"] if path}
    bundled = {name for name in packages if not name.removeprefix("@").startswith("esbuild")}
    notice = (BUNDLE / "NOTICE").read_text()
    assert bundled
    assert {name for name in bundled if f"---- {name}\n" not in notice} == set()


def test_the_bundle_evaluates_no_text_as_code() -> None:
    bundle = (BUNDLE / "editor.js").read_text()
    assert "eval(" not in bundle
    assert "new Function(" not in bundle

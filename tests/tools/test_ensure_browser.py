"""Which browser the tests use, and what is said when there is none."""

from pathlib import Path

import pytest

from tools.ensure_browser import BrowserMissing, ensure_browser, find_browser


def test_the_browser_that_is_named_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "my-chromium"
    named.touch()
    monkeypatch.setenv("BROWSER_PATH", str(named))
    assert ensure_browser() == named


def test_a_named_browser_that_is_not_there_is_an_error_and_nothing_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    with pytest.raises(BrowserMissing, match="BROWSER_PATH names /nowhere/chromium"):
        ensure_browser()


def test_a_browser_on_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = tmp_path / "chromium-browser"
    on_path.touch(mode=0o755)
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() == on_path

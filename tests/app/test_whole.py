"""Style sheets and page scripts that are served whole do what the files do one by one."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from webapp.app import whole
from webapp.wiring import content_folder

STATIC = content_folder("static")
PAGES = sorted(path.name for path in (STATIC / "scripts" / "pages").glob("*.js"))
MODULES = sorted((STATIC / "scripts").rglob("*.js"))
# Everything that a line at the left margin may import or export: what ``whole`` knows.
KNOWN = re.compile(
    r'import (\{ [\w, ]+ \} from )?"\.[\w/.-]+";|export ((async )?function\*?|class|const) \w+.*'
)


def read(path: str) -> str:
    return (STATIC / path).read_text(encoding="utf-8")


def given(**files: str) -> whole.Read:
    return {name.replace("__", "/") + ".js": text for name, text in files.items()}.__getitem__


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_imports_and_exports_in_the_known_forms(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    lines = re.findall(r"^(?:import|export)\b.*", text, re.MULTILINE)
    assert [line for line in lines if not KNOWN.fullmatch(line)] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_text_of_a_module_could_be_taken_for_a_comment(module: Path) -> None:
    code = whole._COMMENT.sub("", module.read_text(encoding="utf-8"))
    assert [line for line in code.splitlines() if line.count("`") % 2] == []


def test_a_module_comes_once_and_before_who_needs_it() -> None:
    files = given(
        page='import "./a.js";\nimport { b } from "./b.js";\nb();\n',
        a='import { b as c } from "./b.js";\nc();\n',
        b="// A comment that goes.\nexport function b() {}\nexport const d = 1;\n",
    )
    text = whole.script("page.js", read=files)
    assert text == (
        "const module2 = (() => {\nfunction b() {}\nconst d = 1;\nreturn { b, d };\n})();\n"
        "const module1 = (() => {\nconst { b: c } = module2;\nc();\nreturn {  };\n})();\n"
        "const module0 = (() => {\nconst { b } = module2;\nb();\nreturn {  };\n})();\n"
    )


def test_a_module_still_finds_what_is_beside_it() -> None:
    files = given(
        scripts__pages__one='import "../lab/dom.js";\n',
        scripts__lab__dom='const a = import.meta.url;\nimport("../../vendor/editor.js");\n',
    )
    text = whole.script("scripts/pages/one.js", read=files)
    assert 'new URL("../lab/dom.js", import.meta.url).href' in text
    assert 'import("../../vendor/editor.js")' in text


def test_a_style_sheet_holds_what_it_imports_in_order_and_moves_addresses() -> None:
    files = {
        "styles/all.css": '@import url("a.css");\n@import url("parts/b.css");\n.c {}\n',
        "styles/a.css": '@font-face { src: url("../fonts/a.woff2"); }\n',
        "styles/parts/b.css": '.b { background: url("b.svg"); }\n',
    }
    assert whole.style_sheet("styles/all.css", read=files.__getitem__) == (
        '@font-face { src: url("../fonts/a.woff2"); }\n'
        '.b { background: url("parts/b.svg"); }\n'
        ".c {}\n"
    )


def test_the_whole_style_sheet_imports_nothing_and_misses_nothing() -> None:
    text = whole.style_sheet("styles/all.css", read=read)
    assert "@import" not in text
    sheets = [sheet for sheet in (STATIC / "styles").rglob("*.css") if sheet.name != "all.css"]
    for sheet in sheets:
        own = re.sub(r"^@import .*\n", "", sheet.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert own.strip().splitlines()[-1] in text
        assert own.splitlines()[0] in text


@pytest.mark.parametrize("page", PAGES)
def test_a_whole_script_is_one_that_a_browser_reads(chromium: Browser, page: str) -> None:
    text = whole.script(f"scripts/pages/{page}", read=read)
    tab = chromium.new_page()
    parsed = tab.evaluate(
        """async (text) => {
          const source = `if (false) {${text.replaceAll("import.meta.url", '""')}}`;
          const address = URL.createObjectURL(new Blob([source]));
          const script = document.createElement("script");
          script.src = address;
          return await new Promise((done) => {
            addEventListener("error", ({ message }) => done(message));
            script.onload = () => done("");
            document.head.append(script);
          });
        }""",
        text,
    )
    tab.close()
    assert parsed == ""

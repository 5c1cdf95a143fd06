"""The lesson that ``docs/writing-lessons.md`` builds, as files."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "writing-lessons.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^````\w+ (\S+)\n(.*?)^````$", re.MULTILINE | re.DOTALL)


def write_example(folder: Path) -> dict[str, str]:
    """Write the files of the page into a folder, as a reader would; return them by path."""
    files: dict[str, str] = {}
    for path, text in EXAMPLE.findall(PAGE):
        files[path] = files.get(path, "") + text
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return files

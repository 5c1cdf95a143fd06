"""Names of files: what a zip and every system can have, and nothing that leaves the folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.classroom.file_names import LONGEST_NAME, check_name, check_together
from webapp.runtime.errors import InvalidParameterValue


@pytest.mark.parametrize(
    "name",
    [
        "handler.py",
        "lib/prices.py",
        "a/b/c/d.txt",
        ".env",
        "größe.py",
        "a b.py",
        "event.json",
        "Makefile",
    ],
)
def test_ordinary_names_are_allowed(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "it needs a name"),
        ("  ", "it needs a name"),
        ("/etc/passwd", "from folder to folder"),
        ("../up.py", "from folder to folder"),
        ("lib/../../up.py", "from folder to folder"),
        ("lib//up.py", "from folder to folder"),
        ("lib/", "from folder to folder"),
        ("./a.py", "from folder to folder"),
        ("a\\b.py", "is allowed"),
        ("C:x.py", "is allowed"),
        (":event.json", "is allowed"),
        ("what?.py", "is allowed"),
        ("a\0.py", "cannot be seen"),
        ("a\n.py", "cannot be seen"),
        ("a\u202egnp.py", "cannot be seen"),
        ("half\ud800.py", "cannot be seen"),
        (" a.py", "begins or ends with a space"),
        ("lib /a.py", "begins or ends with a space"),
        ("lib./a.py", "ends with a full stop"),
        ("x" * (LONGEST_NAME + 1), f"at most {LONGEST_NAME} characters"),
        ("ü" * 128, "at most 255 bytes"),
    ],
)
def test_what_cannot_be_a_name_says_why(name: str, why: str) -> None:
    with pytest.raises(InvalidParameterValue, match=why) as refused:
        check_name(name)
    assert refused.value.message.isprintable()


@given(st.text())
def test_a_name_is_allowed_or_refused_in_words_and_never_leaves_its_folder(name: str) -> None:
    try:
        check_name(name)
    except InvalidParameterValue as error:
        error.message.encode()
    else:
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        name.encode()


def test_a_file_cannot_be_a_folder_too() -> None:
    with pytest.raises(InvalidParameterValue, match=r"'lib' cannot be a file and a folder"):
        check_together(["lib", "lib/prices.py"])
    check_together(["lib.py", "lib/prices.py", "lib/more/prices.py"])


def test_names_that_only_differ_in_case_are_refused() -> None:
    with pytest.raises(InvalidParameterValue, match=r"'Handler\.py' and 'handler\.py' differ only"):
        check_together(["handler.py", "Handler.py"])

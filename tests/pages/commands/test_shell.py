"""Whatever a learner types comes out of a real shell as it was, and nothing else happens."""

import json
import shutil
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.pages.commands.shell import command, json_text, option, with_input, word

pytestmark = pytest.mark.slow

SHELLS = [shell for shell in ("sh", "bash", "dash", "zsh", "busybox") if shutil.which(shell)]
HOSTILE = [
    "$(touch /tmp/never)",
    "`touch /tmp/never`",
    "'; touch /tmp/never; '",
    '"; touch /tmp/never; "',
    "a\\",
    "\\'",
    "!!",
    "-n",
    "%s%d\\n",
    "~root",
    "*",
    "\x1b[201~\ntouch /tmp/never\n",
    "\x03\x04\r\t\x7f\x9b",
    "\u202egnp.yt\u2066",
    "two\nlines\n\n",
    "é 🦆 \U000e0041",
    "",
]
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def run(script: str, *, shell: str = "sh") -> str:
    """Run a script as it would be pasted; return what it printed."""
    starts = [shell, "sh"] if shell == "busybox" else [shell]
    done = subprocess.run([*starts, "-c", script], capture_output=True, timeout=60, check=False)
    assert done.stderr == b""
    return done.stdout.decode()


def is_visible(script: str) -> bool:
    return all(letter.isprintable() or letter == "\n" for letter in script)


@pytest.mark.parametrize("shell", SHELLS)
def test_hostile_words_come_out_of_every_shell_as_they_were(shell: str) -> None:
    script = "; ".join(f"printf '%s\\036' {word(text)}" for text in HOSTILE)
    assert is_visible(script)
    assert run(script, shell=shell).split("\x1e")[:-1] == HOSTILE


@given(st.lists(texts, min_size=1, max_size=30))
def test_any_word_comes_out_of_a_shell_as_it_was(words: list[str]) -> None:
    script = "; ".join(f"printf '%s\\000' {word(text)}" for text in words)
    assert is_visible(script)
    assert run(script).split("\0")[:-1] == words


@given(values, st.sampled_from([None, 1, "\t"]))
def test_any_event_is_the_same_json_on_the_other_side(value: Any, indent: str | int | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    script = with_input("cat", json_text(text), mark="EVENT")
    assert is_visible(script)
    assert json.loads(run(script)) == json.loads(text)


def test_lines_of_an_event_stay_and_what_cannot_be_seen_is_written_out() -> None:
    event = '{\r\n\t"a": "\x7f\u202e\U000e0041é"\n}'
    assert json_text(event) == '{\n "a": "\\u007f\\u202e\\udb40\\udc41é"\n}'
    assert json.loads(json_text(event)) == json.loads(event)


def test_the_end_of_the_input_is_a_line_that_the_input_has_not() -> None:
    assert run(with_input("cat", "EVENT\nEVENT_\nx", mark="EVENT")) == "EVENT\nEVENT_\nx\n"


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_what_no_shell_can_be_given_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"NUL|surrogates"):
        word(text)


def test_a_long_command_is_cut_between_words_and_still_one_command() -> None:
    words = ["printf", "'%s\\n'", *(option(f"--name-{number}", "x y") for number in range(12))]
    script = command(*words)
    assert max(map(len, script.split("\n"))) <= 80
    assert len(script.split("\n")) > 2
    assert run(script).split("\n")[:3] == ["--name-0", "x y", "--name-1"]

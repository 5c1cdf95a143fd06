"""The block syntax of directives, as a rule for the Markdown parser.

``:::{name} argument`` to ``:::`` at the left margin. What is between is kept as it is written;
``prose`` decides what it means. Wrong syntax becomes a token of its own, to be reported.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

OPENING = re.compile(r"(?P<fence>:{3,})\{(?P<name>[a-z]*)\}(?:[ \t]+(?P<argument>.*))?")
COLONS = 3
NO_NAME = "Write a directive as ':::{name}', and close it with ':::'."
NOT_CLOSED = "This directive is not closed with ':::'."
INSIDE = "A directive stands at the left margin, not inside a list or a quotation."


def directive_plugin(markdown: MarkdownIt) -> None:
    """Let a parser see directives: tokens ``directive`` and ``directive_problem``."""
    places = ["paragraph", "reference", "blockquote", "list"]
    markdown.block.ruler.before("fence", "directive", _rule, {"alt": places})


def _rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    line = _line(state, start)
    if not line.startswith(":" * COLONS):
        return False
    if silent:
        return True
    opening = OPENING.fullmatch(line.rstrip())
    if opening is None:
        return _problem(state, start, start + 1, NO_NAME)
    close = _closing(state, start, end, fence=opening["fence"])
    if close is None:
        return _problem(state, start, end, NOT_CLOSED)
    if state.level or state.tShift[start] or state.blkIndent:
        return _problem(state, start, close + 1, INSIDE)
    token = state.push("directive", "", 0)
    token.map = [start, close + 1]
    token.info = opening["name"]
    token.meta = {"argument": (opening["argument"] or "").strip()}
    token.content = state.getLines(start + 1, close, 0, False)
    state.line = close + 1
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _closing(state: StateBlock, start: int, end: int, *, fence: str) -> int | None:
    return next((n for n in range(start + 1, end) if _line(state, n).rstrip() == fence), None)


def _problem(state: StateBlock, start: int, end: int, message: str) -> bool:
    token = state.push("directive_problem", "", 0)
    token.map = [start, end]
    token.content = message
    state.line = end
    return True

"""Code in prose, coloured by class names; the colours are the style sheet's."""

from functools import cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from webapp.curriculum.content import Html

PLAIN = "text"


class UnknownLanguage(Exception):
    """A fence names a language that cannot be coloured."""


@cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False)


def code_block(text: str, *, language: str) -> Html:
    """Return a block that the keyboard can scroll. Raises ``UnknownLanguage``."""
    try:
        lexer = _lexer(language or PLAIN)
    except ClassNotFound as error:
        raise UnknownLanguage(f"'{language}' is not a language that can be coloured.") from error
    inner = highlight(text, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
    return Html(f'<pre class="code" tabindex="0"><code>{inner}</code></pre>\n')

"""Why a pattern is refused."""


class PatternInvalid(Exception):
    """A pattern breaks the language's rules; the message says which, in AWS's words."""

    @property
    def message(self) -> str:
        return str(self)

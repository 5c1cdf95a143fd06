"""Text that a process's environment, a header and a database can hold."""

from webapp.runtime.errors import InvalidParameterValue, invalid

LONGEST_DESCRIPTION = 256


def check_description(text: str) -> None:
    """Raise ``ValidationFailed`` or ``InvalidParameterValue`` for what cannot describe anything."""
    if len(text) > LONGEST_DESCRIPTION:
        limit = f"have length less than or equal to {LONGEST_DESCRIPTION}"
        raise invalid(f"{text:.300}", "description", limit)
    check_plain(text, "The description")


def check_plain(text: str, what: str) -> None:
    """Raise ``InvalidParameterValue`` for a NUL or half a character; ``what`` names the text."""
    if "\0" in text:
        raise InvalidParameterValue(f"{what} holds a NUL character.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidParameterValue(
            f"{what} holds half a character (a lone surrogate) at position {error.start}."
        ) from error

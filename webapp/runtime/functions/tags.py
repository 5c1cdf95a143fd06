"""The rules for a function's tags (lambda-behaviour 1.7). Pure."""

from collections.abc import Collection, Mapping

from webapp.runtime.errors import InvalidParameterValue, invalid
from webapp.runtime.functions.plain_text import check_plain

MOST_TAGS = 50


def tagged(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return the tags with the new ones in place. Raises in the service's words."""
    if not new:
        raise InvalidParameterValue("An error occurred and the request cannot be processed.")
    together = {**old, **new}
    check_tags(together)
    return together


def untagged(old: Mapping[str, str], keys: Collection[str]) -> dict[str, str]:
    """Return the tags without these keys; those that are not there are passed over."""
    return {key: value for key, value in old.items() if key not in keys}


def check_tags(tags: Mapping[str, str]) -> None:
    """Raise for too many tags, for one that is too long, and for AWS's own prefix."""
    if len(tags) > MOST_TAGS:
        raise InvalidParameterValue("Number of tags exceeds resource tag limit.")
    for key, value in tags.items():
        if not 1 <= len(key) <= 128:
            raise invalid(key, "tags", "have length between 1 and 128")
        if len(value) > 256:
            raise invalid(value, "tags", "have length less than or equal to 256")
        if key.lower().startswith("aws:"):
            raise InvalidParameterValue(
                f"The tag key '{key}' begins with aws:, which is reserved for AWS. "
                "Choose another key."
            )
        check_plain(key, "A tag's key")
        check_plain(value, f"The value of the tag {key}")

"""Policy documents: JSON that is kept as it was sent, and given back as AWS does."""

import json
from urllib.parse import quote

from webapp.aws.errors import AwsError

TRUST_CHARACTERS = 2048
INLINE_CHARACTERS = 10_240
MANAGED_CHARACTERS = 6144


def check_document(document: str, *, most: int, quota: str) -> None:
    """Raise ``AwsError`` for what is no policy, or one of more than ``most`` characters.

    White space does not count. What the document allows is not looked at.
    """
    try:
        value = json.loads(document)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json")
    if "Statement" not in value:
        raise AwsError("MalformedPolicyDocument", "Syntax errors in policy.")
    if characters(document) > most:
        raise AwsError("LimitExceeded", f"Cannot exceed quota for {quota}: {most}")


def characters(document: str) -> int:
    """Return how many characters of a document count."""
    return len("".join(document.split()))


def encoded(document: str) -> str:
    """Return a document as responses carry it, which is like a part of an address."""
    return quote(document, safe="-_.~")

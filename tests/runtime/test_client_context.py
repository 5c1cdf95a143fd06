"""What clients say of themselves, and what is refused (lambda-behaviour 4.1)."""

import base64
import json

import pytest

from webapp.runtime.client_context import CLIENT_CONTEXT_BYTES, read_client_context
from webapp.runtime.errors import InvalidRequestContent


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_context_is_a_json_object_in_base64_and_becomes_one_line() -> None:
    sent = {"custom": {"team": "bleu-é"}, "env": {"a": "b"}}
    text = read_client_context(encoded(json.dumps(sent, indent=2)))
    assert json.loads(text) == sent
    assert "\n" not in text


@pytest.mark.parametrize(
    "text",
    ["", "no base64!", encoded("not json"), encoded("[1]"), encoded("null"), encoded("[" * 1500)],
)
def test_anything_else_is_refused_in_the_services_words(text: str) -> None:
    with pytest.raises(InvalidRequestContent, match="must be a valid Base64-encoded JSON object"):
        read_client_context(text)


def test_a_context_may_have_3583_bytes_of_base64() -> None:
    fits = encoded(json.dumps({"custom": {"x": "y" * 2600}}))
    assert len(fits) <= CLIENT_CONTEXT_BYTES
    read_client_context(fits)
    with pytest.raises(InvalidRequestContent, match="at most 3583 bytes"):
        read_client_context(encoded(json.dumps({"custom": {"x": "y" * 2700}})))

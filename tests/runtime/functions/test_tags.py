"""The rules for tags, in the service's words."""

import pytest

from webapp.runtime.errors import InvalidParameterValue, ValidationFailed
from webapp.runtime.functions.tags import MOST_TAGS, check_tags, tagged, untagged


def test_a_new_tag_comes_and_one_of_its_key_changes() -> None:
    assert tagged({"a": "1", "b": "2"}, {"b": "3", "c": "4"}) == {"a": "1", "b": "3", "c": "4"}


def test_keys_go_and_those_that_are_not_there_are_passed_over() -> None:
    assert untagged({"a": "1", "b": "2"}, ["b", "nothing"]) == {"a": "1"}


def test_no_tags_at_all_cannot_be_added() -> None:
    with pytest.raises(InvalidParameterValue, match="the request cannot be processed"):
        tagged({"a": "1"}, {})


def test_fifty_tags_are_the_most_old_ones_counted() -> None:
    full = {f"{number}_key": "x" for number in range(MOST_TAGS)}
    assert tagged(full, {"0_key": "y"})["0_key"] == "y"
    with pytest.raises(InvalidParameterValue) as caught:
        tagged(full, {"one more": "x"})
    assert caught.value.message == "Number of tags exceeds resource tag limit."


@pytest.mark.parametrize(
    ("key", "value"),
    [("", "x"), ("k" * 129, "x"), ("k", "v" * 257)],
    ids=["no key", "key", "value"],
)
def test_a_tag_of_the_wrong_length_is_refused(key: str, value: str) -> None:
    with pytest.raises(ValidationFailed, match=r"at 'tags'.*have length"):
        check_tags({key: value})


@pytest.mark.parametrize(
    ("key", "value"), [("aws:mine", "x"), ("AWS:mine", "x"), ("k", "\0"), ("\ud800", "x")]
)
def test_a_tag_that_cannot_be_kept_is_refused(key: str, value: str) -> None:
    with pytest.raises(InvalidParameterValue):
        check_tags({key: value})

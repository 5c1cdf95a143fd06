"""A function's own environment variables: what passes, and the service's words (1.1, 1.6)."""

import json
from dataclasses import replace

import pytest

from webapp.runtime.errors import InvalidParameterValue, ValidationFailed
from webapp.runtime.functions.configuration import check
from webapp.runtime.functions.environment_variables import RESERVED, VARIABLES_BYTES
from webapp.runtime.model import Configuration

PLAIN = Configuration()


def variables_measuring(size_bytes: int) -> dict[str, str]:
    """Return variables that are exactly so large as JSON."""
    return {"AB": "x" * (size_bytes - len('{"AB":""}'))}


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_reserved_name_is_refused_and_named(name: str) -> None:
    with pytest.raises(InvalidParameterValue) as caught:
        check(replace(PLAIN, variables={"MINE": "1", name: "x"}))
    assert caught.value.message == (
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided contains reserved keys that are currently not supported for "
        f"modification. Reserved keys used in this request: {name}"
    )


@pytest.mark.parametrize("name", ["PATH", "TZ", "LANG", "PYTHONPATH", "AWS_LAMBDA_EXEC_WRAPPER"])
def test_names_that_only_have_defaults_may_be_set(name: str) -> None:
    check(replace(PLAIN, variables={name: "x"}))


@pytest.mark.parametrize("name", ["", "A", "1A", "_A", "A-B", "A B", "A=B", "A\0B", "ÄB", "AB\n"])
def test_a_variable_that_is_spelt_wrong_is_refused(name: str) -> None:
    with pytest.raises(ValidationFailed, match=r"at 'environment\.variables'"):
        check(replace(PLAIN, variables={name: "x"}))


def test_variables_may_measure_4096_bytes_as_json_and_not_one_more() -> None:
    check(replace(PLAIN, variables=variables_measuring(VARIABLES_BYTES)))
    too_much = variables_measuring(VARIABLES_BYTES + 1)
    with pytest.raises(InvalidParameterValue) as caught:
        check(replace(PLAIN, variables=too_much))
    assert caught.value.message == (
        "Lambda was unable to configure your environment variables because the environment "
        "variables you have provided exceeded the 4KB limit. String measured: "
        + json.dumps(too_much, separators=(",", ":"))
    )


def test_far_too_much_is_refused_without_repeating_all_of_it() -> None:
    for variables in (
        {"AB": "x" * 10_000_000},
        {f"A{number}": "x" for number in range(100_000)},
        {"A" * 1_000_000: "x"},
    ):
        with pytest.raises(InvalidParameterValue, match="exceeded the 4KB limit") as caught:
            check(replace(PLAIN, variables=variables))
        assert len(caught.value.message) < 5 * VARIABLES_BYTES

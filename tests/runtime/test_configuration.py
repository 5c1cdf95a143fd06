"""Names and configurations: what passes, and the service's words for what does not (1.1, 1.6)."""

import json
import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.runtime.configuration import RESERVED, RUNTIMES, VARIABLES_BYTES, check, check_name
from webapp.runtime.errors import InvalidParameterValue, ValidationFailed
from webapp.runtime.model import Configuration

PLAIN = Configuration()
NAME_LETTERS = string.ascii_letters + string.digits + "-_"
RANGES = {"memory_mb": (128, 10240), "timeout": (1, 900), "temporary_mb": (512, 10240)}
PATHS = {
    "memory_mb": "memorySize",
    "timeout": "timeout",
    "temporary_mb": "ephemeralStorage.size",
}


def variables_measuring(size_bytes: int) -> dict[str, str]:
    """Return variables that are exactly so large as JSON."""
    return {"AB": "x" * (size_bytes - len('{"AB":""}'))}


def test_the_defaults_are_allowed() -> None:
    check(PLAIN)


@given(st.text(alphabet=NAME_LETTERS, min_size=1, max_size=64))
def test_a_name_of_one_to_64_known_characters_is_allowed(name: str) -> None:
    check_name(name)


@given(st.text(max_size=70))
@example("")
@example("a" * 65)
@example("name\n")
@example("ünïcode")
def test_any_other_name_is_refused_as_a_validation_error(name: str) -> None:
    if 1 <= len(name) <= 64 and set(name) <= set(NAME_LETTERS):
        check_name(name)
        return
    with pytest.raises(ValidationFailed, match=r"^1 validation error detected: Value '") as caught:
        check_name(name)
    assert "at 'functionName' failed to satisfy constraint: Member must" in caught.value.message


def test_a_long_name_is_told_how_long_it_may_be() -> None:
    with pytest.raises(ValidationFailed) as caught:
        check_name("a" * 65)
    assert caught.value.message.endswith("Member must have length less than or equal to 64")


@given(st.sampled_from(sorted(RANGES)), st.integers())
@example("memory_mb", 127)
@example("memory_mb", 128)
@example("memory_mb", 10240)
@example("memory_mb", 10241)
@example("timeout", 0)
@example("timeout", 1)
@example("timeout", 900)
@example("timeout", 901)
@example("temporary_mb", 511)
@example("temporary_mb", 512)
@example("temporary_mb", 10240)
@example("temporary_mb", 10241)
def test_numbers_outside_their_range_are_refused_with_the_border(field: str, value: int) -> None:
    lowest, highest = RANGES[field]
    changes: dict[str, Any] = {field: value}
    configuration = replace(PLAIN, **changes)
    if lowest <= value <= highest:
        check(configuration)
        return
    border = f"greater than or equal to {lowest}"
    if value > highest:
        border = f"less than or equal to {highest}"
    with pytest.raises(ValidationFailed) as caught:
        check(configuration)
    assert caught.value.message == (
        f"1 validation error detected: Value '{value}' at '{PATHS[field]}' failed to satisfy "
        f"constraint: Member must have value {border}"
    )


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_supported_python_is_allowed(runtime: str) -> None:
    check(replace(PLAIN, runtime=runtime))


@pytest.mark.parametrize("runtime", ["python2.7", "python3.8", "nodejs22.x", "", "python3.11 "])
def test_a_runtime_that_is_not_here_is_refused_with_those_that_are(runtime: str) -> None:
    with pytest.raises(InvalidParameterValue, match=r"Use one of python3.9, .*python3.14"):
        check(replace(PLAIN, runtime=runtime))


def test_an_unknown_architecture_is_refused() -> None:
    check(replace(PLAIN, architecture="arm64"))
    with pytest.raises(ValidationFailed, match=r"satisfy enum value set: \[x86_64, arm64\]"):
        check(replace(PLAIN, architecture="mips"))


@pytest.mark.parametrize(
    ("handler", "constraint"),
    [
        ("h" * 129, "have length less than or equal to 128"),
        ("", r"satisfy regular expression pattern: [^\s]+"),
        ("my handler.run", r"satisfy regular expression pattern: [^\s]+"),
        ("handler.run\n", r"satisfy regular expression pattern: [^\s]+"),
    ],
)
def test_a_handler_that_no_service_would_take_is_refused(handler: str, constraint: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        check(replace(PLAIN, handler=handler))
    assert caught.value.message == (
        f"1 validation error detected: Value '{handler}' at 'handler' failed to satisfy "
        f"constraint: Member must {constraint}"
    )


@pytest.mark.parametrize("handler", ["no_dot", "a.b.c.d", "pkg/mod.f", "h" * 128])
def test_where_a_handler_leads_is_found_out_at_init_not_here(handler: str) -> None:
    check(replace(PLAIN, handler=handler))


def test_a_description_has_256_characters_at_most() -> None:
    check(replace(PLAIN, description="d" * 256))
    with pytest.raises(ValidationFailed, match=r"at 'description'.*equal to 256"):
        check(replace(PLAIN, description="d" * 257))


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


@pytest.mark.parametrize("field", ["value", "handler", "description"])
@pytest.mark.parametrize(
    ("text", "why"), [("a\0b", "NUL character"), ("a\ud800b", "lone surrogate.*position 1")]
)
def test_text_that_no_process_can_have_is_refused(field: str, text: str, why: str) -> None:
    changes: dict[str, Any] = {"variables": {"AB": text}} if field == "value" else {field: text}
    with pytest.raises(InvalidParameterValue, match=why):
        check(replace(PLAIN, **changes))


any_text = st.text(st.characters(), max_size=20)


@given(
    variables=st.dictionaries(st.sampled_from(["AB", "_HANDLER", "a1"]) | any_text, any_text),
    handler=any_text,
    description=any_text,
)
def test_whatever_passes_can_be_given_to_a_process(
    variables: dict[str, str], handler: str, description: str
) -> None:
    try:
        check(replace(PLAIN, variables=variables, handler=handler, description=description))
    except (InvalidParameterValue, ValidationFailed):
        return
    for text in [handler, description, *variables, *variables.values()]:
        assert b"\0" not in text.encode()

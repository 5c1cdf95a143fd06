"""Names and configurations: what passes, and the service's words for what does not (1.1, 1.6)."""

import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webapp.runtime.errors import InvalidParameterValue, ValidationFailed
from webapp.runtime.functions.configuration import ELSEWHERE_CHARACTERS, check, check_name
from webapp.runtime.model import Configuration, Logging

PLAIN = Configuration()
NAME_LETTERS = string.ascii_letters + string.digits + "-_"
RANGES = {"memory_mb": (128, 10240), "timeout": (1, 900), "temporary_mb": (512, 10240)}
PATHS = {
    "memory_mb": "memorySize",
    "timeout": "timeout",
    "temporary_mb": "ephemeralStorage.size",
}


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
    with pytest.raises(
        (ValidationFailed, InvalidParameterValue), match=r"^1 validation error detected: Value '"
    ) as caught:
        check_name(name)
    assert "at 'functionName' failed to satisfy constraint: Member must" in caught.value.message


def test_a_long_name_is_told_how_long_it_may_be() -> None:
    with pytest.raises(InvalidParameterValue) as caught:
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


def test_a_function_traces_or_does_not() -> None:
    check(replace(PLAIN, tracing="Active"))
    with pytest.raises(ValidationFailed, match=r"at 'tracingConfig.mode'.*PassThrough, Active"):
        check(replace(PLAIN, tracing="Sometimes"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "target",
    ["arn:aws:sqs:us-east-1:123456789012:lost", "arn:aws:sns:eu-west-1:123456789012:lost.fifo"],
)
def test_a_queue_or_a_topic_can_take_dead_letters(target: str) -> None:
    check(replace(PLAIN, dead_letter_target=target))


@pytest.mark.parametrize(
    "target", ["", "lost", "arn:aws:lambda:us-east-1:123456789012:function:f", "arn:aws:sqs:x:1:q"]
)
def test_nothing_else_can_take_dead_letters(target: str) -> None:
    with pytest.raises(InvalidParameterValue, match="neither an SQS queue nor an SNS topic"):
        check(replace(PLAIN, dead_letter_target=target))


def test_levels_filter_structured_logs_only() -> None:
    levels = Logging(format="JSON", application_level="WARN", system_level="DEBUG", group="/mine")
    check(replace(PLAIN, logging=levels))
    for text in (Logging(application_level="WARN"), Logging(system_level="DEBUG")):
        with pytest.raises(InvalidParameterValue, match="set LogFormat to JSON"):
            check(replace(PLAIN, logging=text))


@pytest.mark.parametrize(
    ("logging", "path"),
    [
        (Logging(format="XML"), "logFormat"),  # type: ignore[arg-type]
        (Logging(format="JSON", application_level="LOUD"), "applicationLogLevel"),  # type: ignore[arg-type]
        (Logging(format="JSON", system_level="TRACE"), "systemLogLevel"),  # type: ignore[arg-type]
        (Logging(group="a group"), "logGroup"),
        (Logging(group="g" * 513), "logGroup"),
    ],
)
def test_logging_that_there_is_not_is_refused(logging: Logging, path: str) -> None:
    with pytest.raises(ValidationFailed, match=rf"at 'loggingConfig\.{path}'"):
        check(replace(PLAIN, logging=logging))


def test_what_only_aws_acts_on_is_kept_within_a_limit() -> None:
    check(replace(PLAIN, elsewhere={"VpcConfig": {"SubnetIds": ["subnet-1"]}}))
    for far_too_much in (
        "x" * ELSEWHERE_CHARACTERS,
        ["x"] * ELSEWHERE_CHARACTERS,
        {str(number): "x" for number in range(ELSEWHERE_CHARACTERS)},
        [[["x" * 9000], ["y" * 9000]]],
    ):
        with pytest.raises(InvalidParameterValue, match=f"at most {ELSEWHERE_CHARACTERS}"):
            check(replace(PLAIN, elsewhere={"VpcConfig": far_too_much}))

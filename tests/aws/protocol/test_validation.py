"""What a service's model forbids, in the words that AWS's services have for it."""

import time
from typing import Any

import pytest
from botocore.model import Shape
from hypothesis import given
from hypothesis import strategies as st

from tests.aws.protocol.clients import SERVICES, compiled, model
from webapp.aws.protocol.patterns import compiled_pattern
from webapp.aws.protocol.validation import validation_message

CREATE = {"FunctionName": "f", "Role": "arn:aws:iam::000000000000:role/r", "Code": {}}


def problems(service: str, operation: str, **values: Any) -> list[str]:
    return compiled(service, operation).check(values)


def created(**values: Any) -> list[str]:
    return problems("lambda", "CreateFunction", **{**CREATE, **values})


def test_what_is_allowed_is_no_problem() -> None:
    assert (
        created(
            MemorySize=128,
            Timeout=900,
            Runtime="python3.11",
            Layers=["arn:aws:lambda:us-east-1:000000000000:layer:l:1"],
        )
        == []
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"MemorySize": 127},
            (
                "Value '127' at 'memorySize' failed to satisfy constraint: "
                "Member must have value greater than or equal to 128"
            ),
        ),
        (
            {"Timeout": 0},
            (
                "Value '0' at 'timeout' failed to satisfy constraint: "
                "Member must have value greater than or equal to 1"
            ),
        ),
        (
            {"Description": "x" * 257},
            (
                f"Value '{'x' * 257}' at 'description' failed to satisfy constraint: "
                "Member must have length less than or equal to 256"
            ),
        ),
        (
            {"Handler": "a b"},
            (
                "Value 'a b' at 'handler' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: [^\s]+"
            ),
        ),
        (
            {"PackageType": "Jar"},
            (
                "Value 'Jar' at 'packageType' failed to satisfy constraint: "
                "Member must satisfy enum value set: [Zip, Image]"
            ),
        ),
        (
            {"EphemeralStorage": {"Size": 1}},
            (
                "Value '1' at 'ephemeralStorage.size' failed to satisfy constraint: "
                "Member must have value greater than or equal to 512"
            ),
        ),
        (
            {"EphemeralStorage": {}},
            (
                "Value null at 'ephemeralStorage.size' failed to satisfy constraint: "
                "Member must not be null"
            ),
        ),
        (
            {"Architectures": ["x86_64", "sparc"]},
            (
                "Value '[x86_64, sparc]' at 'architectures' failed to satisfy constraint: "
                "Member must satisfy constraint: [Member must satisfy enum value set: "
                "[x86_64, arm64], Member must not be null]"
            ),
        ),
        (
            {"Architectures": []},
            (
                "Value '[]' at 'architectures' failed to satisfy constraint: "
                "Member must have length greater than or equal to 1"
            ),
        ),
        (
            {"FileSystemConfigs": [{"Arn": "x"}]},
            (
                "Value null at 'fileSystemConfigs.1.member.localMountPath' failed to satisfy "
                "constraint: Member must not be null"
            ),
        ),
    ],
)
def test_each_constraint_has_its_words(values: dict[str, Any], said: str) -> None:
    assert said in created(**values)


def test_everything_that_is_wrong_is_counted() -> None:
    assert validation_message(["a"]) == "1 validation error detected: a"
    assert validation_message(["a", "b"]) == "2 validation errors detected: a; b"
    found = problems("iam", "CreateRole")
    assert [one.split("'")[1] for one in found] == ["roleName", "assumeRolePolicyDocument"]


def test_what_is_secret_is_not_repeated() -> None:
    said = problems("sts", "AssumeRoleWithWebIdentity", WebIdentityToken="abc")
    assert [one for one in said if one.startswith("Value at 'webIdentityToken' failed")]
    assert "abc" not in "".join(said)


def test_a_null_in_a_list_is_refused() -> None:
    assert "Member must not be null" in created(Architectures=[None])[0]


NEARLY = ("a", ":", "/a", "a-", " ", "a.", "arn:aws:a:", "$.a", "1", "-", "a/", "*", ".")


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_no_pattern_takes_long_over_text_that_nearly_fits(service: str) -> None:
    for pattern in sorted(patterns(service)):
        expression = compiled_pattern(pattern)
        if expression is None:
            continue
        for part in NEARLY:
            begun = time.process_time()
            expression.fullmatch((part * 4096)[:4000] + "\x01")
            assert time.process_time() - begun < 5, (pattern, part)


def test_a_value_that_is_too_long_is_refused_for_that_alone() -> None:
    [said] = created(FunctionName="!" * 100_000)
    assert said.endswith("Member must have length less than or equal to 140")


def patterns(service: str) -> set[str]:
    served = model(service)
    shapes: list[Shape] = [served.shape_for(name) for name in served.shape_names]
    return {shape.metadata["pattern"] for shape in shapes if "pattern" in shape.metadata}


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [
        (r"[\w+=,.@-]+", "a_b@c", "é"),
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "é 1", "!"),
        (r"[\w-_]*", "a-b_", "!"),
        (r"^[a-z]+$", "abc", "abc\n"),
    ],
)
def test_javas_patterns_mean_the_same_here(pattern: str, fits: str, fails: str) -> None:
    compiled_one = compiled_pattern(pattern)
    assert compiled_one is not None
    assert compiled_one.fullmatch(fits)
    assert not compiled_one.fullmatch(fails)


@given(size=st.integers())
def test_a_range_is_kept_exactly(size: int) -> None:
    assert (created(MemorySize=size) == []) == (128 <= size <= 32768)

"""Names of runtimes: which functions can be made for, and the words for the others (1.1, 1.6)."""

import pytest

from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.functions.runtimes import (
    ONLY_ON_AWS,
    RETIRED,
    RUNTIMES,
    check_runtime,
    is_another,
    kind_of,
    version_arn,
    version_of,
)


@pytest.mark.parametrize("name", RUNTIMES)
def test_every_runtime_that_runs_here_is_accepted(name: str) -> None:
    check_runtime(name)


@pytest.mark.parametrize("name", sorted(RETIRED))
def test_a_retired_runtime_is_refused_in_the_services_words(name: str) -> None:
    with pytest.raises(InvalidParameterValue) as caught:
        check_runtime(name)
    assert caught.value.message == (
        f"The runtime parameter of {name} is no longer supported for creating or updating AWS "
        "Lambda functions. We recommend you use a supported runtime while creating or updating "
        "functions."
    )


@pytest.mark.parametrize("name", sorted(ONLY_ON_AWS))
def test_a_runtime_that_only_aws_has_is_refused_with_those_that_are_here(name: str) -> None:
    with pytest.raises(InvalidParameterValue, match=r"exists on AWS.*Use one of python3.9, "):
        check_runtime(name)


@pytest.mark.parametrize("name", ["", "python3.11 ", "python4.0", "cobol"])
def test_any_other_name_is_told_which_there_are(name: str) -> None:
    with pytest.raises(InvalidParameterValue, match=r"enum value set: \[python3.9, .*al2023\]"):
        check_runtime(name)


def test_every_name_is_of_one_kind() -> None:
    kinds = [set(RUNTIMES), ONLY_ON_AWS, RETIRED]
    assert sum(len(kind) for kind in kinds) == len(set().union(*kinds))


def test_a_version_has_an_arn_of_its_region_without_an_account() -> None:
    arn = version_arn("python3.13", region="eu-west-1")
    assert arn.startswith("arn:aws:lambda:eu-west-1::runtime:")
    assert len(arn.rpartition(":")[2]) == 64
    assert arn != version_arn("python3.12", region="eu-west-1")


@pytest.mark.parametrize(
    ("runtime", "version"),
    [
        ("python3.9", "python:3.9.coldstart"),
        ("nodejs20.x", "nodejs:20.coldstart"),
        ("provided.al2023", "provided:al2023.coldstart"),
    ],
)
def test_a_version_is_written_as_aws_writes_its_own(runtime: str, version: str) -> None:
    assert version_of(runtime) == version


@pytest.mark.parametrize(
    ("runtime", "kind"),
    [
        ("python3.13", "python"),
        ("nodejs22.x", "node"),
        ("provided.al2", "bootstrap"),
        ("", "python"),
    ],
)
def test_what_runs_a_function_follows_from_its_runtime(runtime: str, kind: str) -> None:
    assert kind_of(runtime) == kind


@pytest.mark.parametrize(
    ("interpreter", "runtime", "another"),
    [
        ("Python 3.11.7", "python3.11", False),
        ("Python 3.11.7", "python3.1", True),
        ("Python 3.11.7", "python3.13", True),
        ("Node.js 20.20.2", "nodejs20.x", False),
        ("Node.js 22.1.0", "nodejs20.x", True),
        ("", "provided.al2023", False),
    ],
)
def test_another_version_than_was_asked_for_is_noticed(
    interpreter: str, runtime: str, another: bool
) -> None:
    assert is_another(interpreter, runtime=runtime) == another

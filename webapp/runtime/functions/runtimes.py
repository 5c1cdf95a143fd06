"""The names of runtimes: which there are, which AWS has retired, which cannot run here (1.1)."""

import hashlib
from typing import Literal

from webapp.runtime.errors import InvalidParameterValue

PYTHONS = tuple(f"python3.{minor}" for minor in range(9, 15))
NODES = ("nodejs18.x", "nodejs20.x", "nodejs22.x", "nodejs24.x")
BARE = ("provided.al2", "provided.al2023")
"""Runtimes that bring nothing: the archive holds the program, called ``bootstrap``."""
RUNTIMES = (*PYTHONS, *NODES, *BARE)

ONLY_ON_AWS = frozenset(
    {
        "dotnet8",
        "dotnet10",
        "java8.al2",
        "java11",
        "java17",
        "java21",
        "java25",
        "ruby3.2",
        "ruby3.3",
        "ruby3.4",
        "ruby4.0",
    }
)
RETIRED = frozenset(
    {
        "dotnet6",
        "dotnetcore1.0",
        "dotnetcore2.0",
        "dotnetcore2.1",
        "dotnetcore3.1",
        "go1.x",
        "java8",
        "nodejs",
        "nodejs4.3",
        "nodejs4.3-edge",
        "nodejs6.10",
        "nodejs8.10",
        "nodejs10.x",
        "nodejs12.x",
        "nodejs14.x",
        "nodejs16.x",
        "provided",
        "python2.7",
        "python3.6",
        "python3.7",
        "python3.8",
        "ruby2.5",
        "ruby2.7",
    }
)


Kind = Literal["python", "node", "bootstrap"]


def kind_of(runtime: str) -> Kind:
    """Return what runs a runtime's functions; no name means the app's own Python."""
    if runtime in BARE:
        return "bootstrap"
    return "node" if runtime in NODES else "python"


def is_another(interpreter: str, *, runtime: str) -> bool:
    """Tell whether an interpreter such as ``Python 3.11.7`` is of another version than asked."""
    wanted = runtime.removeprefix("python").removeprefix("nodejs").removesuffix(".x")
    version = interpreter.rpartition(" ")[2]
    return bool(interpreter) and not f"{version}.".startswith(f"{wanted}.")


def check_runtime(name: str) -> None:
    """Raise ``InvalidParameterValue`` unless functions can be made for this runtime."""
    if name in RUNTIMES:
        return
    if name in RETIRED:
        raise InvalidParameterValue(
            f"The runtime parameter of {name} is no longer supported for creating or updating "
            "AWS Lambda functions. We recommend you use a supported runtime while creating or "
            "updating functions."
        )
    if name in ONLY_ON_AWS:
        raise InvalidParameterValue(
            f"The runtime {name} exists on AWS, but is not available here. "
            f"Use one of {', '.join(RUNTIMES)}."
        )
    raise InvalidParameterValue(
        f"Value {name} at 'runtime' failed to satisfy constraint: Member must satisfy enum value "
        f"set: [{', '.join(RUNTIMES)}] or be a valid ARN"
    )


def version_of(runtime: str) -> str:
    """Return the runtime's version as INIT_START prints it; it is ours, not AWS's."""
    for name in ("python", "nodejs", "provided."):
        if runtime.startswith(name):
            version = runtime.removeprefix(name).removesuffix(".x")
            return f"{name.rstrip('.')}:{version}.coldstart"
    return f"{runtime}.coldstart"


def version_arn(runtime: str, *, region: str) -> str:
    """Return the ARN of the runtime's version; its hash is made from the version's name."""
    digest = hashlib.sha256(version_of(runtime).encode()).hexdigest()
    return f"arn:aws:lambda:{region}::runtime:{digest}"

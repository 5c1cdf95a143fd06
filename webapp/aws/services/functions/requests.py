"""What requests say of a function: its name, its code, and what is configured of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from webapp.aws.call import Call, Request
from webapp.aws.errors import AwsError
from webapp.aws.services.functions.shapes import ELSEWHERE
from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.functions.function_reference import FunctionReference, refer
from webapp.runtime.functions.layers import check_layers
from webapp.runtime.model import Configuration, Logging

_SIMPLE = {
    "Runtime": "runtime",
    "Handler": "handler",
    "Role": "role",
    "Description": "description",
    "MemorySize": "memory_mb",
    "Timeout": "timeout",
}


def function_of(call: Call, request: Request) -> FunctionReference:
    """Return which function a request is about. Raises a ``ServiceError``."""
    return refer(
        request["FunctionName"],
        address=call.place.address,
        action=call.operation,
        qualifier=request.get("Qualifier"),
    )


def whole_function_of(call: Call, request: Request) -> FunctionReference:
    """Return the function of an operation that versions and aliases do not know."""
    function = function_of(call, request)
    if function.qualifier is not None:
        raise InvalidParameterValue(
            "This operation is permitted on Lambda functions only. Aliases and versions do not "
            "support this operation. Please specify either a function name or an unqualified "
            "function ARN."
        )
    return function


def check_publishing(request: Request) -> None:
    """Raise ``InvalidParameterValue`` for what only Lambda Managed Instances can publish."""
    if request.get("PublishTo"):
        raise InvalidParameterValue(
            "PublishTo is for functions on capacity providers, which Coldstart does not have. "
            "Leave it out; Publish makes a numbered version."
        )


def check_package(request: Request) -> None:
    """Raise unless a new function is a zip with a runtime and a handler."""
    if request.get("PackageType", "Zip") != "Zip":
        raise InvalidParameterValue(
            "Coldstart runs zip archives only, no container images. "
            "Use PackageType Zip and send ZipFile or name an object in S3."
        )
    if not request.get("Runtime") or not request.get("Handler"):
        raise InvalidParameterValue(
            "Runtime and Handler are mandatory parameters for functions created with deployment "
            "packages."
        )
    signing = request.get("CodeSigningConfigArn")
    if signing:
        raise no_signing(signing)


def no_signing(arn: str) -> AwsError:
    """Return the refusal of a code signing configuration."""
    return AwsError(
        "CodeSigningConfigNotFoundException",
        "The code signing configuration cannot be found. Check that the provided "
        f"configuration is not deleted: {arn}.",
    )


def configuration_of(call: Call, request: Request, *, old: Configuration) -> Configuration:
    """Return the configuration with what the request says in place of what was."""
    check_layers(request.get("Layers") or (), address=call.place.address)
    changes: dict[str, Any] = {
        field: request[member] for member, field in _SIMPLE.items() if member in request
    }
    if "Environment" in request:
        changes["variables"] = request["Environment"].get("Variables", {})
    if "EphemeralStorage" in request:
        changes["temporary_mb"] = request["EphemeralStorage"]["Size"]
    if "Architectures" in request:
        changes["architecture"] = request["Architectures"][0]
    if "TracingConfig" in request:
        changes["tracing"] = request["TracingConfig"].get("Mode", "PassThrough")
    if "DeadLetterConfig" in request:
        changes["dead_letter_target"] = request["DeadLetterConfig"].get("TargetArn") or None
    if "LoggingConfig" in request:
        changes["logging"] = _logging(request["LoggingConfig"], old.logging)
    return replace(old, **changes, elsewhere=_elsewhere(request, old.elsewhere))


def _logging(members: Mapping[str, Any], old: Logging) -> Logging:
    """Return LoggingConfig with what was sent; back at text, the levels are gone."""
    log_format = members.get("LogFormat", old.format)
    former = old if log_format == "JSON" else Logging()
    return Logging(
        format=log_format,
        application_level=members.get("ApplicationLogLevel", former.application_level),
        system_level=members.get("SystemLogLevel", former.system_level),
        group=members.get("LogGroup", old.group),
    )


def _elsewhere(request: Request, old: Mapping[str, Any]) -> dict[str, Any]:
    sent = {name: request[name] for name in ELSEWHERE if name in request}
    together = {**old, **sent}
    if not together.get("KMSKeyArn"):
        together.pop("KMSKeyArn", None)
    return together

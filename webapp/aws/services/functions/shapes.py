"""Functions as Lambda shows them: member by member (lambda-behaviour 1.1)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from webapp.runtime.environments.variables import function_arn
from webapp.runtime.functions.runtimes import version_arn
from webapp.runtime.model import LATEST, Address, Configuration, FunctionRecord

Shape = dict[str, Any]

ELSEWHERE = (
    "VpcConfig",
    "FileSystemConfigs",
    "KMSKeyArn",
    "ImageConfig",
    "SnapStart",
    "TenancyConfig",
    "CapacityProviderConfig",
    "DurableConfig",
    "RuntimeConfig",
    "AcceleratorConfig",
)
"""Members that only AWS acts on: kept and shown."""
_ONLY_OF_ONE = (
    "State",
    "StateReason",
    "StateReasonCode",
    "LastUpdateStatus",
    "LastUpdateStatusReason",
    "LastUpdateStatusReasonCode",
    "RuntimeVersionConfig",
)
"""Members that a list of functions leaves out (API:ListFunctions)."""


def function_configuration(
    record: FunctionRecord, *, address: Address, qualifier: str | None = None
) -> Shape:
    """Return a FunctionConfiguration. The ARN has a qualifier if the caller gave one."""
    arn = function_arn(record.name, account=address.account, region=address.region)
    return {
        "FunctionName": record.name,
        "FunctionArn": arn if qualifier is None else f"{arn}:{qualifier}",
        "CodeSize": record.code_size_bytes,
        "CodeSha256": record.code_sha256,
        "LastModified": last_modified(record.last_modified),
        "RevisionId": record.revision_id,
        "Version": record.version,
        "PackageType": "Zip",
        **_configured(record.configuration, record, address),
        **_state(record),
    }


def version_key(record: FunctionRecord) -> str:
    """Return what lists of functions are sorted by: the name, ``$LATEST``, then the numbers."""
    number = 0 if record.version == LATEST else int(record.version)
    return f"{record.name} {number:012}"


def listed(shape: Shape) -> Shape:
    """Return a function as a list of functions shows it."""
    return {name: value for name, value in shape.items() if name not in _ONLY_OF_ONE}


def last_modified(time: float) -> str:
    """Return ``2026-01-02T03:04:05.678+0000``."""
    stamp = datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{stamp[:-3]}+0000"


def _configured(configuration: Configuration, record: FunctionRecord, address: Address) -> Shape:
    variables = dict(configuration.variables)
    target = configuration.dead_letter_target
    arn = version_arn(configuration.runtime, region=address.region)
    return {
        "Runtime": configuration.runtime,
        "RuntimeVersionConfig": {"RuntimeVersionArn": arn},
        "Role": configuration.role,
        "Handler": configuration.handler,
        "Description": record.description,
        "Timeout": configuration.timeout,
        "MemorySize": configuration.memory_mb,
        "EphemeralStorage": {"Size": configuration.temporary_mb},
        "Architectures": [configuration.architecture],
        "TracingConfig": {"Mode": configuration.tracing},
        "Environment": {"Variables": variables} if variables else None,
        "DeadLetterConfig": {"TargetArn": target} if target else None,
        "LoggingConfig": _logging(configuration, record.name),
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        **_elsewhere(configuration.elsewhere),
    }


def _logging(configuration: Configuration, name: str) -> Shape:
    logging = configuration.logging
    shown = {
        "LogFormat": logging.format,
        "LogGroup": logging.group or f"/aws/lambda/{name}",
    }
    if logging.format != "JSON":
        return shown
    return {
        **shown,
        "ApplicationLogLevel": logging.application_level or "INFO",
        "SystemLogLevel": logging.system_level or "INFO",
    }


def _elsewhere(members: Mapping[str, Any]) -> Shape:
    shown: Shape = dict(members)
    if "VpcConfig" in shown:
        vpc = {"SubnetIds": [], "SecurityGroupIds": [], "Ipv6AllowedForDualStack": False}
        shown["VpcConfig"] = {**vpc, "VpcId": "", **shown["VpcConfig"]}
    if "SnapStart" in shown:
        shown["SnapStart"] = {"ApplyOn": "None", "OptimizationStatus": "Off", **shown["SnapStart"]}
    if "ImageConfig" in shown:
        shown["ImageConfigResponse"] = {"ImageConfig": shown.pop("ImageConfig")}
    return shown


def _state(record: FunctionRecord) -> Shape:
    """Return State and LastUpdateStatus; what is still being created has had no update."""
    shown: Shape = {
        "State": record.state,
        "StateReason": record.state_reason,
        "StateReasonCode": record.state_reason_code,
    }
    if record.state == "Pending":
        return shown
    return {
        **shown,
        "LastUpdateStatus": record.update_status,
        "LastUpdateStatusReason": record.update_reason,
        "LastUpdateStatusReasonCode": record.update_reason_code,
    }

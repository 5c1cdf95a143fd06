"""What a process is told: variables, and headers of events (lambda-behaviour 1.4, 3.1)."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from webapp.runtime.faults import NOTHING, Injection
from webapp.runtime.functions.runtimes import kind_of
from webapp.runtime.launcher.inside import network
from webapp.runtime.model import Address, FunctionRecord, Invocation, Logging
from webapp.runtime.ports import EnvironmentIdentity

GATEWAY_URL = f"http://{network.HOST}:{network.GATEWAY_PORT}"
"""Where botocore finds this lab's services, unless the function's own variables say otherwise."""


@dataclass(frozen=True, slots=True)
class LogDestination:
    """Where an environment's log goes, as its process is told."""

    group: str
    stream: str


def log_destination(function: FunctionRecord, *, environment: str, time: float) -> LogDestination:
    """Return the function's group, and ``YYYY/MM/DD/[version]<32 hex>`` of the environment."""
    group = function.configuration.logging.group or f"/aws/lambda/{function.name}"
    day = f"{datetime.fromtimestamp(time, UTC):%Y/%m/%d}"
    return LogDestination(group, f"{day}/[{function.version}]{environment}")


def function_arn(name: str, *, account: str, region: str) -> str:
    return f"arn:aws:lambda:{region}:{account}:function:{name}"


def process_variables(
    function: FunctionRecord,
    *,
    identity: EnvironmentIdentity,
    gateway: bool,
    logs: LogDestination,
) -> dict[str, str]:
    """Return a process's variables: defaults, then the user's, then the platform's.

    ``gateway``: somebody answers there.
    """
    configuration = function.configuration
    return {
        **({"AWS_ENDPOINT_URL": GATEWAY_URL} if gateway else {}),
        "LANG": "en_US.UTF-8",
        "LC_CTYPE": "C.UTF-8",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:"
        "/var/task:/var/task/lib:/opt/lib",
        **_of_kind(configuration.runtime),
        "PWD": "/var/task",
        "SHLVL": "0",
        "TZ": ":UTC",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
        "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        **configuration.variables,
        "_HANDLER": configuration.handler,
        "AWS_REGION": identity.region,
        "AWS_DEFAULT_REGION": identity.region,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        **_log_format(configuration.logging),
        "AWS_LAMBDA_LOG_GROUP_NAME": logs.group,
        "AWS_LAMBDA_LOG_STREAM_NAME": logs.stream,
        "AWS_ACCESS_KEY_ID": identity.access_key_id,
        "AWS_SECRET_ACCESS_KEY": identity.secret_access_key,
        "AWS_SESSION_TOKEN": identity.session_token,
        "AWS_LAMBDA_RUNTIME_API": f"{network.HOST}:{network.RUNTIME_API_PORT}",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        **_execution_environment(configuration.runtime),
    }


def _of_kind(runtime: str) -> dict[str, str]:
    """Return what only the runtimes of one language have; anybody may override it."""
    kind = kind_of(runtime)
    if kind == "python":
        return {"PYTHONPATH": "/var/runtime"}
    if kind == "node":
        major = runtime.removeprefix("nodejs").removesuffix(".x")
        places = (f"/opt/nodejs/node{major}", "/opt/nodejs", "/var/runtime")
        return {"NODE_PATH": ":".join(f"{place}/node_modules" for place in places)}
    return {}


def _execution_environment(runtime: str) -> dict[str, str]:
    """Return the runtime's name, which those that bring nothing don't have."""
    if kind_of(runtime) == "bootstrap":
        return {}
    return {"AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}"}


def _log_format(logging: Logging) -> dict[str, str]:
    """Return what tells the runtime client to log in JSON; for text it is told nothing."""
    if logging.format == "Text":
        return {}
    level = logging.application_level or "INFO"
    return {"AWS_LAMBDA_LOG_FORMAT": logging.format, "AWS_LAMBDA_LOG_LEVEL": level}


def event_headers(
    invocation: Invocation,
    *,
    address: Address,
    deadline: float,
    trace: str,
    injected: Injection = NOTHING,
) -> dict[str, str]:
    """Return the headers of ``next`` beside the request id; ``deadline`` is real time (rule 12)."""
    arn = function_arn(invocation.function, account=address.account, region=address.region)
    if invocation.qualifier is not None:
        arn = f"{arn}:{invocation.qualifier}"
    headers = {
        "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
        "Lambda-Runtime-Invoked-Function-Arn": arn,
        "Lambda-Runtime-Trace-Id": trace,
    }
    if invocation.client_context is not None:
        headers["Lambda-Runtime-Client-Context"] = _on_one_line(invocation.client_context)
    if injected.fault is not None:
        headers["Coldstart-Fault"] = injected.fault
    if injected.slow_ms:
        headers["Coldstart-Slow-Ms"] = str(injected.slow_ms)
    return headers


def _on_one_line(context: str) -> str:
    """Return JSON as a header can hold it; what is no JSON goes as a text of JSON."""
    try:
        value = json.loads(context)
    except (ValueError, RecursionError):
        value = context
    return json.dumps(value, separators=(",", ":"))

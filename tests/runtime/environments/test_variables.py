"""What a process and an event are told (lambda-behaviour 1.4, 3.1)."""

from dataclasses import replace

from webapp.runtime.environments.identity import role_session
from webapp.runtime.environments.variables import (
    event_headers,
    function_arn,
    log_destination,
    process_variables,
)
from webapp.runtime.faults import Injection
from webapp.runtime.functions.environment_variables import RESERVED
from webapp.runtime.model import Address, Configuration, FunctionRecord, Invocation, Logging

ADDRESS = Address(account="123456789012", region="eu-west-1")
FUNCTION = FunctionRecord(
    name="greeter",
    region="eu-west-1",
    configuration=Configuration(memory_mb=256, runtime="python3.13"),
    code_digest="d",
    code_size_bytes=1,
    code_sha256="s",
    last_modified=0.0,
    revision_id="r",
)
IDENTITY = role_session(FUNCTION, workspace="w", address=ADDRESS, environment="e" * 32)

LOGS = log_destination(FUNCTION, environment="e" * 32, time=0.0)


def variables(**mine: str) -> dict[str, str]:
    configuration = replace(FUNCTION.configuration, variables=mine)
    function = replace(FUNCTION, configuration=configuration)
    return process_variables(function, identity=IDENTITY, gateway=True, logs=LOGS)


def test_a_process_knows_its_function() -> None:
    known = variables()
    assert known["_HANDLER"] == "handler.handler"
    assert known["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert known["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert known["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/greeter"
    assert known["AWS_LAMBDA_LOG_STREAM_NAME"] == f"1970/01/01/[$LATEST]{'e' * 32}"
    assert known["AWS_REGION"] == known["AWS_DEFAULT_REGION"] == "eu-west-1"


def test_defaults_may_be_changed_and_reserved_names_may_not() -> None:
    mine = variables(TZ="Europe/Berlin", MINE="1", AWS_REGION="x", _HANDLER="x")
    assert (mine["TZ"], mine["MINE"]) == ("Europe/Berlin", "1")
    plain = variables()
    assert all(mine.get(name) == plain.get(name) for name in RESERVED)


def test_a_process_has_its_environments_credentials_and_the_gateway() -> None:
    known = variables()
    assert known["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9002"
    assert known["AWS_ACCESS_KEY_ID"] == IDENTITY.access_key_id
    assert known["AWS_SECRET_ACCESS_KEY"] == IDENTITY.secret_access_key
    assert known["AWS_SESSION_TOKEN"] == IDENTITY.session_token
    elsewhere = variables(AWS_ENDPOINT_URL="http://127.0.0.1:8080")
    assert elsewhere["AWS_ENDPOINT_URL"] == "http://127.0.0.1:8080"


def test_nobody_is_named_as_gateway_where_nobody_answers() -> None:
    known = process_variables(FUNCTION, identity=IDENTITY, gateway=False, logs=LOGS)
    assert "AWS_ENDPOINT_URL" not in known


def test_names_are_formed_as_on_aws() -> None:
    logs = log_destination(FUNCTION, environment="ab", time=1_760_000_000.0)
    assert (logs.group, logs.stream) == ("/aws/lambda/greeter", "2025/10/09/[$LATEST]ab")
    arn = function_arn("greeter", account="123456789012", region="eu-west-1")
    assert arn == "arn:aws:lambda:eu-west-1:123456789012:function:greeter"


def test_a_function_can_log_into_another_group() -> None:
    configuration = replace(FUNCTION.configuration, logging=Logging(group="/mine"))
    function = replace(FUNCTION, configuration=configuration)
    assert log_destination(function, environment="ab", time=0.0).group == "/mine"


def test_an_event_has_its_deadline_in_milliseconds() -> None:
    call = Invocation(function="greeter", run="r")
    headers = event_headers(call, address=ADDRESS, deadline=12.3456, trace="Root=1-a")
    assert headers["Lambda-Runtime-Deadline-Ms"] == "12345"
    assert headers["Lambda-Runtime-Invoked-Function-Arn"].endswith(":function:greeter")
    assert headers["Lambda-Runtime-Trace-Id"] == "Root=1-a"
    assert len(headers) == 3


def test_a_context_stays_on_its_line() -> None:
    call = Invocation(function="f", run="r", client_context='{"a":\r\n"é😀",\n"X: y": 1}')
    injected = Injection("raise", 20)
    headers = event_headers(call, address=ADDRESS, deadline=1.0, trace="", injected=injected)
    assert headers["Lambda-Runtime-Client-Context"] == ('{"a":"\\u00e9\\ud83d\\ude00","X: y":1}')
    assert (headers["Coldstart-Fault"], headers["Coldstart-Slow-Ms"]) == ("raise", "20")


def test_an_event_knows_the_arn_as_the_caller_addressed_it() -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:greeter"
    for qualifier, shown in ((None, arn), ("$LATEST", f"{arn}:$LATEST"), ("live", f"{arn}:live")):
        call = Invocation(function="greeter", run="r", qualifier=qualifier)
        headers = event_headers(call, address=ADDRESS, deadline=1.0, trace="")
        assert headers["Lambda-Runtime-Invoked-Function-Arn"] == shown

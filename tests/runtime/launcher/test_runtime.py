"""What the built-in runtime answers to good and bad handlers (lambda-behaviour 1.3, 1.5, 4.2)."""

import sys
from typing import Any

import pytest

from tests.runtime.launcher.rig import Call, Rig

LIBRARY = f"/var/lang/lib/python{sys.version_info[0]}.{sys.version_info[1]}/"


def init_error(rig: Rig, code: str = "", **changes: Any) -> Call:
    """Launch what cannot be initialised; return what it says."""
    tenant = rig.launch(rig.specification(code, **changes))
    call = tenant.call()
    assert (call.method, call.path) == ("POST", "/2018-06-01/runtime/init/error")
    tenant.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
    assert tenant.exit().code == 1
    assert tenant.texts()[0].startswith("LAMBDA_WARNING: Unhandled exception.")
    return call


def test_an_exception_in_the_handler_is_posted_with_its_trace(rig: Rig) -> None:
    call = rig.tenant(
        'def handler(event, context):\n    raise Exception("Handler fails")\n'
    ).invoke()
    assert call.path == "/2018-06-01/runtime/invocation/request-1/error"
    assert call.headers["lambda-runtime-function-error-type"] == "Exception"
    assert call.body.decode() == (
        '{"errorMessage": "Handler fails", "errorType": "Exception", "requestId": "request-1", '
        '"stackTrace": ["  File \\"/var/task/app.py\\", line 2, in handler\\n'
        '    raise Exception(\\"Handler fails\\")\\n"]}'
    )


def test_an_environment_goes_on_after_an_exception(rig: Rig) -> None:
    code = "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return event[n]\n"
    tenant = rig.tenant(code)
    assert tenant.invoke({}).value["errorType"] == "KeyError"
    assert tenant.invoke([0, 1, 2]).value == 2


def test_a_trace_through_the_library_shows_lambdas_own_paths(rig: Rig) -> None:
    code = "import json\ndef handler(event, context):\n    return json.loads('{')\n"
    trace = rig.tenant(code).invoke().value["stackTrace"]
    assert trace[0].startswith('  File "/var/task/app.py", line 3, in handler')
    assert all(entry.startswith('  File "/var/lang/lib/python3.') for entry in trace[1:])


@pytest.mark.parametrize(
    ("handler", "type_", "message"),
    [
        (
            "nodot",
            "Runtime.MalformedHandlerName",
            "Bad handler 'nodot': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "missing.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'missing': No module named 'missing'",
        ),
        ("app.nothing", "Runtime.HandlerNotFound", "Handler 'nothing' missing on module 'app'"),
        (
            "sys.exit",
            "Runtime.BuiltInModuleConflict",
            "Cannot use built-in module sys as a handler module",
        ),
    ],
)
def test_a_handler_string_that_leads_nowhere(
    rig: Rig, handler: str, type_: str, message: str
) -> None:
    call = init_error(rig, handler=handler)
    assert call.headers["lambda-runtime-function-error-type"] == type_
    assert call.value == {
        "errorMessage": message,
        "errorType": type_,
        "requestId": "",
        "stackTrace": [],
    }


def test_a_syntax_error_names_its_line(rig: Rig) -> None:
    error = init_error(rig, "x = 1\ny = = 2\n").value
    assert error["errorType"] == "Runtime.UserCodeSyntaxError"
    assert error["errorMessage"] == "Syntax error in module 'app': invalid syntax (app.py, line 2)"
    assert error["stackTrace"] == ['  File "/var/task/app.py" Line 2\n    y = = 2\n']


def test_an_exception_while_importing_has_a_full_trace(rig: Rig) -> None:
    error = init_error(rig, "value = 1 / 0\n").value
    assert (error["errorType"], error["errorMessage"]) == ("ZeroDivisionError", "division by zero")
    assert error["requestId"] == ""
    assert error["stackTrace"][0].startswith('  File "/var/lang/lib/python3.')
    assert error["stackTrace"][-1].startswith('  File "/var/task/app.py", line 1, in <module>')


def test_an_attribute_error_in_the_module_is_the_modules_own(rig: Rig) -> None:
    assert init_error(rig, "import os\nos.nothing\n").value["errorType"] == "AttributeError"


def test_an_exit_during_init_says_nothing(rig: Rig) -> None:
    tenant = rig.launch(rig.specification("import sys\nsys.exit(3)\n"))
    assert tenant.exit().code == 3


@pytest.mark.parametrize("handler", ["pkg/deep/mod.handler", "pkg.deep.mod.handler"])
def test_slashes_in_the_module_are_dots(rig: Rig, handler: str) -> None:
    specification = rig.specification(handler=handler)
    folder = specification.code / "pkg" / "deep"
    folder.mkdir(parents=True)
    (folder / "mod.py").write_text("def handler(event, context):\n    return __name__\n")
    assert rig.launch(specification).ready().invoke().value == "pkg.deep.mod"


ALLOCATE = "return len(bytearray(1 << 32))"
RUNS_OUT = {
    "at once": ALLOCATE,
    "and is raised again": f"try:\n        {ALLOCATE}\n    except MemoryError:\n        raise",
    "in what cleans up": f"try:\n        {ALLOCATE}\n    finally:\n        event.clear()",
}
RAISES = {
    "by name": "raise MemoryError",
    "with words": 'raise MemoryError("I had enough")',
    "in another function": "complain()",
    "instead of another": "try:\n        1 / 0\n    except ZeroDivisionError:\n        complain()",
}
COMPLAIN = "def complain():\n    raise MemoryError\n\n\n"


@pytest.mark.parametrize("how", RUNS_OUT)
def test_a_failed_allocation_means_that_memory_ran_out(rig: Rig, how: str) -> None:
    if not rig.walled:
        return  # nothing bounds what a plain process may ask for
    tenant = rig.tenant(f"def handler(event, context):\n    {RUNS_OUT[how]}\n")
    call = tenant.invoke({})
    assert call.headers["lambda-runtime-function-error-type"] == "Runtime.OutOfMemory"
    assert tenant.texts() == []


@pytest.mark.parametrize("how", RAISES)
def test_a_memory_error_that_code_raises_itself_is_an_error_like_others(rig: Rig, how: str) -> None:
    tenant = rig.tenant(f"{COMPLAIN}def handler(event, context):\n    {RAISES[how]}\n")
    call = tenant.invoke({})
    assert call.headers["lambda-runtime-function-error-type"] == "MemoryError"
    assert tenant.texts()[0].startswith("[ERROR] MemoryError")


def test_memory_can_run_out_while_a_module_is_imported(rig: Rig) -> None:
    if rig.walled:
        tenant = rig.launch(rig.specification("bytearray(1 << 32)\n"))
        call = tenant.call()
        assert call.headers["lambda-runtime-function-error-type"] == "Runtime.OutOfMemory"
        tenant.process.kill()
    assert init_error(rig, "raise MemoryError\n").value["errorType"] == "MemoryError"


def test_a_result_that_is_not_json_is_a_marshal_error(rig: Rig) -> None:
    call = rig.tenant("def handler(event, context):\n    return {1, 2}\n").invoke()
    assert call.path.endswith("/error")
    assert call.value == {
        "errorMessage": "Unable to marshal response: Object of type set is not JSON serializable",
        "errorType": "Runtime.MarshalError",
        "requestId": "request-1",
        "stackTrace": [],
    }


def test_an_event_that_is_not_json_is_an_unmarshal_error(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.send(b"{not json")
    error = tenant.finish().value
    assert error["errorType"] == "Runtime.UnmarshalError"
    assert error["errorMessage"].startswith("Unable to unmarshal input: ")


def test_bytes_are_answered_as_they_are(rig: Rig) -> None:
    call = rig.tenant("def handler(event, context):\n    return b'\\x00raw'\n").invoke()
    assert (call.headers["content-type"], call.body) == ("application/unknown", b"\x00raw")


def test_decimals_are_answered_as_numbers(rig: Rig) -> None:
    code = """
import decimal
def handler(event, context):
    return [decimal.Decimal(text) for text in event]
"""
    assert rig.tenant(code).invoke(["1.5", "3", "NaN"]).body == b"[1.5, 3, NaN]"


@pytest.mark.parametrize(
    ("runtime", "body"),
    [("3.11", b'"\\u00e9"'), ("3.12", '"é"'.encode()), ("3.14", '"é"'.encode())],
)
def test_older_runtimes_escape_what_is_not_ascii(rig: Rig, runtime: str, body: bytes) -> None:
    variables = {"_HANDLER": "app.handler", "AWS_EXECUTION_ENV": f"AWS_Lambda_python{runtime}"}
    assert rig.tenant(variables=variables).invoke("é").body == body


def test_the_context_says_who_and_how_long(rig: Rig) -> None:
    code = """
def handler(event, context):
    left = context.get_remaining_time_in_millis()
    return {
        "request": context.aws_request_id,
        "name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
        "left": 0 < left <= 3000,
        "identity": context.identity.cognito_identity_id,
        "client": [context.client_context.custom, context.client_context.client.app_title],
        "tenant": context.tenant_id,
    }
"""
    client = '{"custom":{"a":1},"client":{"app_title":"Shop"}}'
    headers = {"Lambda-Runtime-Client-Context": client}
    assert rig.tenant(code).invoke({}, headers).value == {
        "request": "request-1",
        "name": "greeter",
        "memory": "128",
        "arn": "arn:aws:lambda:function:f",
        "left": True,
        "identity": None,
        "client": [{"a": 1}, "Shop"],
        "tenant": None,
    }


def test_the_trace_id_is_set_for_each_invocation(rig: Rig) -> None:
    code = """
import os
at_init = os.environ.get("_X_AMZN_TRACE_ID")
def handler(event, context):
    return [at_init, os.environ.get("_X_AMZN_TRACE_ID")]
"""
    tenant = rig.tenant(code)
    assert tenant.invoke({}, {"Lambda-Runtime-Trace-Id": "Root=1-2"}).value == [None, "Root=1-2"]
    assert tenant.invoke({}).value == [None, None]


def test_an_injected_fault_is_an_error_like_others(rig: Rig) -> None:
    tenant = rig.tenant()
    error = tenant.invoke({}, {"Coldstart-Fault": "raise"}).value
    assert error["errorType"] == "InjectedFault"
    assert error["errorMessage"] == "raised by the lab's fault knob"
    assert tenant.invoke(1).value == 1


def test_an_injected_crash_in_init_looks_like_one(rig: Rig) -> None:
    assert init_error(rig, fault="crash-in-init").value["errorType"] == "InjectedFault"


def test_an_injected_time_out_lasts_until_the_kill(rig: Rig) -> None:
    tenant = rig.tenant()
    tenant.send(b"{}", {"Coldstart-Fault": "time-out"})
    tenant.process.kill()
    assert tenant.exit().signal == 9


def test_an_injected_out_of_memory_passes_the_limit(rig: Rig) -> None:
    if not rig.walled:
        return  # nothing stands behind the watchdog there; the machine's memory would be used up
    tenant = rig.tenant(memory_bytes=64 * 1024 * 1024)
    tenant.send(b"{}", {"Coldstart-Fault": "out-of-memory"})
    rig.wait_until(lambda: tenant.process.memory_bytes() > 64 * 1024 * 1024)
    tenant.process.kill()
    # The kernel's peak lags behind what it counts exactly, by some pages of each processor.
    assert tenant.exit().peak_memory_bytes > 60 * 1024 * 1024

"""What is said where a call fails, about the code as it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.classroom.advice import Advice, Line, advise

ANSWER = {"errorMessage": "", "errorType": "", "requestId": "", "stackTrace": []}


def said(
    error_type: str, message: str, *files: str, handler: str = "handler.handler", code: str = ""
) -> str:
    return advise(
        error_type=error_type,
        message=message,
        response="{}",
        handler=handler,
        files={name: code.encode() for name in files or ("handler.py",)},
    ).text


def no_module(name: str, importing: str = "handler") -> str:
    return f"Unable to import module '{importing}': No module named '{name}'"


@pytest.mark.parametrize("name", ["requests", "requests.adapters"])
@pytest.mark.parametrize(
    ("error_type", "prefix"),
    [
        ("Runtime.ImportModuleError", "Unable to import module 'handler': "),
        ("ModuleNotFoundError", ""),
    ],
)
def test_a_package_that_is_missing_comes_with_the_code(
    error_type: str, prefix: str, name: str
) -> None:
    text = said(error_type, f"{prefix}No module named '{name}'")
    assert "pip install --target package requests," in text
    assert "upload the zip here" in text


def test_a_module_in_a_folder_is_imported_from_there() -> None:
    text = said("Runtime.ImportModuleError", no_module("prices"), "handler.py", "lib/prices.py")
    assert "'from lib import prices'" in text
    text = said(
        "ModuleNotFoundError", "No module named 'shop'", "handler.py", "a/b/shop/__init__.py"
    )
    assert "'from a.b import shop'" in text


def test_letters_of_another_size_are_told() -> None:
    text = said("ModuleNotFoundError", "No module named 'prices'", "handler.py", "Prices.py")
    assert text == "The file is Prices.py. Python tells large and small letters apart."


def test_a_zip_of_the_folder_instead_of_what_is_in_it_is_told() -> None:
    text = said("Runtime.ImportModuleError", no_module("handler"), "greeter/handler.py")
    assert "handler.py has to be at the top of the code. It is at greeter/handler.py" in text


def test_a_handler_whose_file_is_not_there_names_the_files_that_are() -> None:
    text = said(
        "Runtime.ImportModuleError",
        no_module("app", "app.main"),
        "b.py",
        "a.py",
        handler="app.main.run",
    )
    assert "the code needs a file app/main.py. It has a.py, b.py." in text


def test_many_files_are_counted() -> None:
    files = [f"f{number}.py" for number in range(9)]
    text = said("Runtime.ImportModuleError", no_module("handler"), *files)
    assert "f0.py, f1.py, f2.py, f3.py, f4.py, f5.py and 3 more." in text


def test_a_handler_that_is_not_defined_names_what_is() -> None:
    code = "import os\n\ndef greet(e, c): ...\nasync def wait(e, c): ...\n"
    text = said(
        "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'handler'", code=code
    )
    assert text.startswith("handler.py defines greet, wait. Name one of them 'handler'")
    assert said("Runtime.HandlerNotFound", "", code="def (").startswith("handler.py defines no")


def test_a_handler_without_a_dot_is_told_how_to_be_written() -> None:
    text = said("Runtime.MalformedHandlerName", "Bad handler 'go'", handler="go")
    assert "'go' is not a file and a function" in text


def test_the_line_of_ones_own_code_that_failed_is_named() -> None:
    trace = [
        '  File "/var/task/handler.py", line 8, in handler\n    charge(order)\n',
        '  File "/var/task/lib/prices.py", line 3, in charge\n    raise KeyError\n',
        '  File "/var/lang/lib/python3.11/json/__init__.py", line 1, in loads\n',
        '  File "/var/task/not/ours.py", line 9, in x\n',
    ]
    answer = json.dumps({**ANSWER, "stackTrace": trace})
    files = {"handler.py": b"", "lib/prices.py": b""}
    advice = advise(error_type="KeyError", message="", response=answer, handler="h.h", files=files)
    assert advice == Advice(text="", line=Line("lib/prices.py", 3))


def test_a_syntax_error_names_its_line() -> None:
    trace = ['  File "/var/task/handler.py" Line 2\n    def (\n']
    answer = json.dumps({**ANSWER, "stackTrace": trace})
    advice = advise(
        error_type="Runtime.UserCodeSyntaxError",
        message="Syntax error in module 'handler'",
        response=answer,
        handler="handler.handler",
        files={"handler.py": b""},
    )
    assert advice.line == Line("handler.py", 2)


@given(
    st.sampled_from(
        ["Runtime.ImportModuleError", "ModuleNotFoundError", "Runtime.HandlerNotFound", "Other"]
    ),
    st.text(),
    st.text() | st.just("[" * 100_000) | st.just('{"stackTrace": [1, {"File": 2}]}'),
    st.text(max_size=20),
)
def test_whatever_a_function_answers_there_is_advice_or_none(
    error_type: str, message: str, response: str, handler: str
) -> None:
    advice = advise(
        error_type=error_type,
        message=message,
        response=response,
        handler=handler,
        files={"handler.py": b"\xff\0("},
    )
    assert isinstance(advice.text, str)
    assert advice.line is None

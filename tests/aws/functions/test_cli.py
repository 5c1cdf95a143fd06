"""The ``aws`` command, as a learner types it, from a zip to an answer and a URL."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.aws.cli import run
from tests.aws.functions.clients import ECHO, ROLE, zipped
from tests.aws.functions.test_urls import ask
from tests.server.running import Running

pytestmark = pytest.mark.slow


def aws(server: Running, folder: Path, *words: str, status: int = 0) -> Any:
    """Run ``aws lambda``; return what it prints, as JSON, or what it says is wrong."""
    environment = {
        "HOME": str(folder),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_PAGER": "",
    }
    ran = run(["lambda", *words, "--output", "json"], environment=environment, folder=folder)
    assert ran.status == status, ran.error
    if status:
        return ran.error
    return ran.json if ran.output.strip() else None


def test_a_function_is_made_called_changed_and_reached_by_its_url(
    server: Running, tmp_path: Path
) -> None:
    (tmp_path / "code.zip").write_bytes(zipped(ECHO))
    named = ("--function-name", "typed")
    made = aws(
        server,
        tmp_path,
        "create-function",
        *named,
        *("--runtime", "python3.13", "--handler", "handler.handler", "--role", ROLE),
        *("--zip-file", "fileb://code.zip", "--environment", "Variables={A1=b}"),
    )
    assert (made["State"], made["Environment"]) == ("Pending", {"Variables": {"A1": "b"}})
    aws(server, tmp_path, "wait", "function-active-v2", *named)

    (tmp_path / "event.json").write_text('{"typed": true}')
    event = ("--payload", "file://event.json")
    answer = aws(server, tmp_path, "invoke", *named, *event, "--log-type", "Tail", "out.json")
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert json.loads((tmp_path / "out.json").read_text()) == {"typed": True}

    (tmp_path / "code.zip").write_bytes(zipped("def handler(event, context):\n    return 2\n"))
    updated = aws(
        server, tmp_path, "update-function-code", *named, "--zip-file", "fileb://code.zip"
    )
    assert updated["LastUpdateStatus"] == "InProgress"
    aws(server, tmp_path, "wait", "function-updated-v2", *named)
    aws(server, tmp_path, "invoke", *named, "out.json")
    assert (tmp_path / "out.json").read_text() == "2"

    got = aws(server, tmp_path, "get-function", *named)
    assert got["Configuration"]["LastUpdateStatus"] == "Successful"
    listed = aws(server, tmp_path, "list-functions", "--max-items", "1")
    assert [one["FunctionName"] for one in listed["Functions"]] == ["typed"]

    url = aws(server, tmp_path, "create-function-url-config", *named, "--auth-type", "NONE")
    by_url = ("--action", "lambda:InvokeFunctionUrl", "--function-url-auth-type", "NONE")
    via_url = ("--action", "lambda:InvokeFunction", "--invoked-via-function-url")
    for name, words in (("url", by_url), ("invoke", via_url)):
        permission = ("--statement-id", name, "--principal", "*", *words)
        aws(server, tmp_path, "add-permission", *named, *permission)
    assert ask(server, url["FunctionUrl"]).body == b"2"

    aws(server, tmp_path, "delete-function", *named)
    said = aws(server, tmp_path, "get-function", *named, status=255)
    assert "ResourceNotFoundException" in said
    assert "Function not found: arn:aws:lambda:us-east-1:000000000000:function:typed" in said

"""boto3 as a learner uses it, and code for functions."""

import io
import zipfile
from typing import Any

import boto3
from botocore.config import Config

from tests.server.running import Running

ROLE = "arn:aws:iam::000000000000:role/lambda-role"
SOON = {"Delay": 0.05, "MaxAttempts": 1000}
"""How a test waits for what takes milliseconds here and seconds on AWS."""
ECHO = "def handler(event, context):\n    return event\n"


def client_of(server: Running, *, region: str = "us-east-1", key: str = "test") -> Any:
    """Return a Lambda client that neither retries nor checks what it sends."""
    return boto3.client(
        "lambda",
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}, parameter_validation=False, read_timeout=300),
    )


def zipped(text: str = ECHO, *, file: str = "handler.py") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(file, text)
    return buffer.getvalue()


def create(client: Any, name: str, text: str = ECHO, **members: Any) -> dict[str, Any]:
    """Create a function and wait until it is active; return what CreateFunction answered.

    A member that is ``None`` is not sent.
    """
    wanted = {
        "FunctionName": name,
        "Runtime": "python3.13",
        "Role": ROLE,
        "Handler": "handler.handler",
        "Code": {"ZipFile": zipped(text)},
        # Where it is not the subject it is a long one: the machine may be a busy one.
        "Timeout": 60,
        **members,
    }
    sent = {name: value for name, value in wanted.items() if value is not None}
    answer: dict[str, Any] = client.create_function(**sent)
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=SOON)
    return answer


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what HTTP adds."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

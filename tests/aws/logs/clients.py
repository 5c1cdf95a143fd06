"""CloudWatch Logs as boto3 has it, on the lab's address."""

import json
from typing import Any

import boto3
from botocore.config import Config

from tests.server.running import Running


def client_of(
    server: Running, service: str = "logs", *, region: str = "us-east-1", key: str = "test"
) -> Any:
    """Return a client that neither retries nor checks what it sends."""
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{server.port}",
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 0}, parameter_validation=False, read_timeout=300),
    )


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what HTTP adds."""
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def messages(answer: dict[str, Any]) -> list[str]:
    return [event["message"] for event in answer["events"]]


def as_json(**members: Any) -> str:
    return json.dumps(members)

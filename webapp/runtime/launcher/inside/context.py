"""The ``context`` argument of a handler (lambda-behaviour 1.5)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from typing import Any

from webapp.runtime.launcher.inside.frames import Sink

_CLIENT_FIELDS = (
    "installation_id",
    "app_title",
    "app_version_name",
    "app_version_code",
    "app_package_name",
)


class CognitoIdentity:
    """Who called, where a mobile app did; mostly nobody."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.cognito_identity_id = data.get("cognitoIdentityId")
        self.cognito_identity_pool_id = data.get("cognitoIdentityPoolId")

    def __repr__(self) -> str:
        return _describe(self)


class Client:
    """The app inside a client context."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        for name in _CLIENT_FIELDS:
            setattr(self, name, data.get(name))

    def __repr__(self) -> str:
        return _describe(self)


class ClientContext:
    """What the caller sent as X-Amz-Client-Context."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.custom = data.get("custom")
        self.env = data.get("env")
        client = data.get("client")
        self.client = Client(client) if isinstance(client, dict) else None

    def __repr__(self) -> str:
        return _describe(self)


class LambdaContext:
    """One invocation: who, what, and how much time is left."""

    def __init__(self, headers: Mapping[str, str], *, sink: Sink) -> None:
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id", "")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        client = _object(headers.get("lambda-runtime-client-context"))
        self.client_context = None if client is None else ClientContext(client)
        self.identity = CognitoIdentity(
            _object(headers.get("lambda-runtime-cognito-identity")) or {}
        )
        self._deadline_ms = int(headers.get("lambda-runtime-deadline-ms", "0"))
        self._sink = sink

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function's timeout, never less than 0."""
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message: object) -> None:
        """Write raw text to the log."""
        self._sink.text(str(message).encode("utf-8", "backslashreplace"))

    def __repr__(self) -> str:
        return _describe(self)


def _object(text: str | None) -> Mapping[str, Any] | None:
    data = json.loads(text) if text else None
    return data if isinstance(data, dict) else None


def _describe(thing: object) -> str:
    pairs = [f"{name}={value}" for name, value in vars(thing).items() if not name.startswith("_")]
    return f"{type(thing).__name__}([{','.join(pairs)}])"

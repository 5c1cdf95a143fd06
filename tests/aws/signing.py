"""Requests signed by botocore itself, and how they reach an application without a server."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from botocore.auth import S3SigV4Auth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.classroom.access_keys import AccessKey

HOME = "http://127.0.0.1:8000"
TEST_KEY = AccessKey("test", "test")
ADA, BOB = "w0123456789abcdef0123", "wfedcba98765432100123"
"""Two workspaces of a shared host."""
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
WHO = b"Action=GetCallerIdentity&Version=2011-06-15"


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that is ready to be sent, or to be spoilt first."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    def changed(self, **headers: str) -> "Signed":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Signed(self.method, self.url, {**self.headers, **named}, self.body)


def sign(
    body: bytes = WHO,
    *,
    service: str = "sts",
    region: str = "us-east-1",
    method: str = "POST",
    path: str = "/",
    headers: Mapping[str, str] = FORM,
    key: AccessKey = TEST_KEY,
    token: str | None = None,
    in_query: bool = False,
    home: str = HOME,
    expires: int = 60,
) -> Signed:
    """Return a signed request; by default STS's GetCallerIdentity."""
    request = AWSRequest(method, f"{home}{path}", headers=dict(headers), data=body)
    credentials = Credentials(key.id, key.secret, token)
    if in_query:
        SigV4QueryAuth(credentials, service, region, expires=expires).add_auth(request)
    else:
        kind = S3SigV4Auth if service == "s3" else SigV4Auth
        kind(credentials, service, region).add_auth(request)
    prepared = request.prepare()
    return Signed(method, prepared.url, {k: str(v) for k, v in prepared.headers.items()}, body)


def send(client: FlaskClient, request: Signed, **headers: str) -> TestResponse:
    parts = urlsplit(request.url)
    sent = {"Host": parts.netloc, **request.headers}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open(
        f"{parts.path}?{parts.query}" if parts.query else parts.path,
        method=request.method,
        data=request.body,
        headers=sent,
    )


def error_code(answer: TestResponse) -> str:
    """Return the code of an error, however the service writes it."""
    kind = answer.headers.get("Content-Type", "")
    if "json" in kind:
        body: Any = json.loads(answer.data)
        return str(answer.headers.get("x-amzn-ErrorType") or body["__type"])
    root = ET.fromstring(answer.data)
    return next(one.text or "" for one in root.iter() if one.tag.rpartition("}")[2] == "Code")

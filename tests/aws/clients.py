"""boto3 in front of an application that answers in this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from werkzeug.serving import WSGIRequestHandler, make_server

from webapp.classroom.access_keys import AccessKey
from webapp.wiring import Application

HOME_REGION = "us-east-1"
MOST_LOOKS = 6


class Boto:
    """Makes clients of one address: ``boto("sts")``, ``boto("lambda", region="eu-west-1")``."""

    def __init__(self, address: str, key: AccessKey) -> None:
        self.address = address
        self._key = key
        self._session = botocore.session.get_session()
        self._made: list[BaseClient] = []

    def __call__(
        self,
        service: str,
        *,
        region: str = HOME_REGION,
        key: AccessKey | None = None,
        token: str | None = None,
        **options: Any,
    ) -> Any:
        """Return a client that tries once and waits with patience."""
        chosen = key or self._key
        # What is wrong with a request is for this server to say.
        settings = {"parameter_validation": False, "read_timeout": 300, **options}
        config = Config(retries={"total_max_attempts": 1}, **settings)
        client = self._session.create_client(
            service,
            region_name=region,
            endpoint_url=self.address,
            aws_access_key_id=chosen.id,
            aws_secret_access_key=chosen.secret,
            aws_session_token=token,
            config=config,
        )
        self._made.append(client)
        return client

    def close(self) -> None:
        for client in self._made:
            client.close()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


def received(sqs: Any, url: str, **options: Any) -> list[dict[str, Any]]:
    """Return the first messages that come to a queue; a busy machine may let one wait long."""
    for _ in range(MOST_LOOKS):
        answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, **options)
        if messages := answer.get("Messages"):
            return list(messages)
    return []


@contextmanager
def listening(application: Application) -> Iterator[str]:
    """Serve an application in this process; give its address."""
    server = make_server("127.0.0.1", 0, application.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""The built-in Python runtime: what Lambda's own does between ``next`` and ``response``.

Written from its observable behaviour (lambda-behaviour 1.3, 1.5, 3.1, 4.2, 4.4).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import NoReturn

from webapp.runtime.launcher.inside import (
    answers,
    exhaustion,
    failures,
    faults,
    frames,
    handlers,
    logs,
)
from webapp.runtime.launcher.inside.client import Client, Disconnected, Reply
from webapp.runtime.launcher.inside.context import LambdaContext
from webapp.runtime.launcher.inside.failures import Failure

_WARNING = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. "
    "However, in rare cases, a Lambda runtime update can cause unexpected function behavior. "
    "For functions using managed runtimes, runtime updates can be triggered by a function change, "
    "or can be applied automatically."
)


class Runtime:
    """Serves one environment: init once, then invocation after invocation."""

    def __init__(self, *, connection: int, frames_descriptor: int) -> None:
        self.sink = frames.Sink(frames_descriptor)
        self._client = Client(connection)
        self._streams = frames.standard_streams(self.sink)
        self._log = logs.LambdaHandler(self.sink)

    def take_output(self) -> None:
        """Have this process's output and log records go to the platform."""
        frames.replace_standard_streams(self._streams)
        logging.getLogger().addHandler(self._log)

    def run(self, *, fault: str | None, prepare: Callable[[], None]) -> NoReturn:
        """Import the handler and serve. ``prepare`` runs just before the import.

        Ends only by ``SystemExit`` or a signal.
        """
        self.sink.mark(frames.RUNTIME_STARTED)
        self._log.follow_variables()
        try:
            handler = self._init(fault, prepare)
            reply = self._client.next()
            while True:
                reply = self._serve(handler, reply)
        except (Disconnected, BrokenPipeError, ConnectionResetError):
            os._exit(1)

    def _init(self, fault: str | None, prepare: Callable[[], None]) -> handlers.Handler:
        self.sink.mark(frames.FUNCTION_INIT_STARTED)
        try:
            prepare()
            faults.at_init(fault)
            return handlers.find(os.environ["_HANDLER"])
        except handlers.Unusable as error:
            self._give_up(error.failure)
        except Exception as error:  # learner code may raise anything
            self._give_up(_failure_of(error))

    def _give_up(self, failure: Failure) -> NoReturn:
        if failure.type != exhaustion.OUT_OF_MEMORY:
            self.sink.event(_WARNING, level=logging.WARNING)
            self._log_failure(failure)
        self._client.fail_init(body=failure.body(request_id=""), error_type=failure.type)
        raise SystemExit(1)

    def _serve(self, handler: handlers.Handler, reply: Reply) -> Reply:
        request_id = reply.headers.get("lambda-runtime-aws-request-id", "")
        self._log.request_id = request_id
        _set_trace(reply.headers.get("lambda-runtime-trace-id"))
        try:
            body, content_type = self._answer(handler, reply)
        except handlers.Unusable as error:
            failure = error.failure
        except Exception as error:  # learner code may raise anything
            failure = _failure_of(error)
        else:
            return self._client.respond(request_id, body=body, content_type=content_type)
        if failure.type != exhaustion.OUT_OF_MEMORY:
            self._log_failure(failure)
        body = failure.body(request_id=request_id)
        return self._client.fail(request_id, body=body, error_type=failure.type)

    def _log_failure(self, failure: Failure) -> None:
        self._log.tell(failure)
        if failure.hint:
            self.sink.event(failure.hint, level=logging.WARNING)

    def _answer(self, handler: handlers.Handler, reply: Reply) -> tuple[bytes, str]:
        try:
            event = answers.event_of(reply.body)
        except ValueError as error:
            message = f"Unable to unmarshal input: {error}"
            raise handlers.Unusable(Failure("Runtime.UnmarshalError", message)) from None
        context = LambdaContext(reply.headers, sink=self.sink)
        faults.at_invocation(
            reply.headers.get("coldstart-fault"), slow_ms=reply.headers.get("coldstart-slow-ms")
        )
        value = handler(event, context)
        try:
            return answers.result(value)
        except Exception as error:
            message = f"Unable to marshal response: {error}"
            raise handlers.Unusable(Failure("Runtime.MarshalError", message)) from None


def _set_trace(trace: str | None) -> None:
    if trace:
        os.environ["_X_AMZN_TRACE_ID"] = trace
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)


def _failure_of(error: Exception) -> Failure:
    """Describe what learner code raised. Lambda's kill says nothing of where memory ran out."""
    if exhaustion.used_up(error):
        return Failure(exhaustion.OUT_OF_MEMORY, "memory used up")
    return failures.of(error)

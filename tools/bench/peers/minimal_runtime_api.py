"""The least that AWS's own runtime client needs: a Runtime API with one door in front of it.

``POST /warm`` goes to a client that stays; ``POST /cold?<file>`` starts one, with the module of
that file, for this one event; ``POST /further`` starts one that stays and waits for an event, and
answers with its process id.
"""

import asyncio
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path

from tools.bench.bare_http import BareConnection, serve

_ARN = "arn:aws:lambda:us-east-1:000000000000:function:warm"


class Runtime:
    """One runtime client and the events that wait for it."""

    def __init__(self, python: str, handler: Path) -> None:
        self._python = python
        self._handler = handler
        self._waiting: deque[tuple[BareConnection, bytes]] = deque()
        self._asked: BareConnection | None = None
        self._caller: BareConnection | None = None
        self.idle, self.done = asyncio.Event(), asyncio.Event()

    async def start(self) -> None:
        """Listen on a port of its own and start the client."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: BareConnection(self._heard), "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.process = await asyncio.create_subprocess_exec(
            self._python,
            "-m",
            "awslambdaric",
            f"{self._handler.stem}.handler",
            cwd=self._handler.parent,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
                "AWS_LAMBDA_FUNCTION_NAME": "warm",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
                "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/warm",
                "AWS_LAMBDA_LOG_STREAM_NAME": "warm",
                "LAMBDA_TASK_ROOT": str(self._handler.parent),
                "PATH": "/usr/bin:/bin",
            },
        )

    def call(self, caller: BareConnection, event: bytes) -> None:
        """Have the client handle an event; its answer goes to the caller."""
        self._waiting.append((caller, event))
        self._hand_over()

    async def end(self) -> None:
        """Kill the client."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        self._server.close()

    def _heard(self, connection: BareConnection, path: str, body: bytes) -> None:
        if path.endswith("/next"):
            self._asked = connection
            self.idle.set()
            self._hand_over()
            return
        connection.answer(b"{}", status="202 Accepted")
        if self._caller is not None:
            self._caller.answer(body)
            self.done.set()

    def _hand_over(self) -> None:
        if self._asked is None or not self._waiting:
            return
        asked, self._asked = self._asked, None
        self._caller, event = self._waiting.popleft()
        headers = (
            "Lambda-Runtime-Aws-Request-Id: 00000000-0000-4000-8000-000000000000\r\n"
            "Lambda-Runtime-Deadline-Ms: 9999999999999\r\n"
            f"Lambda-Runtime-Invoked-Function-Arn: {_ARN}\r\n"
        )
        asked.answer(event, headers=headers)


async def main(port: int, python: str, handler: Path) -> None:
    """Serve until killed."""
    warm = Runtime(python, handler)
    await warm.start()
    endings: set[asyncio.Task[None]] = set()
    staying: list[Runtime] = []

    async def cold(caller: BareConnection, path: Path, event: bytes) -> None:
        runtime = Runtime(python, path)
        await runtime.start()
        runtime.call(caller, event)
        await runtime.done.wait()
        await runtime.end()

    async def further(caller: BareConnection) -> None:
        runtime = Runtime(python, handler)
        staying.append(runtime)
        await runtime.start()
        await runtime.idle.wait()
        caller.answer(str(runtime.process.pid).encode())

    def heard(caller: BareConnection, path: str, body: bytes) -> None:
        if path == "/warm":
            warm.call(caller, body)
            return
        file = Path(path.partition("?")[2])
        task = further(caller) if path == "/further" else cold(caller, file, body)
        ending = asyncio.ensure_future(task)
        endings.add(ending)
        ending.add_done_callback(endings.discard)

    await serve(port, heard)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))

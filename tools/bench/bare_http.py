"""A floor: HTTP by asyncio and httptools with nothing behind it; one peer's door rests on it."""

import asyncio
import sys
from collections.abc import Callable

import httptools


class BareConnection(asyncio.Protocol):
    """Hands each request over as ``heard(connection, path, body)``; ``answer`` may come later."""

    def __init__(self, heard: "Heard") -> None:
        self._heard = heard
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._path = self._body = b""

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self._heard(self, self._path.decode(), self._body)

    def answer(self, body: bytes, *, status: str = "200 OK", headers: str = "") -> None:
        """Write an answer; ``headers`` are whole lines."""
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
            f"{headers}Content-Length: {len(body)}\r\n\r\n"
        )
        self._transport.write(head.encode() + body)


Heard = Callable[[BareConnection, str, bytes], None]


async def serve(port: int, heard: Heard) -> None:
    """Answer on a port for ever."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: BareConnection(heard), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), lambda connection, _path, body: connection.answer(body)))

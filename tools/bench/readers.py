"""Open live pages: connections that read their streams, in a process of their own."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_OPEN = b"open\n"
_PLACE_SECONDS, _AGAIN_SECONDS = 60.0, 0.5


@contextmanager
def reading(port: int, paths: Sequence[str]) -> Iterator[None]:
    """Hold a stream open for each path as long as the block lasts."""
    readers = subprocess.Popen(
        [sys.executable, "-m", "tools.bench.readers", str(port), json.dumps(paths)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert readers.stdout is not None
    with readers:  # at its end it closes what the readers wait for, and waits for them
        assert readers.stdout.readline() == _OPEN, "a stream was refused"
        yield


async def _main(port: int, paths: Sequence[str]) -> None:
    """Read until there is nothing more to hear from who started this."""
    streams = [await _open(port, path) for path in paths]
    readings = [asyncio.ensure_future(_read(reader)) for reader, _ in streams]
    sys.stdout.buffer.write(_OPEN)
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    for one in readings:
        one.cancel()


async def _open(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a stream. One that finds no place asks again: a server sees late that readers went."""
    deadline = time.monotonic() + _PLACE_SECONDS
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n"
        writer.write(head.encode())
        status = await reader.readline()
        if b" 200 " in status:
            return reader, writer
        writer.close()
        if b" 503 " not in status or time.monotonic() > deadline:
            raise SystemExit(f"{path}: {status.decode()}")
        await asyncio.sleep(_AGAIN_SECONDS)


async def _read(stream: asyncio.StreamReader) -> None:
    while await stream.read(65536):
        pass


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), json.loads(sys.argv[2])))

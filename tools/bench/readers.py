"""Open live pages: connections that read their streams, in a process of their own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_OPEN = b"open\n"


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
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n"
    writer.write(head.encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise SystemExit(f"{path}: {status.decode()}")
    return reader, writer


async def _read(stream: asyncio.StreamReader) -> None:
    while await stream.read(65536):
        pass


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), json.loads(sys.argv[2])))

"""Users of the gateway, and attackers of it and of all that lies beyond.

Each function is sent into an environment by its source, so its imports are inside. It returns
what it achieved.
"""

import inspect
import json
from collections.abc import Callable
from typing import Any


def event_of(function: Callable[..., Any]) -> bytes:
    """Return the event that runs a function inside, for those that never answer."""
    source = inspect.getsource(function)
    return json.dumps({"source": source, "name": function.__name__, "arguments": []}).encode()


def ask(url: str, body: str) -> object:
    import json
    import urllib.request

    with urllib.request.urlopen(url, data=body.encode()) as response:
        return json.load(response)


def ask_as(url: str, environment: str) -> object:
    import json
    import urllib.request

    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={environment}",
        "X-Amz-Security-Token": environment,
        "X-Forwarded-For": environment,
    }
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        return json.load(response)


def ask_again_and_again(times: int) -> list[int]:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", 9002, timeout=10)
    statuses = []
    for number in range(times):
        connection.request("PUT", f"/{number}", body=b"x" * number)
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    return statuses


def ask_with_asyncio() -> str:
    import asyncio

    async def run() -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", 9002)
        writer.write(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
        line = await reader.readline()
        writer.close()
        return line.decode().strip()

    return asyncio.run(run())


def ask_in_threads(count: int) -> list[int]:
    import threading
    import urllib.request

    together = threading.Barrier(count)
    statuses: list[int] = []

    def work() -> None:
        together.wait()
        with urllib.request.urlopen("http://127.0.0.1:9002/") as response:
            statuses.append(response.status)

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def send_large(size: int) -> int:
    import json
    import urllib.request

    with urllib.request.urlopen("http://127.0.0.1:9002/", data=b"x" * size) as response:
        return int(json.load(response)["size"])


def read_size(url: str) -> int:
    import urllib.request

    with urllib.request.urlopen(url) as response:
        return len(response.read())


def open_half() -> None:
    import socket
    import sys

    connection = socket.create_connection(("127.0.0.1", 9002))
    connection.sendall(b"GET / HTTP/1.1\r\nHost")
    sys.half = connection  # type: ignore[attr-defined]


def finish_half() -> str:
    import sys

    connection = sys.half  # type: ignore[attr-defined]
    connection.sendall(b": lab\r\n\r\n")
    return str(connection.recv(15).decode())


def open_many(count: int) -> None:
    import socket
    import sys

    sys.held = [  # type: ignore[attr-defined]
        socket.create_connection(("127.0.0.1", 9002)) for _ in range(count)
    ]


def connect_to(places: list[tuple[str, int]]) -> list[object]:
    import socket

    achieved: list[object] = []
    for host, port in places:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            continue
        achieved.append([host, port])
    return achieved


def connect_natively(places: list[tuple[str, int]]) -> list[object]:
    """Connect past Python's own sockets: with the C library, and by sending."""
    import ctypes
    import socket
    import struct

    library = ctypes.CDLL(None, use_errno=True)
    achieved: list[object] = []
    for host, port in places:
        address = struct.pack("=HH4s8x", 2, socket.htons(port), socket.inet_aton(host))
        for protocol in (0, 6, 262):
            opened = library.socket(2, 1, protocol)
            if opened < 0:
                continue
            if library.sendto(opened, b"x", 1, 0x20000000, address, 16) >= 0:
                achieved.append([host, port, protocol, "fast open"])
            if library.connect(opened, address, 16) >= 0:
                achieved.append([host, port, protocol, "connect"])
            library.close(opened)
    return achieved


def resolve(name: str) -> object:
    import socket

    return socket.getaddrinfo(name, 80)


def ring_without_end() -> None:
    """Ask for connections as fast as possible, and take none."""
    import os
    import socket

    held = []
    while True:
        try:
            os.write(5, b"c" * 1000)
        except OSError:
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", 9002))
            held.append(connection)


def send_descriptors() -> str:
    import socket

    connection = socket.create_connection(("127.0.0.1", 9002))
    with open("/dev/null") as null:  # noqa: PTH123
        try:
            socket.send_fds(
                connection, [b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n"], [null.fileno()] * 50
            )
        except OSError:
            return "refused"
        return "answered" if connection.recv(100) else "dropped"

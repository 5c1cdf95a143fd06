"""A stand-in for the web process and its services: what attackers inside would like to reach.

It runs as the user that environments' launcher has, unshielded, so that nothing but the walls of
the environment stands between the two. Whatever it notices, it tells when it is asked.
"""

import json
import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 120.0
SECRET = "COLDSTART_TEST_SECRET"


@dataclass(frozen=True)
class Victim:
    """Its process, its folder and its addresses."""

    process: "subprocess.Popen[str]"
    folder: Path
    port: int
    datagram_port: int
    abstract: str

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def secret(self) -> Path:
        return self.folder / "app.db"

    @property
    def secret_path(self) -> str:
        return around_the_shim(self.secret)

    @property
    def socket(self) -> Path:
        return self.folder / "server.sock"

    @property
    def log_socket(self) -> Path:
        return self.folder / "log.sock"

    def noticed(self) -> list[str]:
        """Return what has reached it so far."""
        assert self.process.stdin is not None
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        found = _line(self.process)
        assert isinstance(found, list)
        return found

    def renew(self) -> None:
        """Put the secret back as it was; whoever owns the folder owns it."""
        owner = self.folder.stat().st_uid
        self.secret.unlink(missing_ok=True)
        self.secret.write_text("secret")
        self.secret.chmod(0o600)
        os.chown(self.secret, owner, owner)


def around_the_shim(path: Path) -> str:
    """Return a path that is not taken for one in the environment's own ``/tmp``."""
    return f"/{path}"


@contextmanager
def victim(folder: Path, *, user: int | None) -> Iterator[Victim]:
    """Start one in a folder that everybody may pass through; end it afterwards."""
    folder.mkdir(mode=0o755)
    lent: dict[str, Any] = {}
    if user is not None:
        os.chown(folder, user, user)
        lent = {"user": user, "group": user, "extra_groups": []}
    process = subprocess.Popen(
        ["/usr/bin/python3", "-I", "-c", PROGRAM, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={SECRET: "in its variables"},
        cwd="/",
        **lent,
    )
    with process:
        try:
            port, datagram_port, abstract = _line(process)
            found = Victim(process, folder, port, datagram_port, abstract)
            found.renew()
            yield found
        finally:
            process.kill()


def _line(process: "subprocess.Popen[str]") -> Any:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE_SECONDS)
    assert ready
    return json.loads(process.stdout.readline())


PROGRAM = r"""
import json, os, select, signal, socket, sys

folder = sys.argv[1]
noticed = []
signal.signal(signal.SIGURG, lambda *_: noticed.append("signal"))
signal.signal(signal.SIGCONT, lambda *_: noticed.append("signal"))

def listening(family, kind, address):
    made = socket.socket(family, kind)
    made.bind(address)
    if kind == socket.SOCK_STREAM:
        made.listen()
    return made

tcp = listening(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
udp = listening(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
unix = listening(socket.AF_UNIX, socket.SOCK_STREAM, folder + "/server.sock")
log = listening(socket.AF_UNIX, socket.SOCK_DGRAM, folder + "/log.sock")
abstract = "coldstart-victim-%d" % os.getpid()
hidden = listening(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + abstract)
for name in ("server.sock", "log.sock"):
    os.chmod(folder + "/" + name, 0o777)
doors = {tcp: "tcp", udp: "udp", unix: "unix", log: "datagram", hidden: "abstract"}
print(json.dumps([tcp.getsockname()[1], udp.getsockname()[1], abstract]), flush=True)
for _ in sys.stdin:
    while ready := select.select(list(doors), [], [], 0)[0]:
        for door in ready:
            noticed.append(doors[door])
            door.accept() if door.type == socket.SOCK_STREAM else door.recv(100)
    print(json.dumps(noticed), flush=True)
    noticed.clear()
"""

"""Attackers who want out. Sent by their source; they return what they achieved.

They use the interpreter's own sockets: without a network namespace those of ``socket`` are dressed
up as the way to the gateway.
"""

from collections.abc import Callable


def connect(port: int) -> list[str]:
    import _socket

    achieved = []
    for family, host in ((_socket.AF_INET, "127.0.0.1"), (_socket.AF_INET6, "::ffff:127.0.0.1")):
        try:
            one = _socket.socket(family, _socket.SOCK_STREAM)
            one.settimeout(2)
            one.connect((host, port))
        except OSError:
            continue
        achieved.append(host)
    return achieved


def connect_past_landlock(port: int) -> list[str]:
    import _socket

    server = ("127.0.0.1", port)
    fast_open, multipath = 0x20000000, 262
    attacks: dict[str, Callable[[], object]] = {
        "send": lambda: _socket.socket().sendto(b"attack", fast_open, server),
        "send message": lambda: _socket.socket().sendmsg([b"attack"], [], fast_open, server),
        "multipath": lambda: _socket.socket(
            _socket.AF_INET, _socket.SOCK_STREAM, multipath
        ).connect(server),
    }
    achieved = []
    for name, attack in attacks.items():
        try:
            attack()
        except OSError:
            continue
        achieved.append(name)
    return achieved


def offer_a_port() -> list[int]:
    import _socket

    achieved = []
    for bound in (True, False):
        try:
            server = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
            if bound:
                server.bind(("0.0.0.0", 0))
            server.listen()
        except OSError:
            continue
        achieved.append(server.getsockname()[1])
        globals()[f"held {bound}"] = server
    return achieved


def open_other_sockets(port: int) -> list[str]:
    import _socket

    kinds = {
        "datagram": (_socket.AF_INET, _socket.SOCK_DGRAM, 0),
        "datagram 6": (_socket.AF_INET6, _socket.SOCK_DGRAM, 0),
        "raw": (_socket.AF_INET, _socket.SOCK_RAW, 1),
        "sctp": (_socket.AF_INET, _socket.SOCK_SEQPACKET, 132),
        "netlink": (_socket.AF_NETLINK, _socket.SOCK_RAW, 0),
        "packet": (_socket.AF_PACKET, _socket.SOCK_RAW, 0),
        "crypto": (_socket.AF_ALG, _socket.SOCK_SEQPACKET, 0),
        "machines": (_socket.AF_VSOCK, _socket.SOCK_STREAM, 0),
        "bluetooth": (31, _socket.SOCK_RAW, 1),
        "key": (15, _socket.SOCK_RAW, 2),
        "xdp": (44, _socket.SOCK_RAW, 0),
    }
    achieved = []
    for name, kind in kinds.items():
        try:
            one = _socket.socket(*kind)
            if name == "datagram":
                one.sendto(b"attack", ("127.0.0.1", port))
        except OSError:
            continue
        achieved.append(name)
    return achieved


def reach_local_services(path: str, abstract: str) -> list[str]:
    import _socket

    def connect_to(address: str, kind: int) -> None:
        _socket.socket(_socket.AF_UNIX, kind).connect(address)

    achieved = []
    for address, kind in (
        (path, _socket.SOCK_STREAM),
        ("\0" + abstract, _socket.SOCK_STREAM),
        ("/var/run/docker.sock", _socket.SOCK_STREAM),
        ("/run/dbus/system_bus_socket", _socket.SOCK_STREAM),
    ):
        try:
            connect_to(address, kind)
        except OSError:
            continue
        achieved.append(address)
    return achieved


def send_from_a_pair(path: str) -> list[str]:
    import _socket

    achieved = []
    for kind in (_socket.SOCK_DGRAM, _socket.SOCK_SEQPACKET, _socket.SOCK_STREAM):
        try:
            one, _ = _socket.socketpair(_socket.AF_UNIX, kind)
            one.sendto(b"attack", path)
        except OSError:
            continue
        achieved.append(f"kind {int(kind)}")
    return achieved

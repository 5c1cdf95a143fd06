"""Attackers who want out. Sent by their source; they return what they achieved."""

from collections.abc import Callable


def connect(port: int) -> list[str]:
    import socket

    achieved = []
    attacks: dict[str, Callable[[], object]] = {
        "IPv4": lambda: socket.create_connection(("127.0.0.1", port), timeout=2),
        "IPv6": lambda: socket.create_connection(("::ffff:127.0.0.1", port), timeout=2),
        "by name": lambda: socket.create_connection(("localhost", port), timeout=2),
    }
    for name, attack in attacks.items():
        try:
            attack()
        except OSError:
            continue
        achieved.append(name)
    return achieved


def connect_past_landlock(port: int) -> list[str]:
    import socket

    def send_first() -> None:
        with socket.socket() as one:
            one.sendto(b"attack", 0x20000000, ("127.0.0.1", port))

    def send_message_first() -> None:
        with socket.socket() as one:
            one.sendmsg([b"attack"], [], 0x20000000, ("127.0.0.1", port))

    def multipath() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as one:
            one.connect(("127.0.0.1", port))

    achieved = []
    for attack in (send_first, send_message_first, multipath):
        try:
            attack()
        except OSError:
            continue
        achieved.append(attack.__name__)
    return achieved


def offer_a_port(seconds: float) -> list[int]:
    import socket

    achieved = []
    for bound in (True, False):
        try:
            server = socket.socket()
            if bound:
                server.bind(("0.0.0.0", 0))
            server.listen()
        except OSError:
            continue
        achieved.append(server.getsockname()[1])
        globals()[f"held {bound}"] = server
    return achieved


def open_other_sockets(port: int) -> list[str]:
    import socket

    kinds = {
        "datagram": (socket.AF_INET, socket.SOCK_DGRAM, 0),
        "datagram 6": (socket.AF_INET6, socket.SOCK_DGRAM, 0),
        "raw": (socket.AF_INET, socket.SOCK_RAW, 1),
        "sctp": (socket.AF_INET, socket.SOCK_SEQPACKET, 132),
        "netlink": (socket.AF_NETLINK, socket.SOCK_RAW, 0),
        "packet": (socket.AF_PACKET, socket.SOCK_RAW, 0),
        "crypto": (socket.AF_ALG, socket.SOCK_SEQPACKET, 0),
        "machines": (socket.AF_VSOCK, socket.SOCK_STREAM, 0),
        "bluetooth": (31, socket.SOCK_RAW, 1),
        "key": (15, socket.SOCK_RAW, 2),
        "xdp": (44, socket.SOCK_RAW, 0),
    }
    achieved = []
    for name, kind in kinds.items():
        try:
            with socket.socket(*kind) as one:
                if name == "datagram":
                    one.sendto(b"attack", ("127.0.0.1", port))
        except OSError:
            continue
        achieved.append(name)
    return achieved


def reach_local_services(path: str, abstract: str) -> list[str]:
    import socket

    def connect_to(address: str, kind: int) -> None:
        with socket.socket(socket.AF_UNIX, kind) as one:
            one.connect(address)

    achieved = []
    for address, kind in (
        (path, socket.SOCK_STREAM),
        ("\0" + abstract, socket.SOCK_STREAM),
        ("/var/run/docker.sock", socket.SOCK_STREAM),
        ("/run/dbus/system_bus_socket", socket.SOCK_STREAM),
    ):
        try:
            connect_to(address, kind)
        except OSError:
            continue
        achieved.append(address)
    return achieved


def send_from_a_pair(path: str) -> list[str]:
    import socket

    achieved = []
    for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_STREAM):
        try:
            one, _ = socket.socketpair(socket.AF_UNIX, kind)
            one.sendto(b"attack", path)
        except OSError:
            continue
        achieved.append(f"kind {int(kind)}")
    return achieved

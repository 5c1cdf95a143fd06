"""Attackers of the kernel, the network and the limits.

Each function is sent into an environment by its source, so its imports are inside. It returns
what it achieved.
"""

# What runs inside uses files and numbers as learners and attackers do.
# ruff: noqa: PTH123

from collections.abc import Callable


def open_sockets(kinds: list[list[int]]) -> list[list[int]]:
    import ctypes

    library = ctypes.CDLL(None)  # past Python's own sockets, which may be dressed-up pairs
    return [kind for kind in kinds if library.socket(*kind) >= 0]


def send_to_path(path: str) -> None:
    import socket

    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"attack", path)


def interfaces() -> list[str]:
    with open("/proc/self/net/dev") as file:
        return [line.split(":")[0].strip() for line in file if ":" in line]


def raise_limits() -> list[str]:
    import os
    import resource

    achieved = []
    attacks: dict[str, Callable[[], object]] = {
        "files": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096)),
        "processes": lambda: resource.setrlimit(resource.RLIMIT_NPROC, (-1, -1)),
        "memory": lambda: resource.setrlimit(resource.RLIMIT_DATA, (-1, -1)),
        "root": lambda: os.setuid(0),
        "group": lambda: os.setgid(0),
        "groups": lambda: os.setgroups([0]),
        "chroot": lambda: os.chroot("/tmp"),
        "device": lambda: os.mknod("/tmp/mem", 0o20666, os.makedev(1, 1)),
    }
    for name, attack in attacks.items():
        try:
            attack()
        except (OSError, ValueError):
            continue
        achieved.append(name)
    return achieved


def make_system_calls() -> list[str]:
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(256)
    attacks: dict[str, Callable[[], int]] = {
        "unshare user": lambda: library.unshare(0x10000000),
        "unshare net": lambda: library.unshare(0x40000000),
        "mount": lambda: library.mount(b"none", b"/tmp", b"tmpfs", 0, None),
        "umount": lambda: library.umount2(b"/tmp", 2),
        "setns": lambda: library.setns(3, 0),
        "clone namespaces": lambda: library.syscall(56, 0x10000000 | 17, None, None, None, None),
        "memfd": lambda: library.memfd_create(b"x", 0),
        "shm": lambda: library.shmget(0, 4096, 0o1600),
        "msg": lambda: library.msgget(0, 0o1600),
        "mq": lambda: library.syscall(240, b"x", 0o100, 0o600, None),
        "keyctl": lambda: library.syscall(250, 0, -3, 0),
        "bpf": lambda: library.syscall(321, 0, buffer, 128),
        "io_uring": lambda: library.syscall(425, 1, buffer),
        "userfaultfd": lambda: library.syscall(323, 0),
        "perf": lambda: library.syscall(298, buffer, 0, -1, -1, 0),
        "fsopen": lambda: library.syscall(430, b"tmpfs", 0),
        "open_tree": lambda: library.syscall(428, -100, b"/tmp", 1),
        "kexec": lambda: library.syscall(246, 0, 0, None, 0),
        "module": lambda: library.syscall(313, 0, b"", 0),
        "personality": lambda: library.personality(0x40000),
        "terminal": lambda: library.ioctl(0, 0x5412, b"x"),
        "listen": lambda: library.listen(3, 1),
        "accept": lambda: library.accept(3, None, None),
    }
    return [name for name, attack in attacks.items() if attack() >= 0]


def make_unknown_system_calls() -> list[str]:
    import ctypes
    import errno

    library = ctypes.CDLL(None, use_errno=True)
    results = []
    for number in (435, 463, 600, 0x40000000 + 39):  # clone3, setxattrat, nothing, x32 getpid
        library.syscall(number, None, 0, 0, 0, 0, 0)
        results.append(errno.errorcode[ctypes.get_errno()])
    return results


def use_old_gate() -> int:
    import ctypes
    import mmap

    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (i386 getpid); int 0x80; ret
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    return int(ctypes.CFUNCTYPE(ctypes.c_int)(address)())


def allocate(size: int) -> int:
    return len(bytearray(size))


def map_shared(size: int) -> int:
    import mmap

    memory = mmap.mmap(-1, size)
    for position in range(0, size, 4096):
        memory[position] = 1
    return size


def write_endlessly() -> None:
    import os

    while True:
        print("x" * 10000)
        os.write(1, b"y" * 10000)

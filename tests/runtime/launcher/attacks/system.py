"""Attackers of the kernel, the network and the limits.

Each function is sent into an environment by its source, so its imports are inside. It returns
what it achieved.
"""

# What runs inside uses files and numbers as learners and attackers do.
# ruff: noqa: PTH123


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

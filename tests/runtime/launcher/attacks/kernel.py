"""Attackers of the kernel itself. Sent by their source; they return what they achieved.

They also run where no wall stands, so each call is one that the kernel refuses for its arguments,
if it gets as far as looking at them.
"""

from collections.abc import Callable


def gain_rights() -> list[str]:
    import os
    import resource

    achieved = []
    attacks: dict[str, Callable[[], object]] = {
        "files": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096)),
        "root": lambda: os.setuid(0),
        "group": lambda: os.setgroups([0]),
        "device": lambda: os.mknod("/tmp/mem", 0o20666, os.makedev(1, 1)),
        "chroot": lambda: os.chroot("/tmp"),
    }
    for name, attack in attacks.items():
        try:
            attack()
        except (OSError, ValueError):
            continue
        achieved.append(name)
    return achieved


def call_each(numbers: dict[str, int]) -> dict[str, str]:
    import ctypes
    import errno

    library = ctypes.CDLL(None, use_errno=True)
    bad = ctypes.c_long(-1)
    results = {}
    for name, number in numbers.items():
        ctypes.set_errno(0)
        result = library.syscall(ctypes.c_long(number), bad, bad, bad, bad, bad, bad)
        results[name] = "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]
    return results


def use_the_old_gate() -> list[str]:
    import ctypes
    import mmap

    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")  # mov eax, 20 (i386 getpid); int 0x80; ret
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    return [f"number {ctypes.CFUNCTYPE(ctypes.c_int)(address)()}"]


def clone_with(flags: int, number: int) -> list[str]:
    import ctypes
    import os

    library = ctypes.CDLL(None)
    pid = library.syscall(ctypes.c_long(number), ctypes.c_ulong(flags | 17), None, None, None, None)
    if pid == 0:
        os._exit(0)
    return ["cloned"] if pid > 0 else []


def look_at_the_machine() -> list[str]:
    import ctypes

    buffer = ctypes.create_string_buffer(256)
    return ["load"] if ctypes.CDLL(None).sysinfo(buffer) == 0 else []

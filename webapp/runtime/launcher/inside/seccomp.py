"""seccomp: which system calls learners' code may make.

A deny list, plus ENOSYS for every number the list's author could not know. Sockets can be opened
only in a network namespace of one's own, and only TCP: on its loopback are the gateway and what
the environment listens on itself. Elsewhere there are none, and what an environment talks through
was opened before. MPTCP and connecting sends stay closed everywhere: no client here needs them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass

from webapp.runtime.launcher.inside import libc, syscalls

_LOAD_WORD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_BITS, _RETURN, _AND = (
    0x20,
    0x15,
    0x35,
    0x45,
    0x06,
    0x54,
)
_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_REFUSE = 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16

_LAST_KNOWN_CALL = 450
_CLONE_NAMESPACES = 0x7E020080
_CLONE_PARENT = 0x00008000
_CLONE_THREAD = 0x00010000
_TERMINAL_INJECTION = (0x5412, 0x541C)
_AF_INET, _SOCK_STREAM, _TCP = 2, 1, 6
_MSG_FASTOPEN = 0x20000000
_CLOCK_OF_A_PROCESS = 0x80000000
_FIRST_PROCESS, _SIGKILL = 1, 9
_SET_MODE_FILTER = 1


@dataclass(frozen=True)
class Policy:
    """What depends on the other walls.

    ``alone``: it has namespaces, so no other process can be named. ``may_fork``: a limit of
    processes of its own exists. ``may_touch_metadata``: other people's files are out of reach
    (mount namespace or a user of its own). ``own_network``: there is nothing to reach but a
    loopback of its own.
    """

    alone: bool
    may_fork: bool
    may_touch_metadata: bool
    own_network: bool


class Filter:
    """A filter, compiled once and installed in every environment."""

    def __init__(self, policy: Policy, *, machine: str) -> None:
        code = _program(policy, machine=machine)
        self._number = syscalls.number("seccomp", machine=machine)
        self._code = ctypes.create_string_buffer(code, len(code))
        self._header = ctypes.create_string_buffer(
            struct.pack("=HxxxxxxQ", len(code) // 8, ctypes.addressof(self._code)), 16
        )

    def install(self) -> None:
        """Put this process and all its children under the filter, for good."""
        libc.syscall(
            self._number,
            ctypes.c_uint(_SET_MODE_FILTER),
            ctypes.c_uint(0),
            self._header,
            what="seccomp",
        )


def supported() -> bool:
    """Tell whether there are numbers for this machine's processor."""
    return os.uname().machine in syscalls.AUDIT_ARCHITECTURE


def _program(policy: Policy, *, machine: str) -> bytes:
    architecture = syscalls.AUDIT_ARCHITECTURE[machine]
    parts = [
        _load(_ARCHITECTURE_AT),
        _unless_equal(architecture, _return(_KILL_PROCESS)),
        _load(_NUMBER_AT),
        _if_at_least(_LAST_KNOWN_CALL + 1, _return(_REFUSE | errno.ENOSYS)),
        *_refusals(policy, machine=machine),
        *_judged(policy, machine=machine),
        _return(_ALLOW),
    ]
    return b"".join(parts)


def _refusals(policy: Policy, *, machine: str) -> list[bytes]:
    numbers = syscalls.refused(machine)
    if not policy.may_touch_metadata:
        numbers += syscalls.metadata(machine)
    if not policy.alone:
        numbers += syscalls.watching(machine)
    if not policy.may_fork:
        numbers += syscalls.fork(machine)
    if not policy.own_network:
        numbers += syscalls.network(machine)
    return [_if_equal(number, _return(_REFUSE | errno.EPERM)) for number in numbers]


def _judged(policy: Policy, *, machine: str) -> list[bytes]:
    """Look into arguments. Each block ends in a return, so the loaded word is never stale."""
    refuse = _return(_REFUSE | errno.EPERM)

    def call(name: str, *block: bytes) -> bytes:
        body = b"".join(block) + _return(_ALLOW)
        return _if_equal(syscalls.number(name, machine=machine), body)

    thread_only = b"" if policy.may_fork else _unless_bits(_CLONE_THREAD, refuse)
    return [
        # Its flags lie behind a pointer; glibc falls back to clone.
        call("clone3", _return(_REFUSE | errno.ENOSYS)),
        call(
            "clone",
            _argument(0),
            _if_bits(_CLONE_NAMESPACES | _CLONE_PARENT, refuse),
            thread_only,
        ),
        call("socketpair", _argument(1), _and(0xF), _unless_equal(_SOCK_STREAM, refuse)),
        call(
            "prlimit64",
            _argument(2),
            _unless_equal(0, refuse),
            _argument(2, high=True),
            _unless_equal(0, refuse),
        ),
        call("sched_setaffinity", _argument(0), _unless_equal(0, refuse)),
        call("ioctl", _argument(1), *[_if_equal(code, refuse) for code in _TERMINAL_INJECTION]),
        *(_plain_tcp_only(call) if policy.own_network else []),
        *(_mortality(call) if policy.alone else _clocks(machine, refuse)),
    ]


def _plain_tcp_only(call: Callable[..., bytes]) -> list[bytes]:
    """Let TCP sockets over IPv4 be; who asks for others is told what a kernel without them says."""
    no_family = _return(_REFUSE | errno.EAFNOSUPPORT)
    no_protocol = _return(_REFUSE | errno.EPROTONOSUPPORT)
    no_connecting_send = _if_bits(_MSG_FASTOPEN, _return(_REFUSE | errno.EOPNOTSUPP))
    return [
        call(
            "socket",
            _argument(0),
            _unless_equal(_AF_INET, no_family),
            _argument(1),
            _and(0xF),
            _unless_equal(_SOCK_STREAM, no_protocol),
            _argument(2),
            _if_equal(0, _return(_ALLOW)),
            _unless_equal(_TCP, no_protocol),
        ),
        call("sendto", _argument(3), no_connecting_send),
        call("sendmsg", _argument(2), no_connecting_send),
        call("sendmmsg", _argument(3), no_connecting_send),
    ]


def _mortality(call: Callable[..., bytes]) -> list[bytes]:
    """Let the first process of a namespace kill itself, which the kernel would ignore."""
    itself = _argument(0) + _if_equal(_FIRST_PROCESS, _return(_KILL_PROCESS))
    return [
        call("kill", _argument(1), _if_equal(_SIGKILL, itself)),
        call("tgkill", _argument(2), _if_equal(_SIGKILL, itself)),
    ]


def _clocks(machine: str, refuse: bytes) -> list[bytes]:
    """Other processes' CPU clocks tell when and how much they work."""
    block = _argument(0) + _if_bits(_CLOCK_OF_A_PROCESS, refuse) + _return(_ALLOW)
    return [_if_equal(number, block) for number in syscalls.clocks(machine)]


def _instruction(code: int, value: int, *, true: int = 0, false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, true, false, value)


def _load(offset: int) -> bytes:
    return _instruction(_LOAD_WORD, offset)


def _argument(index: int, *, high: bool = False) -> bytes:
    return _load(_ARGUMENTS_AT + 8 * index + (4 if high else 0))  # little-endian


def _return(value: int) -> bytes:
    return _instruction(_RETURN, value)


def _and(mask: int) -> bytes:
    return _instruction(_AND, mask)


def _if_equal(value: int, then: bytes) -> bytes:
    return _instruction(_JUMP_EQUAL, value, false=len(then) // 8) + then


def _unless_equal(value: int, then: bytes) -> bytes:
    return _instruction(_JUMP_EQUAL, value, true=len(then) // 8) + then


def _if_at_least(value: int, then: bytes) -> bytes:
    return _instruction(_JUMP_GREATER_EQUAL, value, false=len(then) // 8) + then


def _if_bits(mask: int, then: bytes) -> bytes:
    return _instruction(_JUMP_BITS, mask, false=len(then) // 8) + then


def _unless_bits(mask: int, then: bytes) -> bytes:
    return _instruction(_JUMP_BITS, mask, true=len(then) // 8) + then

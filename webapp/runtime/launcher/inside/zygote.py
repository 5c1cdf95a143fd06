"""The zygote: a warm interpreter that forks one process per request, to become an environment.

It is started fresh (no secrets, no connections, an empty environment block), holds no learner
code, and is parent and reaper of every environment. With namespaces it is the first process of a
process namespace, so its end ends everything. Without, it kills the groups it knows and, as
subreaper, whatever they left behind.

What each of them shall become is not its business: their orders pass it by. docs/benchmarks.md says
where the time of a cold start goes and what memory an environment has of its own. After the root
was changed no codec can be imported any more until the system is bound, so the few that are used
are loaded before.
"""

from __future__ import annotations

import fcntl
import gc
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Iterable
from typing import Any, NoReturn

from webapp.runtime.launcher.inside import (
    children,
    environment,
    handlers,
    landlock,
    libc,
    limits,
    messages,
    network,
    paths,
    seccomp,
    service,
    template,
    users,
)
from webapp.runtime.launcher.inside.environment import Birth, Means

_FIRST_FREE = 10
_WARM = [
    "encodings.ascii",
    "encodings.latin_1",
    "encodings.idna",
    "asyncio",
    "base64",
    "collections",
    "configparser",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "email.message",
    "enum",
    "functools",
    "getpass",
    "glob",
    "gzip",
    "hashlib",
    "hmac",
    "html",
    "html.parser",
    "http.client",
    "importlib.metadata",
    "inspect",
    "itertools",
    "math",
    "mimetypes",
    "multiprocessing.managers",
    "multiprocessing.pool",
    "operator",
    "pathlib",
    "queue",
    "random",
    "re",
    "secrets",
    "shutil",
    "string",
    "struct",
    "subprocess",
    "tempfile",
    "textwrap",
    "threading",
    "typing",
    "urllib.parse",
    "urllib.request",
    "uuid",
    "xml.etree.ElementTree",
    "zipfile",
    "zlib",
]
"""What handlers, boto3 above all, import of the library: half of the time that its import takes."""


def main(known: Iterable[str], settings: dict[str, Any]) -> NoReturn:
    """Run as the zygote until the control socket closes; in a child, run as its environment.

    ``known`` are the modules that Lambda's own runtime has loaded too.
    """
    gc.disable()  # until all is loaded: collecting would leave holes, and filling them copies pages
    control = _take_control(settings["control"])
    try:
        means = _prepare(control, settings, set(known))
        first_user = users.first_number(settings["block"]) if os.geteuid() == 0 else None
        zygote = Zygote(control, means, first_user=first_user)
        environment.learn(means)
    except Exception as error:  # whatever it is, the launcher has to hear of it
        messages.send(control, {"refused": f"{type(error).__name__}: {error}"})
        raise SystemExit(1) from None
    messages.send(control, {"ready": True, **_describe(means)})
    try:
        birth = zygote.serve()
    except Exception:  # our own streams are those of environments now
        os.write(2, traceback.format_exc().encode())
        raise SystemExit(1) from None
    # Only children come here. Nothing leads to what the zygote held after this line.
    libc.leave_undone(zygote)
    del zygote, control
    environment.live(birth, means)


class Zygote:
    """Answers launch and discard requests and reports exits."""

    def __init__(self, control: socket.socket, means: Means, *, first_user: int | None) -> None:
        self._control = control
        self._means = means
        self._users = None if first_user is None else users.Users(first_user)
        self._family = children.Family(temporary_root=means.temporary_root)
        self._poll = select.epoll()
        self._poll.register(control, select.EPOLLIN)
        self._processes = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def serve(self) -> Birth:
        """Serve requests. Returns only in a new child, with what it shall become."""
        while True:
            for descriptor, _ in self._poll.poll(self._family.patience()):
                birth = self._handle(descriptor)
                if birth is not None:
                    return birth
            self._family.give_up_late_builds()
            self._reap()

    def _handle(self, descriptor: int) -> Birth | None:
        if descriptor == self._control.fileno():
            return self._take_request()
        child = self._family.of(descriptor)
        if child is not None and descriptor == child.report:
            self._hear(child)
        elif child is not None:
            self._family.mark_ended(child)
            self._poll.unregister(descriptor)
        return None

    def _take_request(self) -> Birth | None:
        request, descriptors = messages.receive(self._control)
        if request is None:
            self._end()
        if "discard" in request:
            self._discard(request)
            return None
        try:
            if len(descriptors) != request["descriptors"]:
                raise ValueError("the zygote has no descriptors left")
            birth = self._fork(request, tuple(descriptors))
        except (OSError, LookupError, ValueError) as error:
            self._send({"failed": request["launch"], "why": str(error)})
            birth = None
        if birth is None:
            for descriptor in descriptors:
                os.close(descriptor)
        return birth

    def _fork(self, request: dict[str, Any], descriptors: tuple[int, ...]) -> Birth | None:
        kept = self._family.kept(request["identifier"])
        if kept.user is None and self._users is not None:
            kept.user = self._users.pick(self._family.users())
        report, theirs = _pair()
        try:
            pid = self._fork_into_namespace()
        except OSError:
            os.close(report)
            os.close(theirs)
            raise
        if pid == 0:
            return Birth(descriptors, theirs, kept.user, kept.mounts)
        os.close(theirs)
        os.set_blocking(report, False)
        child = self._family.add(pid, request=request, report=report)
        self._poll.register(report, select.EPOLLIN)
        self._poll.register(child.pidfd, select.EPOLLIN)
        return None

    def _fork_into_namespace(self) -> int:
        gc.freeze()  # what we hold is not looked at by collections in the child
        if not self._means.namespaces:
            return libc.fork()
        libc.unshare(libc.CLONE_NEWPID, what="process namespace")
        try:
            pid = libc.fork()
        except OSError:
            libc.setns(self._processes, libc.CLONE_NEWPID)
            raise
        if pid:
            libc.setns(self._processes, libc.CLONE_NEWPID)
        return pid

    def _hear(self, child: children.Child) -> None:
        """Take the one message of a child that builds its walls."""
        if child.report is None:
            return
        self._poll.unregister(child.report)
        with socket.socket(fileno=child.report) as report:
            message, descriptors = messages.receive(report)
        child.report = None
        mounts = message.get("mounts", 0) if message else 0
        self._family.keep(child, descriptors[:mounts])
        listeners = descriptors[mounts:]
        if message is not None and "built" in message:
            self._send({"built": child.number}, (child.pidfd, *listeners))
            for descriptor in listeners:
                os.close(descriptor)
        else:
            why = message["failed"] if message else "it died while its walls were being built"
            child.failed = True
            self._send({"failed": child.number, "why": why})

    def _reap(self) -> None:
        for child, status, peak_bytes in self._family.reap():
            if child.report is not None:
                self._hear(child)
            if not child.failed:
                self._send({"exit": child.number, "status": status, "peak": peak_bytes})
            os.close(child.pidfd)
            for number in self._family.forget(child):
                self._send({"discarded": number})

    def _discard(self, request: dict[str, Any]) -> None:
        if self._family.discard(request["identifier"], number=request["discard"]):
            self._send({"discarded": request["discard"]})

    def _send(self, message: messages.Message, descriptors: tuple[int, ...] = ()) -> None:
        try:
            messages.send(self._control, message, descriptors)
        except (BrokenPipeError, ConnectionResetError):
            self._end()

    def _end(self) -> NoReturn:
        """Take everything along: the launcher is gone."""
        self._family.kill_all(adopted=not self._means.namespaces)
        os._exit(0)


def _pair() -> tuple[int, int]:
    """Return two numbers: a socket that a child drops would warn, at length, of being open."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return ours.detach(), theirs.detach()


def _take_control(descriptor: int) -> socket.socket:
    """Move the control socket up and occupy the low numbers, which environments give a meaning."""
    high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE)
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3, _FIRST_FREE):
        if number != null:
            os.dup2(null, number, inheritable=False)
    return socket.socket(fileno=high)


def _prepare(control: socket.socket, settings: dict[str, Any], known: set[str]) -> Means:
    limits.allow_many_files()
    libc.use_few_arenas()
    shim: paths.Shim | None = None
    doorbell: network.Doorbell | None = None
    if settings["namespaces"]:
        template.enter_own_namespaces()
        _wait_as_parent(control)
        libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL, what="death signal")
        _warm_up()
        template.build(settings["code_root"], packages=settings["packages"], node=settings["node"])
    else:
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1, what="subreaper")
        libc.prctl(libc.PR_SET_DUMPABLE, 0, what="not dumpable")
        doorbell = network.install()
        shim = paths.install()
        _warm_up()
    if os.geteuid() == 0:
        libc.drop_bounding_set()
    return _means(settings, known, shim, doorbell)


def _wait_as_parent(control: socket.socket) -> None:
    """Fork; the child goes on as first process of its namespace, the parent only waits for it."""
    pid = os.fork()
    if pid == 0:
        return
    control.close()
    _, status = os.waitpid(pid, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _warm_up() -> None:
    """Import what handlers like to import: 24 ms that a cold start then doesn't have."""
    for name in _WARM:
        __import__(name)
    service.add_site_builtins()
    gc.freeze()
    gc.enable()


def _means(
    settings: dict[str, Any],
    known: set[str],
    shim: paths.Shim | None,
    doorbell: network.Doorbell | None,
) -> Means:
    alone = bool(settings["namespaces"])
    policy = seccomp.Policy(
        alone=alone,
        may_fork=alone or os.geteuid() == 0,
        may_touch_metadata=alone or os.geteuid() == 0,
        own_network=alone,
    )
    machine = os.uname().machine
    return Means(
        namespaces=alone,
        landlock=landlock.abi(),
        filter=seccomp.Filter(policy, machine=machine) if seccomp.supported() else None,
        code_root=settings["code_root"],
        temporary_root=settings["temporary_root"],
        packages=settings["packages"],
        node=settings["node"],
        shim=shim,
        doorbell=doorbell,
        runtime=environment.runtime(),
        ahead=handlers.by_first_name(set(sys.modules) - known),
    )


def _describe(means: Means) -> dict[str, Any]:
    return {
        "landlock": means.landlock,
        "seccomp": means.filter is not None,
        "own_users": os.geteuid() == 0,
        "machine": os.uname().machine,
        "version": ".".join(map(str, sys.version_info[:3])),
    }

"""The first process of an environment: from the fork through the walls to the runtime."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from webapp.runtime.launcher.inside import (
    frames,
    landlock,
    libc,
    limits,
    messages,
    network,
    paths,
    programs,
    rehearsal,
    rooms,
    seccomp,
    service,
    template,
    users,
)
from webapp.runtime.launcher.inside.messages import Message
from webapp.runtime.launcher.inside.runtime import Runtime

_CONNECTION, _FRAMES, _DOORBELL, _REPORT, _MOUNTS, _ORDER, _FIRST_OTHER = 3, 4, 5, 6, 7, 8, 9
_ALL_DESCRIPTORS = 1 << 20
_NICENESS = 10  # the web process stays responsive under busy environments: 48 % of a cpu, else 6 %
_LESSONS = 12
"""Python 3.11 rewrites code that has run eight times, and then hardly writes to it again."""
_DEVICES = [
    (f"/dev/{name}", landlock.READ | landlock.WRITE)
    for name in ("null", "zero", "full", "urandom", "random")
]
_ROOMS = [("/", landlock.RUN), ("/tmp", landlock.ALL)]


@dataclass(frozen=True)
class Means:
    """What this host can do, the same for all environments.

    ``landlock`` is its ABI, 0 for none; the ``shim`` shows folders where mounts cannot, the
    ``doorbell`` a gateway where there is no network; ``runtime`` is made once, so that all share
    its pages; ``ahead`` see ``handlers.forget_shadowed``.
    """

    namespaces: bool
    landlock: int
    filter: seccomp.Filter | None
    code_root: str
    temporary_root: str
    packages: str
    node: str
    shim: paths.Shim | None
    doorbell: network.Doorbell | None
    runtime: Runtime
    ahead: dict[str, list[str]]


@dataclass(frozen=True)
class Birth:
    """One process to begin: the descriptors that it gets, and what is kept of an earlier one.

    ``user`` is its own user number, or ``None`` to stay who one is; ``mounts`` the mount namespace
    of an earlier process of the same environment.
    """

    descriptors: tuple[int, ...]
    report: int
    user: int | None
    mounts: int | None


def runtime() -> Runtime:
    """Return the runtime of every environment, which speaks on the same numbers in each."""
    return Runtime(connection=_CONNECTION, frames_descriptor=_FRAMES)


def learn(means: Means) -> None:
    """Do some of what every environment will do, in the process from which they are forked.

    Python counts how often code runs and writes down what it found there, and names get their
    references: what it has learned before the fork is on pages that all share (0.2 MB of each).
    """
    for _ in range(_LESSONS):
        rehearsal.rehearse(means.runtime.sink)
        rules = _rules(_ROOMS, means)
        if rules is not None:
            os.close(rules)
    service.present(means.runtime)


def live(birth: Birth, means: Means) -> NoReturn:
    """Get rooms and report; wait for an order, build its walls and answer; serve until killed.

    What comes before the order can be done long before anybody needs an environment. Ends only by
    ``SystemExit`` or a signal.
    """
    _arrange(birth)
    with socket.socket(fileno=_REPORT) as report, _telling(report):
        made = _enter_rooms(birth, means)
        rules = _rules(_ROOMS, means) if means.namespaces else None
        rehearsal.rehearse(means.runtime.sink)
        service.settle()
        messages.send(report, {"built": True, "mounts": len(made.mounts)}, made.all())
    for descriptor in made.all():
        os.close(descriptor)
    with socket.socket(fileno=_ORDER) as platform, _telling(platform):
        order, _ = messages.receive(platform)
        if order is None:
            os._exit(0)  # nobody needs us
        _close_up(order, birth, means, rules)
        messages.send(platform, {"built": True})
    if order["probe"]:
        os._exit(0)
    _run(order, means)


@contextmanager
def _telling(listener: socket.socket) -> Iterator[None]:
    try:
        yield
    except BaseException as error:  # whatever it is, the launcher has to hear of it
        messages.send(listener, {"failed": f"{type(error).__name__}: {error}"})
        os._exit(1)


def _arrange(birth: Birth) -> None:
    """Put every descriptor in its place and close all others, other environments' among them.

    The zygote keeps these numbers occupied, so that no source can be overwritten on the way.
    """
    connection, frames, output, *doorbell, order = birth.descriptors
    os.dup2(output, 1)
    os.dup2(output, 2)
    places = {
        _CONNECTION: connection,
        _FRAMES: frames,
        _REPORT: birth.report,
        _ORDER: order,
    }
    if doorbell:
        places[_DOORBELL] = doorbell[0]
    if birth.mounts is not None:
        places[_MOUNTS] = birth.mounts
    for number in range(_CONNECTION, _FIRST_OTHER):
        if number in places:
            os.dup2(places[number], number, inheritable=False)
        else:
            os.close(number)
    os.closerange(_FIRST_OTHER, _ALL_DESCRIPTORS)


def _enter_rooms(birth: Birth, means: Means) -> rooms.Made:
    os.setpgid(0, 0)
    if not means.namespaces:
        return rooms.Made()
    return rooms.build() if birth.mounts is None else rooms.enter(_MOUNTS)


def _close_up(order: Message, birth: Birth, means: Means, rules: int | None) -> None:
    """Make the rooms those of one function, and close them."""
    if not means.namespaces:
        _prepare_folders(order, birth, means)
        limits.apply_file_size(order["temporary"])
        rules = _rules(_folders(order, means), means)
    elif birth.mounts is None:
        rooms.furnish(code=order["code"], temporary_bytes=order["temporary"])
    limits.apply(memory_bytes=order["memory"], program=order["kind"] != "python")
    _drop_privileges(birth, means)
    os.nice(_NICENESS)  # from here on: who builds walls is being waited for
    _close_doors(_code(order, means), means, rules)


def _prepare_folders(order: Message, birth: Birth, means: Means) -> None:
    temporary = Path(_temporary(order, means))
    temporary.mkdir(mode=0o700, exist_ok=True)
    if birth.user is not None:
        os.chown(temporary, birth.user, birth.user)


def _drop_privileges(birth: Birth, means: Means) -> None:
    if birth.user is not None:
        users.become(birth.user)
    elif means.namespaces:
        users.nest()
    if means.namespaces or birth.user is not None:
        limits.apply_process_count()
    else:
        limits.leave_processes_to_others()
    libc.drop_capabilities()
    if not means.namespaces:
        # Orphans stay below it, where their memory is counted.
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1, what="subreaper")
    # A change of user clears this one, so it comes after.
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL, what="death signal")
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1, what="no new privileges")


def _close_doors(code: str, means: Means, rules: int | None) -> None:
    os.chdir(code)
    if not os.access(sys.base_prefix, os.R_OK | os.X_OK):
        raise PermissionError(
            f"user {os.getuid()} cannot read the interpreter in {sys.base_prefix}"
        )
    if rules is not None:
        landlock.restrict(rules, version=means.landlock)
    if means.filter is not None:
        means.filter.install()


def _rules(grants: list[tuple[str, int]], means: Means) -> int | None:
    if not means.landlock:
        return None
    return landlock.rules([*grants, *_DEVICES], version=means.landlock, network=means.namespaces)


def _folders(order: Message, means: Means) -> list[tuple[str, int]]:
    """Return what may be used where there are no rooms, and how."""
    system = ["/usr", "/bin", "/sbin", "/lib", "/lib64", *template.interpreter_folders()]
    packages = [(means.packages, landlock.LOOK)] if means.packages else []
    return [
        *packages,
        *[(path, landlock.RUN) for path in (*system, _code(order, means))],
        *[(path, landlock.LOOK) for path in ("/etc/ssl", "/etc/ld.so.cache")],
        (_temporary(order, means), landlock.ALL),
    ]


def _code(order: Message, means: Means) -> str:
    if means.namespaces:
        return template.CODE
    return os.path.join(means.code_root, order["code"])  # noqa: PTH118 - hot path


def _temporary(order: Message, means: Means) -> str:
    return f"{means.temporary_root}/{order['identifier']}"


def _run(order: Message, means: Means) -> NoReturn:
    variables = order["variables"]
    wrapper = variables.get("AWS_LAMBDA_EXEC_WRAPPER", "")
    if order["kind"] != "python" or wrapper:
        _become_program(order, means, variables=variables, wrapper=wrapper)
    if means.doorbell is not None:
        means.doorbell.answer_with(_DOORBELL)
    if means.shim is not None:
        means.shim.present(_shown(order, means))
    service.serve(
        means.runtime,
        variables=variables,
        fault=order["fault"],
        code=_code(order, means),
        ahead=means.ahead,
    )


def _become_program(
    order: Message, means: Means, *, variables: dict[str, str], wrapper: str
) -> NoReturn:
    sink = frames.Sink(_FRAMES)
    sink.mark(frames.RUNTIME_STARTED)
    kind = order["kind"]
    if kind == "bootstrap":
        programs.become_bootstrap(variables, sink=sink)
    if kind == "node":
        fault = order["fault"]
        program = programs.node(means.node, variables, frames_descriptor=_FRAMES, fault=fault)
    else:
        doorbell = () if means.doorbell is None else (_DOORBELL,)
        program = programs.continuation(
            variables,
            channels=(_CONNECTION, _FRAMES, *doorbell),
            shown={} if means.shim is None else _shown(order, means),
            fault=order["fault"],
        )
    path = wrapper
    if means.shim is not None:
        means.shim.present(_shown(order, means))
        path = means.shim.real(wrapper)
    programs.become(program, wrapper=wrapper, path=path)


def _shown(order: Message, means: Means) -> dict[str, str]:
    packages = {"/var/runtime": means.packages} if means.packages else {}
    return {"/var/task": _code(order, means), "/tmp": _temporary(order, means), **packages}

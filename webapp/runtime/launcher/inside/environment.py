"""The first process of an environment: from the fork through the walls to the runtime."""

from __future__ import annotations

import os
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from webapp.runtime.launcher.inside import (
    frames,
    landlock,
    libc,
    limits,
    messages,
    network,
    paths,
    programs,
    rooms,
    seccomp,
    service,
    template,
    users,
)
from webapp.runtime.launcher.inside.runtime import Runtime

_CONNECTION, _FRAMES, _DOORBELL, _REPORT, _MOUNTS, _FIRST_OTHER = 3, 4, 5, 6, 7, 8
_ALL_DESCRIPTORS = 1 << 20
_NICENESS = 10  # the web process stays responsive under busy environments: 48 % of a cpu, else 6 %
_DEVICES = ("null", "zero", "full", "urandom", "random")


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
    """One environment to become: its launch request and the descriptors that it gets.

    ``user`` is its own user number, or ``None`` to stay who one is; ``mounts`` the mount namespace
    of an earlier process of the same environment.
    """

    request: dict[str, Any]
    descriptors: tuple[int, ...]
    report: int
    user: int | None
    mounts: int | None


def runtime() -> Runtime:
    """Return the runtime of every environment, which speaks on the same numbers in each."""
    return Runtime(connection=_CONNECTION, frames_descriptor=_FRAMES)


def live(birth: Birth, means: Means) -> NoReturn:
    """Build the walls, report, and serve until killed. Ends only by ``SystemExit`` or a signal."""
    report = _arrange(birth)
    try:
        _build(birth, means)
    except BaseException as error:  # whatever it is, the launcher has to hear of it
        messages.send(report, {"failed": f"{type(error).__name__}: {error}"})
        os._exit(1)
    report.close()
    if birth.request.get("probe"):
        os._exit(0)
    _run(birth, means)


def _arrange(birth: Birth) -> socket.socket:
    """Put every descriptor in its place and close all others, other environments' among them.

    The zygote keeps these numbers occupied, so that no source can be overwritten on the way.
    """
    connection, frames, output, *doorbell = birth.descriptors
    os.dup2(output, 1)
    os.dup2(output, 2)
    places = {_CONNECTION: connection, _FRAMES: frames, _REPORT: birth.report}
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
    return socket.socket(fileno=_REPORT)


def _build(birth: Birth, means: Means) -> None:
    request = birth.request
    os.setpgid(0, 0)
    made = rooms.Made()
    if means.namespaces:
        made = _enter_rooms(birth)
    else:
        _prepare_folders(birth, means)
        limits.apply_file_size(request["temporary"])
    limits.apply(memory_bytes=request["memory"], program=request["kind"] != "python")
    _drop_privileges(birth, means)
    os.nice(_NICENESS)  # from here on: who builds walls is being waited for
    _close_doors(birth, means)
    with socket.socket(fileno=os.dup(_REPORT)) as report:
        messages.send(report, {"built": True, "mounts": len(made.mounts)}, made.all())
    for descriptor in made.all():
        os.close(descriptor)


def _enter_rooms(birth: Birth) -> rooms.Made:
    if birth.mounts is not None:
        return rooms.enter(_MOUNTS)
    request = birth.request
    return rooms.build(code=request["code"], temporary_bytes=request["temporary"])


def _prepare_folders(birth: Birth, means: Means) -> None:
    temporary = Path(_temporary(birth, means))
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


def _close_doors(birth: Birth, means: Means) -> None:
    os.chdir(_code(birth, means))
    if not os.access(sys.base_prefix, os.R_OK | os.X_OK):
        raise PermissionError(
            f"user {os.getuid()} cannot read the interpreter in {sys.base_prefix}"
        )
    if means.landlock:
        landlock.restrict(_grants(birth, means), version=means.landlock, network=means.namespaces)
    if means.filter is not None:
        means.filter.install()


def _grants(birth: Birth, means: Means) -> list[tuple[str, int]]:
    devices = [(f"/dev/{name}", landlock.READ | landlock.WRITE) for name in _DEVICES]
    if means.namespaces:
        return [("/", landlock.RUN), ("/tmp", landlock.ALL), *devices]
    system = ["/usr", "/bin", "/sbin", "/lib", "/lib64", *template.interpreter_folders()]
    packages = [(means.packages, landlock.LOOK)] if means.packages else []
    return [
        *packages,
        *[(path, landlock.RUN) for path in (*system, _code(birth, means))],
        *[(path, landlock.LOOK) for path in ("/etc/ssl", "/etc/ld.so.cache")],
        (_temporary(birth, means), landlock.ALL),
        *devices,
    ]


def _code(birth: Birth, means: Means) -> str:
    if means.namespaces:
        return "/var/task"
    return os.path.join(means.code_root, birth.request["code"])  # noqa: PTH118 - hot path


def _temporary(birth: Birth, means: Means) -> str:
    return f"{means.temporary_root}/{birth.request['identifier']}"


def _run(birth: Birth, means: Means) -> NoReturn:
    variables = birth.request["variables"]
    wrapper = variables.get("AWS_LAMBDA_EXEC_WRAPPER", "")
    if birth.request["kind"] != "python" or wrapper:
        _become_program(birth, means, variables=variables, wrapper=wrapper)
    code = _code(birth, means)
    if means.doorbell is not None:
        means.doorbell.answer_with(_DOORBELL)
    if means.shim is not None:
        means.shim.present(_shown(birth, means))
    service.serve(
        means.runtime,
        variables=variables,
        fault=birth.request["fault"],
        code=code,
        ahead=means.ahead,
    )


def _become_program(
    birth: Birth, means: Means, *, variables: dict[str, str], wrapper: str
) -> NoReturn:
    sink = frames.Sink(_FRAMES)
    sink.mark(frames.RUNTIME_STARTED)
    kind = birth.request["kind"]
    if kind == "bootstrap":
        programs.become_bootstrap(variables, sink=sink)
    if kind == "node":
        fault = birth.request["fault"]
        program = programs.node(means.node, variables, frames_descriptor=_FRAMES, fault=fault)
    else:
        doorbell = () if means.doorbell is None else (_DOORBELL,)
        program = programs.continuation(
            variables,
            channels=(_CONNECTION, _FRAMES, *doorbell),
            shown={} if means.shim is None else _shown(birth, means),
            fault=birth.request["fault"],
        )
    path = wrapper
    if means.shim is not None:
        means.shim.present(_shown(birth, means))
        path = means.shim.real(wrapper)
    programs.become(program, wrapper=wrapper, path=path)


def _shown(birth: Birth, means: Means) -> dict[str, str]:
    packages = {"/var/runtime": means.packages} if means.packages else {}
    return {"/var/task": _code(birth, means), "/tmp": _temporary(birth, means), **packages}

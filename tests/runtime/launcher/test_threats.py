"""Every threat is tried in every mode, and gets somewhere only where the status page says so."""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.launcher import modes
from tests.runtime.launcher.attacks import excess, kernel, meddle, reach, trespass
from tests.runtime.launcher.modes import Mode
from tests.runtime.launcher.rig import MEBIBYTE, ON_DEMAND, Rig
from tests.runtime.launcher.victim import SECRET, Victim, around_the_shim, victim
from webapp.runtime.launcher import patrol
from webapp.runtime.launcher.inside import syscalls
from webapp.runtime.launcher.threats import THREATS, Threat, leaks
from webapp.runtime.launcher.zygote import ZygoteLauncher

MACHINE = os.uname().machine
TRIED_ELSEWHERE = {
    "growth": "tests/platform/test_life_cycle.py::test_too_much_memory_ends_the_process",
    "shared kernel": "nobody can try it on purpose",
}
DOORS = (
    "unshare",
    "setns",
    "umount2",
    "keyctl",
    "add_key",
    "io_uring_setup",
    "userfaultfd",
    "perf_event_open",
    "fsopen",
    "open_tree",
    "personality",
    "name_to_handle_at",
    "bpf",
)
"""Calls that do no harm with senseless arguments, where nothing stops them before."""
LINGER_SECONDS = 15.0
"""How long an attack that the patrol must see stays, unless it is ended."""


@pytest.fixture(scope="session")
def prey(mode: Mode, started: Rig) -> Iterator[Victim]:
    """Give what attackers want, owned by the user who owns the launcher."""
    lent = None if mode.settings is None else mode.settings.get("user")
    with victim(started.folder / "server", user=lent) as found:
        yield found


@pytest.fixture
def target(prey: Victim) -> Victim:
    """Give it untouched."""
    prey.renew()
    prey.noticed()
    return prey


@pytest.mark.parametrize("threat", THREATS, ids=lambda threat: threat.identifier)
def test_a_threat_gets_somewhere_only_where_the_status_page_says_so(
    rig: Rig, target: Victim, threat: Threat
) -> None:
    if threat.identifier in TRIED_ELSEWHERE or rig_is_bare(rig):
        return
    achieved = ATTACKS[threat.identifier](rig, target)
    assert bool(achieved) == (threat in leaks(rig.launcher.walls)), achieved


def test_every_threat_is_tried() -> None:
    identifiers = [threat.identifier for threat in THREATS]
    assert sorted([*ATTACKS, *TRIED_ELSEWHERE]) == sorted(identifiers)
    path, _, name = TRIED_ELSEWHERE["growth"].partition("::")
    assert f"def {name}" in (Path(__file__).parents[3] / path).read_text("utf-8")


def test_every_mode_of_this_machine_is_tried() -> None:
    built, missing = modes.found()
    assert len(built) + len(missing) == len(modes.wanted())
    assert built


# -- how each is tried: what it achieved, nothing if all failed


def tried(rig: Rig, function: Callable[..., Any], *arguments: Any) -> Any:
    """Run an attacker in an environment of its own; ``None`` if that ended it."""
    tenant = rig.tenant(ON_DEMAND)
    try:
        answer = tenant.attempt(function, *arguments)
    except (EOFError, ConnectionError):
        return None
    assert "value" in answer, answer
    return answer["value"]


def files(rig: Rig, target: Victim) -> list[str]:
    achieved: list[str] = tried(rig, trespass.take, target.secret_path)
    intact = target.secret.exists() and target.secret.read_text() == "secret"
    return achieved if intact or achieved else ["something happened to it"]


def metadata(rig: Rig, target: Victim) -> list[str]:
    before = target.secret.stat()
    achieved: list[str] = tried(rig, trespass.change_about, target.secret_path)
    after = target.secret.stat()
    if not achieved:
        assert (after.st_mode, after.st_mtime) == (before.st_mode, before.st_mtime)
    return achieved


def neighbours(rig: Rig, target: Victim) -> list[str]:
    variables = {"_HANDLER": "app.handler", "AWS_SECRET_ACCESS_KEY": "a neighbour's own key"}
    other = rig.tenant(ON_DEMAND, variables=variables)
    specification = other.process.identifier
    assert other.attempt(_put_something_into_tmp) == {"value": None}
    function = max(int(path.name.partition("-")[2]) for path in rig.code_root.iterdir())
    temporary = around_the_shim(rig.temporary_root)
    places = [around_the_shim(rig.code_root), temporary]
    code = [f"{place}/function-{function}/app.py" for place in (places[0], "/var/task")]
    mine = [f"{temporary}/{specification}/mine", "/tmp/mine"]
    achieved = tried(rig, trespass.read_each, [*code, *mine])
    folders = [f"{place}/{name}" for place in places for name in (specification, "")]
    achieved += tried(rig, trespass.search_memory, "a neighbour's own [k]ey")
    return [*achieved, *tried(rig, trespass.list_each, folders)]


def system(rig: Rig, target: Victim) -> list[str]:
    folders = ["/", "/usr/lib", "/etc", "/var", "/var/tmp", "/run", "/dev", "/dev/shm"]
    folders += [
        "/proc/sys/kernel",
        "/sys/kernel",
        "/var/task",
        ".",
        "/opt",
        around_the_shim(target.folder),
    ]
    achieved = tried(rig, trespass.write_into_each, folders)
    return [*achieved, *(tried(rig, trespass.rewrite_itself) if rig.walled else [])]


def own_beginnings(rig: Rig, target: Victim) -> list[str]:
    assert os.environ[SECRET]
    found: list[str] = tried(rig, trespass.look_for, os.environ[SECRET])
    return found


def tcp(rig: Rig, target: Victim) -> list[str]:
    achieved: list[str] = tried(rig, reach.connect, target.port)
    return [*achieved, *target.noticed()]


def fast_open(rig: Rig, target: Victim) -> list[str]:
    achieved: list[str] = tried(rig, reach.connect_past_landlock, target.port)
    return [*achieved, *target.noticed()]


def listening(rig: Rig, target: Victim) -> list[str]:
    tenant = rig.tenant(ON_DEMAND)
    offered = tenant.attempt(reach.offer_a_port)["value"]
    reached = []
    for port in offered:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2):
            reached.append(f"port {port}")
    return reached


def other_sockets(rig: Rig, target: Victim) -> list[str]:
    achieved: list[str] = tried(rig, reach.open_other_sockets, target.datagram_port)
    return [*achieved, *target.noticed()]


def unix_sockets(rig: Rig, target: Victim) -> list[str]:
    addresses = str(target.socket), target.abstract
    achieved: list[str] = tried(rig, reach.reach_local_services, *addresses)
    return [*achieved, *target.noticed()]


def datagram_pair(rig: Rig, target: Victim) -> list[str]:
    achieved: list[str] = tried(rig, reach.send_from_a_pair, str(target.log_socket))
    return [*achieved, *target.noticed()]


def signals(rig: Rig, target: Victim) -> list[str]:
    achieved: list[str] = tried(rig, meddle.signal_by_every_way, target.pid)
    return [*achieved, *target.noticed()]


def tracing(rig: Rig, target: Victim) -> list[str]:
    numbers = {name: numbers_of()[name] for name in ("pidfd_getfd", "kcmp")}
    achieved: list[str] = tried(rig, meddle.trace_by_every_way, target.pid, numbers)
    return achieved


def clocks(rig: Rig, target: Victim) -> list[str]:
    achieved: list[str] = tried(rig, meddle.read_clocks, target.pid, clock_numbers())
    return achieved


def kernel_doors(rig: Rig, target: Victim) -> list[str]:
    answers = tried(rig, kernel.call_each, {name: numbers_of()[name] for name in DOORS})
    namespaces = tried(
        rig, kernel.clone_with, 0x10000000, syscalls.number("clone", machine=MACHINE)
    )
    opened = [name for name, answer in answers.items() if answer not in ("EPERM", "ENOSYS")]
    return [*opened, *namespaces]


def unknown_calls(rig: Rig, target: Victim) -> list[str]:
    numbers = {"setxattrat": 463, "landlock's next": 600}
    if MACHINE == "x86_64":
        numbers["x32 getpid"] = 0x40000000 + 39
    answers = tried(rig, kernel.call_each, numbers)
    known = [name for name, answer in answers.items() if answer != "ENOSYS"]
    return known + ((tried(rig, kernel.use_the_old_gate) or []) if MACHINE == "x86_64" else [])


def bomb(rig: Rig, target: Victim) -> list[str]:
    processes = tried(rig, excess.start_processes, 300)
    hold = LINGER_SECONDS if rig.walled else 0.0  # nobody counts the threads of plain processes
    threads = tried(rig, excess.start_threads, 300, hold) or 0
    return [f"{count} of each" for count in (processes, threads) if count >= 300]


def daemon(rig: Rig, target: Victim) -> list[str]:
    tenant = rig.tenant(ON_DEMAND)
    left = tenant.attempt(meddle.leave_a_daemon)["value"]
    reading = os.dup(tenant.process.output)
    tenant.process.kill()
    tenant.exit()
    try:
        os.read(reading, 100)  # its end: nobody holds the other side of the pipe
    except BlockingIOError:
        for pid in left:
            os.kill(int(pid), 9)
        return [f"process {pid} lives" for pid in left]
    finally:
        os.close(reading)
    return []


def spin(rig: Rig, target: Victim) -> list[str]:
    tenant = rig.tenant(ON_DEMAND)
    tenant.begin(excess.spin_in_c)
    tenant.process.kill()
    return [] if tenant.exit().signal == 9 else ["it goes on"]


def heap(rig: Rig, target: Victim) -> list[str]:
    achieved: list[str] = tried(rig, excess.allocate, 600 * MEBIBYTE)
    return achieved


def memory_files(rig: Rig, target: Victim) -> list[str]:
    numbers = {"memfd_create": numbers_of()["memfd_create"]}
    achieved: list[str] = tried(rig, excess.hold_uncounted, numbers)
    return achieved


def disk(rig: Rig, target: Victim) -> list[str]:
    attempts: list[tuple[Any, ...]] = [
        (excess.fill_with_bytes, 40_000_000, LINGER_SECONDS, False),
        (excess.fill_with_files, 4200, LINGER_SECONDS),
        (excess.hide_files, "closed", LINGER_SECONDS),
        (excess.hide_files, "deep", LINGER_SECONDS),
    ]
    achieved = [tried(rig, *attempt) for attempt in attempts]
    rig.clean()
    assert list(rig.temporary_root.iterdir()) == []
    return [what for found in achieved for what in found or []]


def disk_in_a_hurry(rig: Rig, target: Victim) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patrol, "PERIOD_SECONDS", 60.0)
        achieved = [
            tried(rig, excess.fill_with_bytes, 40_000_000, 0.0, deleted)
            for deleted in (False, True)
        ]
    looking = getattr(rig.launcher, "_patrol", None)
    if looking is not None:
        rig.run(looking.stop())
    return [what for found in achieved for what in found or []]


def descriptors(rig: Rig, target: Victim) -> list[str]:
    opened = tried(rig, excess.open_many, 3000)
    return [f"{opened} files"] if opened > 1024 else []


def kernel_memory(rig: Rig, target: Victim) -> list[str]:
    held = tried(rig, excess.fill_buffers, 64)
    assert held < 64 * 2 * MEBIBYTE
    return [f"{held} bytes"] if held > 8 * MEBIBYTE else []


ATTACKS: dict[str, Callable[[Rig, Victim], list[str]]] = {
    "files": files,
    "metadata": metadata,
    "existence": lambda rig, target: tried(rig, trespass.learn_of, target.secret_path),
    "neighbours": neighbours,
    "system": system,
    "watching": lambda rig, target: tried(rig, trespass.watch, str(target.folder)),
    "memory of others": lambda rig, target: tried(rig, trespass.read_process, target.pid),
    "own beginnings": own_beginnings,
    "tcp": tcp,
    "fast open": fast_open,
    "listening": listening,
    "other sockets": other_sockets,
    "unix sockets": unix_sockets,
    "datagram pair": datagram_pair,
    "signals": signals,
    "tracing": tracing,
    "scheduling": lambda rig, target: tried(rig, meddle.push_around, target.pid),
    "clocks of others": clocks,
    "numbers": lambda rig, target: tried(rig, meddle.ask_for_numbers, target.pid),
    "privileges": lambda rig, target: tried(rig, kernel.gain_rights),
    "kernel": kernel_doors,
    "unknown calls": unknown_calls,
    "bomb": bomb,
    "daemon": daemon,
    "spin": spin,
    "heap": heap,
    "memory files": memory_files,
    "disk": disk,
    "disk in a hurry": disk_in_a_hurry,
    "descriptors": descriptors,
    "load": lambda rig, target: tried(rig, kernel.look_at_the_machine),
    "kernel memory": kernel_memory,
}


def numbers_of() -> dict[str, int]:
    """Return the numbers of every call that the filter refuses outright."""
    column = syscalls._COLUMN[MACHINE]
    return {name: numbers[column] for name, numbers in syscalls._REFUSED.items() if numbers[column]}


def clock_numbers() -> dict[str, int]:
    column = syscalls._COLUMN[MACHINE]
    return {name: numbers[column] for name, numbers in syscalls._CLOCKS.items()}


def rig_is_bare(rig: Rig) -> bool:
    """Plain processes as on macOS have the walls of plain processes elsewhere: tried once."""
    return bool(getattr(rig.launcher, "_bare", False))


def is_zygote(rig: Rig) -> bool:
    return isinstance(rig.launcher, ZygoteLauncher)


def _put_something_into_tmp() -> None:
    with open("/tmp/mine", "w") as file:  # noqa: PTH123 - sent by its source
        file.write("mine")

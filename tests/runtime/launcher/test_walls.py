"""The walls one by one, and what must still work; ``test_threats`` tries to get past them."""

import inspect
import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.launcher.attacks import files, kernel, processes, system
from tests.runtime.launcher.rig import MEBIBYTE, ON_DEMAND, Rig, Tenant
from webapp.runtime.launcher.inside import syscalls


@pytest.fixture
def inside(walled: Rig) -> Tenant:
    """Give an environment that runs what it is sent."""
    return walled.tenant(ON_DEMAND)


def test_the_walls_that_are_named_stand(walled: Rig) -> None:
    built = {wall.name for wall in walled.launcher.walls if wall.built}
    assert {"Landlock", "seccomp", "process limit", "resource limits", "clean start"} <= built
    assert ("network namespace" in built) == walled.namespaces
    assert all(wall.detail for wall in walled.launcher.walls)


def test_the_kernel_confirms_filter_and_lost_privileges(walled: Rig) -> None:
    tenant = walled.tenant()
    text = Path(f"/proc/{tenant.process.pid}/status").read_text("ascii")
    fields = {line.split(":")[0]: line.split(":")[1].split() for line in text.splitlines()}
    assert fields["Seccomp"] == ["2"]
    assert fields["NoNewPrivs"] == ["1"]
    assert {int(fields[name][0], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {0}
    assert fields["Uid"][0] != "0"


# -- files


def test_system_secrets_are_out_of_reach(inside: Tenant) -> None:
    for path in ("/etc/shadow", "/root/.bashrc", "/proc/1/environ", "/dev/mem"):
        assert inside.attempt(files.read, path).get("value") in (None, ""), path


# -- other processes


def test_another_environment_cannot_be_signalled(walled: Rig, inside: Tenant) -> None:
    other = walled.tenant()
    assert inside.attempt(processes.signal_each, [other.process.pid]) == {"value": []}
    assert other.invoke(1).value == 1


def test_a_signal_to_everybody_reaches_nobody_else(walled: Rig, inside: Tenant) -> None:
    other = walled.tenant()
    inside.send(_event(processes.signal_everybody))
    assert other.invoke(1).value == 1
    inside.process.kill()


def test_a_daemon_does_not_outlive_its_environment(walled: Rig) -> None:
    if not walled.may_fork:
        assert walled.attempt(processes.fork_once)["error"] == "PermissionError"
        return
    tenant = walled.tenant(ON_DEMAND)
    assert tenant.attempt(processes.make_daemon) == {"value": ["setsid: EPERM", "setpgid: EPERM"]}
    reading = os.dup(tenant.process.output)
    tenant.process.kill()
    tenant.exit()
    os.set_blocking(reading, True)
    assert os.read(reading, 1) == b""  # the end of the pipe: nobody holds the other side
    os.close(reading)


# -- network


def test_no_socket_can_be_opened_but_tcp_in_a_network_of_its_own(
    walled: Rig, inside: Tenant
) -> None:
    plain_tcp = [
        (socket.AF_INET, socket.SOCK_STREAM, 0),
        (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP),
    ]
    kinds = [
        *plain_tcp,
        (socket.AF_INET, socket.SOCK_STREAM, 262),  # MPTCP, which Landlock does not see
        (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_SCTP),
        (socket.AF_INET6, socket.SOCK_STREAM, 0),
        (socket.AF_INET, socket.SOCK_DGRAM, 0),
        (socket.AF_INET, socket.SOCK_RAW, 1),
        (socket.AF_UNIX, socket.SOCK_STREAM, 0),
        (socket.AF_UNIX, socket.SOCK_DGRAM, 0),
        (socket.AF_NETLINK, socket.SOCK_RAW, 0),
        (socket.AF_PACKET, socket.SOCK_RAW, 0),
        (socket.AF_ALG, socket.SOCK_SEQPACKET, 0),
        (socket.AF_VSOCK, socket.SOCK_STREAM, 0),
    ]
    plain = [[int(number) for number in kind] for kind in kinds]
    opened = plain[: len(plain_tcp)] if walled.namespaces else []
    assert inside.attempt(system.open_sockets, plain) == {"value": opened}


def test_a_pair_of_datagram_sockets_cannot_reach_a_path(walled: Rig, inside: Tenant) -> None:
    path = walled.folder / "server.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(path))
        path.chmod(0o777)
        assert inside.attempt(system.send_to_path, str(path))["error"] == "PermissionError"
    path.unlink()


def test_the_network_is_a_loopback_of_its_own(alone: Rig) -> None:
    found = alone.attempt(system.interfaces)
    assert found["value"] == ["lo"]


# -- more than was given


def test_every_call_that_is_to_be_refused_is_refused(inside: Tenant) -> None:
    """Each number of the table, so that a wrong one in it is found."""
    machine = os.uname().machine
    column = syscalls._COLUMN[machine]
    numbers = {name: one[column] for name, one in syscalls._REFUSED.items() if one[column]}
    answers = inside.attempt(kernel.call_each, numbers)["value"]
    assert {name: answer for name, answer in answers.items() if answer != "EPERM"} == {}


def test_no_clone_makes_namespaces_or_siblings(inside: Tenant) -> None:
    number = syscalls.number("clone", machine=os.uname().machine)
    for flag in (0x10000000, 0x20000000, 0x40000000, 0x00020000, 0x00008000):
        assert inside.attempt(kernel.clone_with, flag, number) == {"value": []}, hex(flag)


def test_unknown_system_calls_do_not_exist(inside: Tenant) -> None:
    assert inside.attempt(system.make_unknown_system_calls) == {"value": ["ENOSYS"] * 4}


def test_the_old_system_call_gate_is_closed(inside: Tenant) -> None:
    if os.uname().machine != "x86_64":
        return
    inside.send(_event(system.use_old_gate))
    assert inside.exit().signal is not None


# -- too much


def test_a_fork_bomb_ends_at_the_limit(walled: Rig) -> None:
    if not walled.may_fork:
        assert walled.attempt(processes.fork_once)["error"] == "PermissionError"
        return
    neighbours = [walled.tenant() for _ in range(3)]
    children = walled.attempt(processes.fork_bomb)["value"]
    assert 100 <= children <= 128
    assert all(neighbour.invoke(1).value == 1 for neighbour in neighbours)


def test_too_many_open_files_are_refused(inside: Tenant) -> None:
    opened = inside.attempt(files.open_many)["value"]
    assert 1000 <= opened <= 1024


def test_memory_has_a_hard_stop(walled: Rig) -> None:
    tenant = walled.tenant(ON_DEMAND, variables={"_HANDLER": "app.handler"})
    assert tenant.attempt(system.allocate, 400 * MEBIBYTE)["error"] == "MemoryError"


def test_shared_memory_has_a_hard_stop(inside: Tenant) -> None:
    assert inside.attempt(system.map_shared, 1500 * MEBIBYTE)["error"] in ("OSError", "MemoryError")


def test_endless_output_does_not_stop_the_others(walled: Rig, inside: Tenant) -> None:
    inside.send(_event(system.write_endlessly))
    assert walled.tenant().invoke(1).value == 1
    inside.process.kill()
    assert inside.exit().signal == 9


def test_it_can_neither_freeze_itself_out_of_reach_nor_ignore_the_end(inside: Tenant) -> None:
    inside.send(_event(processes.ignore_signals_and_stop))
    inside.process.kill()
    assert inside.exit().signal == 9


def test_devices_are_those_that_do_no_harm(inside: Tenant) -> None:
    assert inside.attempt(files.use_devices) == {"value": [4, "", "refused"]}


# -- what must still work


def test_ordinary_things_still_work(inside: Tenant) -> None:
    assert inside.attempt(processes.use_threads_and_asyncio) == {"value": [10, "slept", True]}


def test_programs_can_be_run_where_processes_are_counted(walled: Rig) -> None:
    ran = walled.attempt(processes.run_program)
    if walled.may_fork:
        assert ran == {"value": "hello\n"}
    else:
        assert ran["error"] == "PermissionError"


def _event(function: Any) -> bytes:
    source = inspect.getsource(function)
    return json.dumps({"source": source, "name": function.__name__, "arguments": []}).encode()

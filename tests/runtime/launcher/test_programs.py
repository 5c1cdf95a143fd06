"""Programs that are not ours stand behind the same walls: these survive the exec."""

import inspect
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.launcher.attacks import (
    files,
    kernel,
    meddle,
    network,
    processes,
    system,
    trespass,
)
from tests.runtime.launcher.rig import MEBIBYTE, Rig, Tenant
from tests.runtime.launcher.test_threats import DOORS, numbers_of
from webapp.runtime.launcher.zygote import ZygoteLauncher
from webapp.runtime.logs import log_frames
from webapp.runtime.ports import LaunchFailed


def launch(rig: Rig, source: str, **changes: Any) -> Tenant:
    """Launch a bootstrap in Python, which is as good a language for attacks as any."""
    assert isinstance(rig.launcher, ZygoteLauncher)
    imports = "import json, time\nfrom collections.abc import Callable\n"
    text = f"#!/var/lang/bin/{rig.launcher.python_runtime}\n{imports}{source}"
    specification = rig.specification(
        files={"bootstrap": text}, runtime="provided.al2023", **changes
    )
    (specification.code / "bootstrap").chmod(0o755)
    return rig.launch(specification)


def printed(rig: Rig, tenant: Tenant) -> str:
    """Wait for the program's first line."""
    seen = b""

    def has_line() -> bool:
        nonlocal seen
        seen += tenant.output()
        return b"\n" in seen

    rig.wait_until(has_line)
    return seen.decode()


def achieved(rig: Rig, function: Callable[..., Any], *arguments: Any, **changes: Any) -> Any:
    """Run a function in a program of its own; return its result, or its error's name."""
    call = f"{function.__name__}(*{arguments!r})"
    source = (
        f"{inspect.getsource(function)}\n"
        f"try:\n    told = {call}\n"
        "except BaseException as error:\n    told = type(error).__name__\n"
        "print(json.dumps(told), flush=True)\ntime.sleep(600)\n"
    )
    return json.loads(printed(rig, launch(rig, source, **changes)))


def test_files_are_out_of_reach(alone: Rig) -> None:
    secret = alone.folder / "app.db"
    secret.write_text("secret")
    assert achieved(alone, trespass.take, str(secret)) == []
    assert achieved(alone, trespass.change_about, str(secret)) == []
    assert achieved(alone, files.read, "/etc/shadow") in ("FileNotFoundError", "PermissionError")
    folders = ["/", "/usr/lib", "/etc", "/var", "/var/runtime", "/var/task", "/var/lang", "/run"]
    assert achieved(alone, trespass.write_into_each, folders) == []
    secret.unlink()


def test_nobody_else_can_be_signalled_traced_or_slowed(alone: Rig) -> None:
    numbers = {name: numbers_of()[name] for name in ("pidfd_getfd", "kcmp")}
    # To itself an environment is 1: where a first process started the tests, that is nobody else.
    others = [pid for pid in (os.getpid(), os.getppid()) if pid != 1]
    assert achieved(alone, processes.signal_each, others) == []
    assert achieved(alone, meddle.trace_by_every_way, os.getpid(), numbers) == []
    assert achieved(alone, meddle.push_around, os.getpid()) == []


def test_nothing_but_its_own_loopback_is_reachable(alone: Rig) -> None:
    kinds = [
        [int(family), int(kind), 0]
        for family, kind in (
            (socket.AF_INET, socket.SOCK_DGRAM),
            (socket.AF_INET6, socket.SOCK_STREAM),
            (socket.AF_UNIX, socket.SOCK_STREAM),
            (socket.AF_NETLINK, socket.SOCK_RAW),
        )
    ]
    assert achieved(alone, system.open_sockets, kinds) == []
    with socket.create_server(("127.0.0.1", 0)) as server:
        places = [["127.0.0.1", server.getsockname()[1]], ["192.0.2.1", 80]]
        assert achieved(alone, network.connect_natively, places) == []


def test_it_can_listen_on_its_own_loopback_and_nobody_else_hears(alone: Rig) -> None:
    assert achieved(alone, _talk_to_itself) == "hello"


def test_privileges_and_limits_cannot_be_raised(alone: Rig) -> None:
    assert achieved(alone, kernel.gain_rights) == []
    answers = achieved(alone, kernel.call_each, {name: numbers_of()[name] for name in DOORS})
    assert set(answers.values()) <= {"EPERM", "ENOSYS"}


def test_it_has_its_standard_descriptors_and_variables_and_no_others(alone: Rig) -> None:
    variables = {"_HANDLER": "x.y", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"}
    found = achieved(alone, _surroundings, variables=variables)
    assert found["descriptors"] == [0, 1, 2]
    assert {name: found["variables"].get(name) for name in variables} == variables
    assert not [name for name in found["variables"] if "COLDSTART" in name]


def test_the_kernel_confirms_filter_and_lost_privileges(alone: Rig) -> None:
    tenant = launch(alone, "print(flush=True)\ntime.sleep(600)\n")
    printed(alone, tenant)
    text = Path(f"/proc/{tenant.process.pid}/status").read_text("ascii")
    fields = {line.split(":")[0]: line.split(":")[1].split() for line in text.splitlines()}
    assert (fields["Seccomp"], fields["NoNewPrivs"]) == (["2"], ["1"])
    assert {int(fields[name][0], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {0}


def test_its_memory_has_a_hard_stop_too(alone: Rig) -> None:
    assert achieved(alone, system.allocate, 700 * MEBIBYTE) == "MemoryError"
    assert achieved(alone, system.allocate, 200 * MEBIBYTE) == 200 * MEBIBYTE


def test_a_fork_bomb_ends_at_the_limit(alone: Rig) -> None:
    assert 100 <= achieved(alone, processes.fork_bomb) <= 128


def test_a_daemon_ends_with_its_environment(alone: Rig) -> None:
    tenant = launch(
        alone,
        f"{inspect.getsource(processes.make_daemon)}\n"
        "print(make_daemon(), flush=True)\ntime.sleep(600)\n",
    )
    assert "setsid: EPERM" in printed(alone, tenant)
    reading = os.dup(tenant.process.output)
    tenant.process.kill()
    tenant.exit()
    os.set_blocking(reading, True)
    assert os.read(reading, 1) == b""
    os.close(reading)


def test_all_of_it_is_frozen_and_killed(alone: Rig) -> None:
    tenant = launch(
        alone,
        "import os\nchild = os.fork()\n"
        "print(flush=True)\n"
        "while True:\n    os.write(1, b'.')\n    time.sleep(0.001)\n",
    )
    printed(alone, tenant)
    tenant.process.freeze()
    alone.run(alone.launcher.discard("nobody"))  # a turn of the zygote, after the signal
    tenant.output()
    assert alone.tenant().invoke(1).value == 1
    assert len(tenant.output()) < 100
    tenant.process.kill()
    assert tenant.exit().signal == 9


def test_why_a_program_cannot_be_started_comes_as_a_frame(alone: Rig) -> None:
    tenant = alone.launch(alone.specification(runtime="provided.al2"))
    assert tenant.exit().code == 1
    frames = tenant.frames()
    assert [frame.type for frame in frames] == [
        log_frames.RUNTIME_STARTED,
        log_frames.ENTRYPOINT_INVALID,
    ]
    assert frames[1].message.startswith(b"Couldn't find valid bootstrap(s)")


@pytest.mark.parametrize("runtime", ["provided.al2023", "nodejs20.x"])
def test_without_a_network_of_its_own_none_is_started(rig: Rig, runtime: str) -> None:
    if rig.namespaces:
        return
    with pytest.raises(LaunchFailed, match="needs a network namespace"):
        rig.launch(rig.specification(runtime=runtime))


def _surroundings() -> dict[str, object]:
    import os

    found = []
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return {"descriptors": found, "variables": dict(os.environ)}


def _talk_to_itself() -> str:
    import socket

    with socket.create_server(("127.0.0.1", 8080)) as server:
        near = socket.create_connection(("127.0.0.1", 8080))
        far, _ = server.accept()
        near.sendall(b"hello")
        return far.recv(5).decode()

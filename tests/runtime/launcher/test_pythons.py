"""Python functions on the interpreter that they ask for, if this host has it (rule 25)."""

import ast
import asyncio
import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes import runtimes
from tests.fakes.launcher import FakeLauncher, FakeProcess
from tests.runtime.launcher import modes
from tests.runtime.launcher import test_folders as folders
from tests.runtime.launcher import test_gateway as gateway
from tests.runtime.launcher import test_life as life
from tests.runtime.launcher import test_output as output
from tests.runtime.launcher import test_runtime as runtime_tests
from tests.runtime.launcher.rig import ON_DEMAND, Rig
from webapp.runtime.launcher import pythons
from webapp.runtime.launcher.bytecode import Compilation
from webapp.runtime.launcher.each_python import EachPython
from webapp.runtime.launcher.inside import hints
from webapp.runtime.launcher.portable import PortableLauncher
from webapp.runtime.launcher.zygote import ZygoteLauncher
from webapp.runtime.ports import EnvironmentSpecification, LaunchFailed

FOUND = pythons.find()
LAUNCHER = Path(pythons.__file__).parent
INSIDE = sorted([*(LAUNCHER / "inside").glob("*.py"), *(LAUNCHER / "shown").glob("*.py")])
CONTRACTS: list[Callable[[Rig], None]] = [
    life.test_a_warm_environment_keeps_its_module_state,
    life.test_an_answer_comes_back_as_json,
    life.test_a_large_event_and_a_large_answer_pass,
    life.test_a_background_thread_stands_still_while_frozen,
    life.test_a_crash_is_reported_as_its_signal,
    life.test_the_environment_is_exactly_what_was_asked_for,
    life.test_nothing_of_ours_is_in_the_way_of_a_learners_module,
    life.test_only_the_descriptors_it_needs_are_open,
    folders.test_temporary_files_survive_a_crash_and_go_with_the_environment,
    folders.test_the_temporary_folder_is_an_ordinary_one,
    folders.test_code_is_in_var_task_and_is_the_working_folder,
    output.test_print_and_logging_keep_their_order,
    output.test_an_uncaught_error_is_one_event_with_no_break_spaces,
    runtime_tests.test_an_exception_in_the_handler_is_posted_with_its_trace,
    runtime_tests.test_an_exception_while_importing_has_a_full_trace,
    runtime_tests.test_the_context_says_who_and_how_long,
    runtime_tests.test_decimals_are_answered_as_numbers,
    runtime_tests.test_memory_can_run_out_while_a_module_is_imported,
]


@pytest.fixture(scope="module", params=sorted(FOUND), ids=str)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """Give the strongest launcher of this host, on another interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o755)
        (path / "code").mkdir()
        walled = any(mode.name == "root with namespaces" for mode in modes.found()[0])
        kind = ZygoteLauncher if walled else PortableLauncher
        launcher = kind(
            code_root=path / "code",
            temporary_root=path / "temporary",
            packages=modes.shown_packages(),
            python=FOUND[request.param],
        )
        made = Rig(launcher, path, namespaces=walled, walled=walled, may_fork=True)
        made.run(launcher.start())
        assert launcher.python_runtime == request.param
        yield made
        made.run(launcher.stop())
        made.loop.run_until_complete(made.loop.shutdown_default_executor())
        made.loop.close()


@pytest.fixture(autouse=True)
def _clean(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "rig" in request.fixturenames:
        request.getfixturevalue("rig").clean()


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_every_interpreter_keeps_the_contract(rig: Rig, contract: Callable[[Rig], None]) -> None:
    contract(rig)


def test_every_interpreter_reaches_the_gateway(rig: Rig) -> None:
    lab = gateway.Lab(rig)
    gateway.test_a_handler_reaches_its_gateway(lab.tenant())
    gateway.test_asyncio_reaches_it_too(lab.tenant())
    lab.close()


def test_boto3_is_there_or_it_is_said_why_not(rig: Rig) -> None:
    version = rig.attempt(_version)["value"]
    code = "import boto3\ndef handler(event, context):\n    return boto3.__file__\n"
    specification = rig.specification(code, memory_bytes=512 * 1024 * 1024)
    if tuple(version) >= hints.OLDEST_FOR_BOTO3:
        answer = rig.launch(specification).ready().invoke()
        assert answer.value == "/var/runtime/boto3/__init__.py"
        return
    tenant = rig.launch(specification)
    assert tenant.call().value["errorMessage"].endswith("No module named 'boto3'")
    assert tenant.texts()[-1] == hints.NO_BOTO3


@pytest.mark.parametrize("path", INSIDE, ids=lambda path: path.name)
def test_what_runs_inside_is_python_3_9(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 9))
    imports = [node.module for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert imports[:1] == ["__future__"] or not imports, "annotations would be evaluated"
    assert "slots=True" not in path.read_text("utf-8")


def test_this_host_has_what_runs_the_tests() -> None:
    assert FOUND, "not even the interpreter that runs this was found"


# -- finding


def make(path: Path, *, script: bool = False) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"#!/bin/sh\n" if script else b"\x7fELF")
    path.chmod(0o755)
    return str(path)


def test_a_program_on_the_path_comes_first(tmp_path: Path) -> None:
    first = make(tmp_path / "bin" / "python3.12")
    make(tmp_path / ".pyenv" / "versions" / "3.12.9" / "bin" / "python3.12")
    environment = {"PATH": f":{tmp_path}/nothing:{tmp_path}/bin", "HOME": str(tmp_path)}
    assert pythons.find(environment) == {"python3.12": first}


def test_scripts_that_stand_for_an_interpreter_are_passed_by(tmp_path: Path) -> None:
    make(tmp_path / "shims" / "python3.13", script=True)
    (tmp_path / "shims" / "python3.10").mkdir()
    real = make(tmp_path / "pyenv" / "versions" / "3.13.2" / "bin" / "python3.13")
    environment = {"PATH": f"{tmp_path}/shims", "PYENV_ROOT": f"{tmp_path}/pyenv"}
    assert pythons.find(environment) == {"python3.13": real}


def test_of_several_the_newest_is_taken(tmp_path: Path) -> None:
    for version in ("3.9.2", "3.9.18", "3.9.9", "3.9-dev"):
        make(tmp_path / "versions" / version / "bin" / "python3.9")
    found = pythons.find({"PATH": "", "PYENV_ROOT": str(tmp_path)})
    assert found["python3.9"].endswith("/3.9.18/bin/python3.9")


def test_the_way_through_a_virtual_environment_leads_to_the_interpreter(tmp_path: Path) -> None:
    real = make(tmp_path / "real" / "python3.11")
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "python3.11").symlink_to(real)
    assert pythons.find({"PATH": str(tmp_path / "venv")}) == {"python3.11": real}


# -- one launcher for each


class OnePython(FakeLauncher):
    """A fake launcher of one interpreter."""

    def __init__(self, runtime: str, *, broken: bool = False) -> None:
        super().__init__(runtimes.obedient)
        self.python_runtime = runtime
        self._broken = broken

    async def start(self) -> None:
        await super().start()
        if self._broken:
            raise LaunchFailed("user 1 cannot read the interpreter")


class Each:
    """A launcher for each of these, and what was made."""

    def __init__(self, folder: Path, *, broken: str = "") -> None:
        self.main = OnePython("python3.11")
        self.made: list[OnePython] = []
        self.blocks: list[int] = []
        self._broken = broken
        (folder / ".compiled-for-python3.12").touch()
        (folder / ".compiled-for-python3.13").touch()
        found = {name: f"/bin/{name}" for name in ("python3.11", "python3.12", "python3.13")}
        self.launcher = EachPython(self.main, pythons=found, make=self._make, packages=folder)

    def _make(self, python: str, block: int) -> OnePython:
        name = python.rpartition("/")[2]
        self.made.append(OnePython(name, broken=name == self._broken))
        self.blocks.append(block)
        return self.made[-1]

    async def stop(self) -> None:
        await self.launcher.stop()
        for one in (self.main, *self.made):
            for process in one.launched:
                process.close()

    async def launch(self, runtime: str, *, identifier: str = "e") -> FakeProcess:
        specification = EnvironmentSpecification(
            identifier=identifier,
            code=Path("/code"),
            memory_bytes=1,
            temporary_bytes=1,
            variables={},
            runtime=runtime,
        )
        process = await self.launcher.launch(specification)
        assert isinstance(process, FakeProcess)
        return process


def test_a_launcher_is_started_with_the_first_function_that_needs_it(tmp_path: Path) -> None:
    async def body() -> None:
        each = Each(tmp_path)
        await each.launcher.start()
        assert each.made == []
        both = [each.launch("python3.12", identifier=name) for name in ("a", "b")]
        await asyncio.gather(*both)
        (other,) = each.made
        assert (other.starts, len(other.launched), each.main.launched) == (1, 2, [])
        await each.launch("python3.13", identifier="c")
        assert each.blocks == [1, 2]
        await each.launcher.discard("a")
        assert other.discarded == ["a"]
        await each.stop()
        assert [one.stops for one in (each.main, *each.made)] == [1, 1, 1]
        assert other.alive == []

    asyncio.run(body())


def test_one_that_is_half_started_when_nobody_waits_any_more_is_stopped_too(
    tmp_path: Path,
) -> None:
    async def body() -> None:
        each = Each(tmp_path)
        await each.launcher.start()
        launching = asyncio.ensure_future(each.launch("python3.12"))
        await asyncio.sleep(0)
        launching.cancel()
        await each.stop()
        (other,) = each.made
        assert (other.starts, other.stops) == (1, 1)

    asyncio.run(body())


@pytest.mark.parametrize("runtime", ["python3.11", "python3.9", "nodejs20.x", "provided.al2", ""])
def test_the_main_one_runs_its_own_and_whatever_there_is_no_other_for(
    tmp_path: Path, runtime: str
) -> None:
    async def body() -> None:
        each = Each(tmp_path)
        await each.launcher.start()
        await each.launch(runtime)
        assert (len(each.main.launched), each.made) == (1, [])
        await each.stop()

    asyncio.run(body())


def test_an_interpreter_that_cannot_be_used_is_tried_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def body() -> None:
        each = Each(tmp_path, broken="python3.12")
        await each.launcher.start()
        await each.launch("python3.12", identifier="a")
        await each.launch("python3.12", identifier="b")
        assert len(each.main.launched) == 2
        (broken,) = each.made
        assert (broken.starts, broken.stops) == (1, 1)
        await each.launch("python3.13", identifier="c")
        assert each.blocks == [1, 2]
        await each.stop()

    with caplog.at_level(logging.WARNING):
        asyncio.run(body())
    assert "/bin/python3.12 cannot run functions here: user 1 cannot read" in caplog.text


def test_byte_code_is_made_once_and_can_be_given_up(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("x = 1\n")
    name, python = next(iter(FOUND.items()))
    compilation = Compilation(tmp_path, python=python, name=name)
    compilation.start()
    while compilation.running:
        pass
    compilation.stop()
    assert list((tmp_path / "__pycache__").glob("module.*.pyc"))
    again = Compilation(tmp_path, python=python, name=name)
    again.start()
    assert not again.running
    other = Compilation(tmp_path, python=python, name="other")
    other.start()
    other.stop()
    other.stop()


def _version() -> list[int]:
    import sys

    return list(sys.version_info[:2])


assert ON_DEMAND  # what ``attempt`` sends its functions to

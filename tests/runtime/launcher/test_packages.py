"""boto3 in handlers: there, quick, the only package of the app's, never in the way (rule 22)."""

import stat
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.runtime.launcher import modes
from tests.runtime.launcher.rig import ON_DEMAND, Rig, Tenant
from webapp.runtime.launcher import packages

VARIABLES = {
    "_HANDLER": "app.handler",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
}


@pytest.fixture
def inside(rig: Rig) -> Tenant:
    return rig.tenant(ON_DEMAND, variables=VARIABLES, memory_bytes=512 * 1024 * 1024)


def test_boto3_is_there_and_makes_clients(inside: Tenant) -> None:
    made = inside.attempt(_use_boto3)["value"]
    assert made == {
        "version": version("boto3"),
        "file": "/var/runtime/boto3/__init__.py",
        "clients": ["lambda", "s3", "sqs"],
        "compiled": True,
    }


def test_no_other_package_of_the_app_is_there(inside: Tenant) -> None:
    names = ["flask", "sqlalchemy", "httptools", "psutil", "webapp.wiring", "pip", "pytest"]
    assert inside.attempt(_import_each, names) == {"value": []}
    shown = inside.attempt(_list_runtime)["value"]
    assert not {name.partition("-")[0] for name in shown} & {"flask", "sqlalchemy", "webapp"}


def test_a_vendored_boto3_wins(rig: Rig) -> None:
    code = "import boto3\ndef handler(event, context):\n    return boto3.WHOSE\n"
    tenant = rig.tenant(code, files={"boto3.py": "WHOSE = 'mine'\n"}, variables=VARIABLES)
    assert tenant.invoke().value == "mine"


def test_the_packages_cannot_be_changed(walled: Rig) -> None:
    tenant = walled.tenant(ON_DEMAND, variables=VARIABLES)
    for path in ("/var/runtime/boto3/__init__.py", "/var/runtime/new.py"):
        assert tenant.attempt(_write, path)["error"] in ("OSError", "PermissionError")


def test_the_folder_is_made_once_for_each_set_of_versions(tmp_path: Path) -> None:
    root = tmp_path / "packages"
    (root / "older").mkdir(parents=True)
    made = packages.prepare(root)
    marked = made / "marked"
    marked.touch()
    assert packages.prepare(root) == made
    assert marked.exists()
    assert [path.name for path in root.iterdir()] == [made.name]


def test_a_folder_that_was_not_finished_is_made_again(tmp_path: Path) -> None:
    root = tmp_path / "packages"
    (root / "unfinished" / "boto3").mkdir(parents=True)
    made = packages.prepare(root)
    assert list((made / "botocore" / "data" / "lambda").rglob("service-2.json.gz"))
    assert not (root / "unfinished").exists()


def test_everybody_can_read_what_is_shown() -> None:
    for path in modes.shown_packages().rglob("*"):
        wanted = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
        assert path.stat().st_mode & wanted == wanted, path


def test_what_nobody_else_may_read_is_copied_for_everybody(tmp_path: Path) -> None:
    source = tmp_path / "private.py"
    source.write_text("x = 1\n")
    source.chmod(0o600)
    packages._link(source, tmp_path / "shown.py")
    shown = (tmp_path / "shown.py").stat()
    assert stat.S_IMODE(shown.st_mode) == 0o644
    assert shown.st_mtime == source.stat().st_mtime
    assert stat.S_IMODE(source.stat().st_mode) == 0o600


def _use_boto3() -> dict[str, object]:
    import os

    import boto3

    clients = [boto3.client(name) for name in ("lambda", "s3", "sqs")]
    return {
        "version": boto3.__version__,
        "file": boto3.__file__,
        "clients": [client.meta.service_model.service_name for client in clients],
        "compiled": os.path.exists(boto3.__cached__),  # noqa: PTH110
    }


def _import_each(names: list[str]) -> list[str]:
    import importlib

    found = []
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        found.append(name)
    return found


def _list_runtime() -> list[str]:
    import os

    return os.listdir("/var/runtime")  # noqa: PTH208


def _write(path: str) -> None:
    with open(path, "w") as file:  # noqa: PTH123
        file.write("x")

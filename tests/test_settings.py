"""What the environment may decide, and how it is told that it may not."""

from pathlib import Path

import pytest

from webapp.settings import (
    MEGABYTE,
    LimitSettings,
    Settings,
    SettingsInvalid,
    limit_variables,
    read_settings,
)

LIMITS = [
    (name, field.metadata["variable"], field.metadata["lowest"], field.metadata["unit"])
    for name, field in LimitSettings.__dataclass_fields__.items()
]


def test_an_empty_environment_gives_self_study_on_this_machine() -> None:
    settings = read_settings({})
    assert settings == Settings(data=Path(".coldstart").absolute())
    assert (settings.port, settings.host, settings.loopback) == (8000, "127.0.0.1", True)
    assert (settings.secret, settings.passphrase, settings.database_url) == ("", "", "")
    assert settings.limits == LimitSettings()


def test_an_empty_value_is_none_at_all() -> None:
    names = [variable for variable, _ in limit_variables()]
    others = ["PORT", "HOST", "COLDSTART_DATA", "DATABASE_URL", "COLDSTART_PASSPHRASE"]
    others += ["COLDSTART_ACCOUNT", "COLDSTART_PUBLIC"]
    assert read_settings(dict.fromkeys([*names, *others], "")) == read_settings({})


@pytest.mark.parametrize("account", ["1", "12345678901", "1234567890123", "12345678901x", "١" * 12])
def test_an_account_is_twelve_digits(account: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"COLDSTART_ACCOUNT is .* Set twelve digits"):
        read_settings({"COLDSTART_ACCOUNT": account})
    assert read_settings({"COLDSTART_ACCOUNT": "123456789012"}).account == "123456789012"


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({}, "http://localhost:8000"),
        ({"HOST": "::1", "PORT": "81"}, "http://localhost:81"),
        ({"HOST": "0.0.0.0"}, "http://localhost:8000"),
        ({"HOST": "lab.example.org"}, "http://lab.example.org:8000"),
        ({"COLDSTART_PUBLIC": "https://lab.example.org/"}, "https://lab.example.org"),
    ],
)
def test_links_are_made_of_where_everybody_finds_the_server(
    values: dict[str, str], address: str
) -> None:
    assert read_settings(values).public_address == address


@pytest.mark.parametrize(
    "address", ["lab.example.org", "https://lab/path", "ftp://lab", "https://u@lab", "https://a b"]
)
def test_what_is_no_address_of_a_site_is_refused(address: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"COLDSTART_PUBLIC is .* Set scheme and host"):
        read_settings({"COLDSTART_PUBLIC": address})


def test_every_text_is_taken_as_it_is(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "HOST": "0.0.0.0",
            "PORT": "9000",
            "COLDSTART_DATA": str(tmp_path),
            "COLDSTART_SECRET": " secret ",
            "COLDSTART_PASSPHRASE": "öffne dich",
            "DATABASE_URL": "postgresql://db/coldstart",
        }
    )
    assert (settings.host, settings.port, settings.data) == ("0.0.0.0", 9000, tmp_path)
    assert (settings.secret, settings.passphrase) == (" secret ", "öffne dich")
    assert settings.database == settings.database_url == "postgresql://db/coldstart"


def test_without_a_database_there_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    settings = read_settings({"COLDSTART_DATA": str(tmp_path)})
    assert settings.database == f"sqlite:///{tmp_path}/coldstart.db"


@pytest.mark.parametrize(("name", "variable", "lowest", "unit"), LIMITS)
def test_every_limit_has_a_variable_a_unit_and_bounds(
    name: str, variable: str, lowest: int, unit: int
) -> None:
    for number in (lowest, 10**9):
        assert getattr(read_settings({variable: str(number)}).limits, name) == number * unit
    for number in (lowest - 1, 10**9 + 1, -5):
        with pytest.raises(SettingsInvalid, match=f"{variable} is {number}. Set a number from"):
            read_settings({variable: str(number)})


@pytest.mark.parametrize("text", ["many", "1.5", "1e3", "0x10", "6 MB", "nan", "--1", "\0"])
def test_what_is_no_whole_number_is_quoted(text: str) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        read_settings({"COLDSTART_PAYLOAD_MB": text})
    assert str(refused.value) == (
        f"COLDSTART_PAYLOAD_MB is '{text}', which is not a whole number. "
        "Set a number from 1 to 1000000000, or leave it out for 6."
    )


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_port_that_cannot_be_is_refused(port: str) -> None:
    with pytest.raises(SettingsInvalid, match="Set a number from 1 to 65535, or leave it out"):
        read_settings({"PORT": port})


def test_who_shares_a_host_gets_less_concurrency_unless_it_is_set() -> None:
    shared = {"COLDSTART_PASSPHRASE": "open"}
    assert read_settings({}).limits.concurrency == 1000
    assert read_settings(shared).limits.concurrency == 50
    chosen = {**shared, "COLDSTART_CONCURRENCY": "7"}
    assert read_settings(chosen).limits.concurrency == 7


def test_sizes_are_in_megabytes_and_pages_leave_threads_for_answers() -> None:
    limits = read_settings({"COLDSTART_TMP_MB": "2", "COLDSTART_THREADS": "40"}).limits
    assert limits.temporary_bytes == 2 * MEGABYTE
    assert limits.streams == 8


@pytest.mark.parametrize(
    ("host", "loopback", "address"),
    [
        ("127.0.0.1", True, "http://127.0.0.1:8000"),
        ("127.1.2.3", True, "http://127.1.2.3:8000"),
        ("localhost", True, "http://localhost:8000"),
        ("::1", True, "http://[::1]:8000"),
        ("0.0.0.0", False, "http://127.0.0.1:8000"),
        ("::", False, "http://127.0.0.1:8000"),
        ("192.168.1.5", False, "http://192.168.1.5:8000"),
        ("fe80::1", False, "http://[fe80::1]:8000"),
        ("localhost.example", False, "http://localhost.example:8000"),
        ("127.0.0.1.example", False, "http://127.0.0.1.example:8000"),
    ],
)
def test_only_this_machines_own_addresses_are_loopback(
    host: str, loopback: bool, address: str
) -> None:
    settings = read_settings({"HOST": host})
    assert (settings.loopback, settings.address) == (loopback, address)


def test_what_a_limit_bounds_is_said_in_the_words_of_the_readme() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    for one in LimitSettings.__dataclass_fields__.values():
        about = one.metadata
        assert f"| `{about['variable']}` | `{about['default']}` | {about['bounds']}" in readme

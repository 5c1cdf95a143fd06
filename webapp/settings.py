"""Settings, read once from the environment at the door. Every one is documented in the README."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

DEFAULT_SECRET = ""
DEFAULT_ACCOUNT = "000000000000"
MEGABYTE = 1024 * 1024


class SettingsInvalid(Exception):
    """A setting has a value that cannot be used; the message says which and what to do."""


def _limit(variable: str, default: int, *, bounds: str, lowest: int = 1, unit: int = 1) -> int:
    """Declare a limit: its environment variable, its default in ``unit``, its lowest value.

    ``bounds`` says for people what it bounds, in the words of the README.
    """
    about = {"variable": variable, "default": default, "lowest": lowest, "unit": unit}
    return field(default=default * unit, metadata={**about, "bounds": bounds})


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitSettings:
    """The limits of rules.md; sizes in bytes, given in megabytes where the name says MB."""

    environments_per_host: int = _limit(
        "COLDSTART_ENVIRONMENTS", 500, bounds="environments on this host"
    )
    concurrency: int = _limit(
        "COLDSTART_CONCURRENCY", 1000, bounds="invocations at once in a workspace"
    )
    burst: int = _limit("COLDSTART_BURST", 100, bounds="invocations that one press can send")
    functions: int = _limit("COLDSTART_FUNCTIONS", 200, bounds="functions in a workspace")
    zipped_bytes: int = _limit(
        "COLDSTART_CODE_ZIPPED_MB", 50, bounds="size of a function's zip", unit=MEGABYTE
    )
    unzipped_bytes: int = _limit(
        "COLDSTART_CODE_UNZIPPED_MB",
        250,
        bounds="size of a function's code unpacked",
        unit=MEGABYTE,
    )
    code_storage_bytes: int = _limit(
        "COLDSTART_CODE_STORAGE_MB",
        2000,
        bounds="zips of all functions of a workspace together",
        unit=MEGABYTE,
    )
    payload_bytes: int = _limit(
        "COLDSTART_PAYLOAD_MB", 6, bounds="size of a request and of a response", unit=MEGABYTE
    )
    output_bytes: int = _limit(
        "COLDSTART_OUTPUT_MB", 1, bounds="output that is kept of one invocation", unit=MEGABYTE
    )
    temporary_bytes: int = _limit(
        "COLDSTART_TMP_MB", 64, bounds="size of an environment's `/tmp`", unit=MEGABYTE
    )
    idle_seconds: int = _limit(
        "COLDSTART_IDLE_SECONDS",
        420,
        bounds="lab time in seconds after which an idle environment goes",
    )
    facts_per_workspace: int = _limit(
        "COLDSTART_FACTS", 200_000, bounds="facts kept of a workspace", lowest=1000
    )
    log_bytes_per_workspace: int = _limit(
        "COLDSTART_LOGS_MB", 100, bounds="log events kept of a workspace", unit=MEGABYTE
    )
    events: int = _limit(
        "COLDSTART_EVENTS", 100_000, bounds="events of asynchronous calls that wait in a region"
    )
    messages_per_queue: int = _limit(
        "COLDSTART_MESSAGES", 100_000, bounds="messages that a queue holds"
    )
    object_bytes: int = _limit(
        "COLDSTART_OBJECTS_MB",
        1000,
        bounds="objects in all buckets of a region together",
        unit=MEGABYTE,
    )
    workspaces: int = _limit(
        "COLDSTART_WORKSPACES", 2000, bounds="workspaces on this host that are open at once"
    )
    threads: int = _limit("COLDSTART_THREADS", 350, bounds="threads of the web server", lowest=40)

    @property
    def streams(self) -> int:
        """Live pages at a time: the threads, less those that answer requests."""
        return self.threads - 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that the environment decides."""

    port: int = 8000
    host: str = "127.0.0.1"
    data: Path = Path(".coldstart")
    lessons: tuple[Path, ...] = ()
    database_url: str = ""
    secret: str = DEFAULT_SECRET
    passphrase: str = ""
    account: str = DEFAULT_ACCOUNT
    public: str = ""
    limits: LimitSettings = field(default_factory=LimitSettings)

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def database(self) -> str:
        """The database's URL; SQLite in the data folder unless one was given."""
        return self.database_url or f"sqlite:///{self.data / 'coldstart.db'}"

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the server."""
        host = "127.0.0.1" if self.host in ("", "0.0.0.0", "::") else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def public_address(self) -> str:
        """Where everybody finds the server: links are made of it, function URLs are below it."""
        if self.public:
            return self.public
        everywhere = self.host in ("", "0.0.0.0", "::")
        host = "localhost" if self.loopback or everywhere else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read every setting. Raises ``SettingsInvalid``."""
    values = os.environ if environment is None else environment
    limits = _limits(values)
    return Settings(
        port=_number(values, "PORT", default=8000, lowest=1, highest=65535),
        host=values.get("HOST") or "127.0.0.1",
        data=Path(values.get("COLDSTART_DATA") or ".coldstart").absolute(),
        lessons=_folders(values, "COLDSTART_LESSONS"),
        database_url=values.get("DATABASE_URL", ""),
        secret=values.get("COLDSTART_SECRET", DEFAULT_SECRET),
        passphrase=values.get("COLDSTART_PASSPHRASE", ""),
        account=_account(values),
        public=_public(values),
        limits=limits,
    )


def _public(values: Mapping[str, str]) -> str:
    address = values.get("COLDSTART_PUBLIC", "").rstrip("/")
    if address and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", address):
        raise SettingsInvalid(
            f"COLDSTART_PUBLIC is '{address}', which is no address of a site. Set scheme and host, "
            "such as https://lab.example.org, or leave it out."
        )
    return address


def _account(values: Mapping[str, str]) -> str:
    account = values.get("COLDSTART_ACCOUNT") or DEFAULT_ACCOUNT
    if not re.fullmatch(r"[0-9]{12}", account):
        raise SettingsInvalid(
            f"COLDSTART_ACCOUNT is '{account}', which is no account id of AWS. "
            f"Set twelve digits, or leave it out for {DEFAULT_ACCOUNT}."
        )
    return account


def _folders(values: Mapping[str, str], name: str) -> tuple[Path, ...]:
    """Read folders, separated as in PATH; each has to be there."""
    folders = tuple(Path(one).absolute() for one in values.get(name, "").split(os.pathsep) if one)
    for folder in folders:
        if not folder.is_dir():
            raise SettingsInvalid(
                f"{name} names '{folder}', which is no folder. Make it, or leave it out."
            )
    return folders


def _limits(values: Mapping[str, str]) -> LimitSettings:
    chosen: dict[str, int] = {}
    for name, declared in LimitSettings.__dataclass_fields__.items():
        about = declared.metadata
        if name == "concurrency" and not values.get("COLDSTART_CONCURRENCY"):
            # A workspace that shares its host with others gets less (rules.md, Limits).
            chosen[name] = 50 if values.get("COLDSTART_PASSPHRASE") else 1000
            continue
        number = _number(
            values,
            about["variable"],
            default=about["default"],
            lowest=about["lowest"],
            highest=10**9,
        )
        chosen[name] = number * about["unit"]
    return LimitSettings(**chosen)


def _number(
    values: Mapping[str, str], name: str, *, default: int, lowest: int, highest: int
) -> int:
    text = values.get(name) or str(default)
    try:
        number = int(text)
    except ValueError:
        raise SettingsInvalid(
            f"{name} is '{text}', which is not a whole number. "
            f"Set a number from {lowest} to {highest}, or leave it out for {default}."
        ) from None
    if not lowest <= number <= highest:
        raise SettingsInvalid(
            f"{name} is {number}. Set a number from {lowest} to {highest}, "
            f"or leave it out for {default}."
        )
    return number


def limit_variables() -> list[tuple[str, int]]:
    """Return each limit's environment variable and default, for the docs' test."""
    fields = LimitSettings.__dataclass_fields__.values()
    return [(one.metadata["variable"], one.metadata["default"]) for one in fields]

"""The nouns of the platform as plain data: functions, invocations, outcomes, limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from webapp.runtime.events.event_config import EventConfig
from webapp.runtime.functions.alias import Alias
from webapp.runtime.request_ids import new_request_id
from webapp.runtime.response_stream import ResponseStream
from webapp.runtime.urls.url_config import UrlConfig
from webapp.trace.events import InvocationModel, Start, Status

LATEST = "$LATEST"
MEGABYTE = 1024 * 1024

State = Literal["Pending", "Active", "Failed"]
UpdateStatus = Literal["Successful", "InProgress", "Failed"]
InitFault = Literal["crash-in-init", "slow-init"]
InvocationFault = Literal["raise", "time-out", "out-of-memory"]
Tracing = Literal["PassThrough", "Active"]
RecursiveLoop = Literal["Allow", "Terminate"]
LogFormat = Literal["Text", "JSON"]
ApplicationLogLevel = Literal["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
SystemLogLevel = Literal["DEBUG", "INFO", "WARN"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every limit of rules.md "Limits"; sizes in bytes, counts plain, times in seconds."""

    environments_per_host: int = 500
    concurrency: int = 1000
    burst: int = 100
    events: int = 100_000
    functions: int = 200
    versions: int = 1000
    aliases: int = 100
    zipped_bytes: int = 50 * MEGABYTE
    unzipped_bytes: int = 250 * MEGABYTE
    code_storage_bytes: int = 2000 * MEGABYTE
    payload_bytes: int = 6 * MEGABYTE
    response_bytes: int = 6 * MEGABYTE + 100
    streamed_bytes: int = 200 * MEGABYTE
    output_bytes: int = 1 * MEGABYTE
    temporary_bytes: int = 64 * MEGABYTE
    gateway_bytes: int = 512 * MEGABYTE
    megabytes_per_cpu: int = 1769
    init_seconds: float = 10.0
    idle_seconds: float = 420.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a workspace's resources are, for ARNs: account (twelve digits) and region."""

    account: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The lab's fault knobs of one function; not a part of AWS's configuration.

    ``slow_ms`` holds every call up. Of each event of an asynchronous call the first
    ``throttled_attempts`` do not reach the function and the first ``failing_attempts`` that do
    fail; ``duplicate`` delivers one that succeeded a second time. See ``faults``.
    """

    init: InitFault | None = None
    invocation: InvocationFault | None = None
    slow_ms: int = 0
    throttled_attempts: int = 0
    failing_attempts: int = 0
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Logging:
    """A function's LoggingConfig. Levels are JSON's only; no ``group`` is the function's own."""

    format: LogFormat = "Text"
    application_level: ApplicationLogLevel | None = None
    system_level: SystemLogLevel | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a person configures (lambda-behaviour 1.1). Validated by ``configuration``.

    ``elsewhere`` holds what only AWS acts on (VpcConfig, KMSKeyArn…) by its member name, as it was
    sent: it is kept and shown, and changes nothing here.
    """

    runtime: str = "python3.11"
    handler: str = "handler.handler"
    role: str = "arn:aws:iam::000000000000:role/lambda-role"
    description: str = ""
    memory_mb: int = 128
    timeout: int = 3
    temporary_mb: int = 512
    variables: Mapping[str, str] = field(default_factory=dict)
    architecture: str = "x86_64"
    tracing: Tracing = "PassThrough"
    dead_letter_target: str | None = None
    logging: Logging = field(default_factory=Logging)
    elsewhere: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionRecord:
    """A function as it is stored and as Get answers it. Changes make a new record.

    ``generation`` grows with every change of code, configuration or init fault: an environment
    serves only the generation that it was made for.

    A published version is a record of its own that never changes but for its policy: ``version``
    is its number, ``version_description`` what it was published with, ``last_modified`` when.
    Tags, URL, event configurations, aliases and ``last_version``, the highest number that was ever
    given, are those of ``$LATEST``.
    """

    name: str
    region: str
    version: str = LATEST
    configuration: Configuration
    code_digest: str
    code_size_bytes: int
    code_sha256: str
    last_modified: float
    revision_id: str
    generation: int = 1
    state: State = "Pending"
    state_reason: str | None = "The function is being created."
    state_reason_code: str | None = "Creating"
    update_status: UpdateStatus = "InProgress"
    update_reason: str | None = None
    update_reason_code: str | None = None
    faults: Faults = field(default_factory=Faults)
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: tuple[Mapping[str, Any], ...] = ()
    url: UrlConfig | None = None
    event_configs: Mapping[str, EventConfig] = field(default_factory=dict)
    recursive_loop: RecursiveLoop = "Terminate"
    reserved_concurrency: int | None = None
    aliases: Mapping[str, Alias] = field(default_factory=dict)
    last_version: int = 0
    version_description: str | None = None

    @property
    def description(self) -> str:
        """What is said of it: a version's own words, else those of its configuration."""
        own = self.version_description
        return self.configuration.description if own is None else own


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One call on its way. ``payload`` is JSON as bytes; ``cause`` is the fact that it follows.

    ``qualifier`` is what the caller gave beside the name, if anything; ``client_context`` is JSON.
    ``stream`` is where a runtime that streams its response sends it. ``refusals`` counts the
    deliveries of an event that did not reach the function. ``trace`` is the X-Ray header that
    came with the call, if one did (see ``lineage``).
    """

    function: str
    payload: bytes = b"{}"
    run: str
    request_id: str = field(default_factory=new_request_id)
    qualifier: str | None = None
    client_context: str | None = None
    source: str = "page"
    stream: ResponseStream | None = None
    model: InvocationModel = "synchronous"
    attempt: int = 1
    refusals: int = 0
    trace: str = ""
    cause: int | None = None

    @property
    def version(self) -> str:
        """The version that is asked for: none means the newest code."""
        return self.qualifier or LATEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a call came to. ``function_error`` is ``Unhandled`` when the function failed.

    ``error_type`` is then the function's own name of it, such as ``ValueError``.

    ``log_tail`` is the last 4 KB of this invocation's log, START to REPORT, as AWS returns it.
    """

    request_id: str
    payload: bytes
    status: Status
    start: Start
    environment: str
    executed_version: str
    function_error: str | None
    error_type: str | None
    duration: float
    billed_ms: int
    init_duration: float | None
    max_memory_mb: int
    log_tail: bytes

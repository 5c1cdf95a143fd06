"""One call of an AWS operation: who calls, where, and the run that it is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.aws.sessions import Sessions
from webapp.aws.wire import Principal
from webapp.classroom.access_keys import AccessKeys
from webapp.classroom.site import Site
from webapp.runtime.platform import Platform
from webapp.runtime.region import Region
from webapp.runtime.request_ids import new_request_id
from webapp.runtime.workspace import Workspace
from webapp.sources.logs.service import CloudWatchLogs
from webapp.storage.identities import IdentityBook

Request = Mapping[str, Any]
"""The members of an operation's input, as botocore names them; blobs are ``bytes``."""
Result = Mapping[str, Any]
"""The members of its output. A key that the model does not know is a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backends:
    """What operations stand on beside the workspace.

    ``site`` knows the links that clients can follow; ``real`` gives real time, in seconds.
    """

    platform: Platform
    identities: IdentityBook
    logs: CloudWatchLogs
    keys: AccessKeys
    sessions: Sessions
    site: Site
    real: Callable[[], float]


@dataclass(slots=True, kw_only=True)
class Call:
    """What an operation knows of its caller. Loop thread only.

    ``place`` is the region's part of the workspace, with its registry and dispatcher.
    ``command`` is what the timeline calls the run: ``aws lambda update-function-code``.
    ``headers`` are added to the response, whose status is ``status`` unless that is 0. ``trace``
    is the X-Ray header of the request.
    """

    backends: Backends
    workspace: Workspace
    principal: Principal
    place: Region
    service: str
    operation: str
    command: str
    trace: str = ""
    request_id: str = field(default_factory=new_request_id)
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    _run: str = ""

    @property
    def platform(self) -> Platform:
        return self.backends.platform

    @property
    def site(self) -> Site:
        return self.backends.site

    @property
    def identities(self) -> IdentityBook:
        return self.backends.identities

    @property
    def region(self) -> str:
        return self.place.name

    @property
    def account(self) -> str:
        return self.workspace.account

    @property
    def run(self) -> str:
        """The run that this call is (rule 2), begun when first asked for: reading begins none.

        What a handler calls belongs to the run of its invocation, which caused it.
        """
        if not self._run:
            caused = self._causing_run()
            self._run = caused or self.workspace.start_run(self.command)
        return self._run

    def _causing_run(self) -> str | None:
        principal = self.principal
        if not principal.environment or principal.region != self.place.name:
            return None
        return self.place.dispatcher.run_of(principal.environment)

    @property
    def cause(self) -> int | None:
        """The fact that this call follows from: the start of the handler that makes it, if one."""
        principal = self.principal
        if not principal.environment or principal.region != self.place.name:
            return None
        return self.place.dispatcher.cause_of(principal.environment)

    def now(self) -> float:
        """Return lab time, which dates what the platform makes (rule 12)."""
        return self.place.recorder.now()


Implementation = Callable[[Call, Request], Awaitable[Result | None]]
"""An operation: a plain function. Raises ``AwsError`` or a ``ServiceError``."""

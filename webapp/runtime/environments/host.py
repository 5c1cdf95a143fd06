"""What the environments of one machine share."""

from dataclasses import dataclass

from webapp.runtime.code.code import CodeCache
from webapp.runtime.connections.gateway import Gateways
from webapp.runtime.environments.governor import Governor
from webapp.runtime.environments.watchdog import Watchdog
from webapp.runtime.model import Limits
from webapp.runtime.ports import Launcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What every environment of this machine shares; ``shared`` by strangers, or one's own."""

    launcher: Launcher
    code: CodeCache
    watchdog: Watchdog
    governor: Governor
    gateways: Gateways
    limits: Limits
    shared: bool = False

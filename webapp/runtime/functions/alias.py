"""An alias: a name for one version, or for two with a share of the calls each (9.2). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.runtime.urls.url_config import UrlConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The version that a call came to, and its share of the calls."""

    version: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """An alias of a function. ``version`` is a number or ``$LATEST``.

    ``weights`` holds at most one other version with its share of the calls, 0.0 to 1.0.
    """

    name: str
    version: str
    revision_id: str
    description: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    policy: tuple[Mapping[str, Any], ...] = ()
    url: UrlConfig | None = None

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version that calls can come to, the alias' own in front."""
        return (self.version, *self.weights)

    def choose(self, draw: float) -> Share:
        """Return where a call goes that drew ``draw``, from 0.0 to just below 1.0."""
        for version, weight in self.weights.items():
            if draw < weight:
                return Share(version=version, weight=weight)
        return Share(version=self.version, weight=1.0 - sum(self.weights.values()))

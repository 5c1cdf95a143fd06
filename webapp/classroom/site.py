"""Where people find this server: the links that it gives out, and the hosts that it answers to."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LINK_SECONDS = 600
"""How long a link to code opens it: ten minutes, as on AWS."""
_URL_HOST = re.compile(r"([^.]+)\.lambda-url\.([^.]+)\.(.+)")


@dataclass(frozen=True, slots=True)
class UrlHost:
    """What the host of a function URL says; neither part needs to exist."""

    identifier: str
    region: str


@dataclass(frozen=True, slots=True)
class Site:
    """``address`` is scheme, host and port; ``secret`` signs links. Any thread may use it."""

    address: str
    secret: str = field(repr=False)

    def function_url(self, identifier: str, *, region: str) -> str:
        """Return where a function URL is: an origin of its own (rule 27)."""
        scheme, host = self._parts
        return f"{scheme}://{identifier}.lambda-url.{region}.{host}/"

    def url_host(self, host: str) -> UrlHost | None:
        """Return what a Host header says if it is that of a function URL here, else ``None``."""
        found = _URL_HOST.fullmatch(_name(host))
        if found is None or found[3] != _name(self._parts[1]):
            return None
        return UrlHost(found[1], found[2])

    def code_link(self, digest: str, *, now: float) -> str:
        """Return a link that downloads an archive for a while; ``now`` is real time (rule 12)."""
        expires = int(now) + LINK_SECONDS
        return f"{self.address}/code/{digest}?expires={expires}&seal={self._seal(digest, expires)}"

    def opens(self, digest: str, *, expires: str, seal: str, now: float) -> bool:
        """Tell whether a link that says so was given out and is still good."""
        if not (expires.isascii() and expires.isdigit() and len(expires) < 15):
            return False
        expected = self._seal(digest, int(expires))
        return hmac.compare_digest(expected.encode(), seal.encode()) and now < int(expires)

    @property
    def _parts(self) -> tuple[str, str]:
        parts = urlsplit(self.address)
        return parts.scheme, parts.netloc

    def _seal(self, digest: str, expires: int) -> str:
        text = f"code link {digest} {expires}"
        return hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _name(host: str) -> str:
    """Return a host's name without its port, in small letters."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower().rstrip(".")

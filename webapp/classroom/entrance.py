"""Who may enter which workspace. In self-study everybody on this machine shares ``local``."""

import hmac
import secrets
import threading
from collections.abc import Callable

LOCAL = "local"
_TRIES = 10
_WINDOW_SECONDS = 60.0


class Door:
    """The one shared door of a hosted app: a passphrase opens it, each browser gets a workspace.

    Without a passphrase there is no door: the workspace is ``local``. Any thread may use it.
    """

    def __init__(self, *, passphrase: str, now: Callable[[], float]) -> None:
        self._passphrase = passphrase
        self._now = now
        self._lock = threading.Lock()
        self._failures: list[float] = []

    @property
    def shared(self) -> bool:
        """Whether people come in by passphrase."""
        return bool(self._passphrase)

    def open(self, passphrase: str) -> str | None:
        """Return a new workspace for who knows the passphrase, else ``None``."""
        if hmac.compare_digest(passphrase.encode(), self._passphrase.encode()):
            return f"w{secrets.token_hex(10)}"
        with self._lock:
            self._failures.append(self._now())
        return None

    @property
    def throttled(self) -> bool:
        """Whether too many wrong passphrases came in the last minute."""
        with self._lock:
            since = self._now() - _WINDOW_SECONDS
            self._failures = [time for time in self._failures if time > since]
            return len(self._failures) >= _TRIES

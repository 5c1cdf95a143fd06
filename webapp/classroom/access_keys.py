"""The access key of every workspace: derived from the server's secret, kept nowhere."""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field

from webapp.classroom.entrance import LOCAL

_ACCOUNT = re.compile(r"[0-9]{12}")
_OWN = re.compile(r"AKIA[A-Z2-7]{16}")
_WORKSPACE = re.compile(r"w[0-9a-f]{20}")


@dataclass(frozen=True, slots=True)
class AccessKey:
    """What an AWS client is configured with; the secret never appears in a ``repr``."""

    id: str
    secret: str = field(repr=False)


def is_account(name: str) -> bool:
    """Tell whether a workspace, or an access key, is named after an account."""
    return _ACCOUNT.fullmatch(name) is not None


class AccessKeys:
    """Which access key is whose. Any thread may use it.

    On a shared host an access key names its workspace and only its secret opens it. In
    self-study any credentials mean ``local``, and a key of twelve digits names an account that
    has a workspace of its own. ``account`` is that of ``local``.
    """

    def __init__(self, *, secret: str, shared: bool, account: str) -> None:
        self._secret = secret.encode()
        self.shared = shared
        self._account = account

    def of(self, workspace: str) -> AccessKey:
        """Return the access key that a workspace's page shows."""
        if not self.shared:
            return AccessKey("test" if workspace == LOCAL else workspace, "test")
        letters = base64.b32encode(bytes.fromhex(workspace[1:])).decode()
        return AccessKey(f"AKIA{letters}", self.derived(f"workspace {workspace}"))

    def workspace(self, access_key: str) -> str | None:
        """Return whose access key this is, ``None`` if it is nobody's."""
        if not self.shared:
            named = is_account(access_key) and access_key != self._account
            return access_key if named else LOCAL
        if not _OWN.fullmatch(access_key):
            return None
        try:
            workspace = f"w{base64.b32decode(access_key[4:]).hex()}"
        except binascii.Error:
            return None
        return workspace if _WORKSPACE.fullmatch(workspace) else None

    def derived(self, purpose: str) -> str:
        """Return 40 characters that only this server can make for a purpose."""
        key = b"aws secret access keys " + self._secret
        digest = hmac.digest(key, purpose.encode(), hashlib.sha256)
        return base64.b64encode(digest[:30]).decode()

"""Session credentials that AssumeRole gives: signed by this server and kept nowhere."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from webapp.aws.errors import AwsError
from webapp.classroom.access_keys import AccessKey, AccessKeys

LONGEST_TOKEN = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Whose session it is: of a role, or of the account's root where ``role`` is empty.

    ``expires`` is real time, in seconds.
    """

    workspace: str
    role: str = ""
    name: str = ""
    expires: float


class Sessions:
    """Gives out session credentials, and reads them again. Any thread may use it."""

    def __init__(self, keys: AccessKeys) -> None:
        self._keys = keys

    def give(self, session: Session) -> tuple[AccessKey, str]:
        """Return an access key and the token that goes with it."""
        payload = base64.urlsafe_b64encode(json.dumps(asdict(session)).encode()).decode()
        token = f"{payload}.{self._seal(payload)}"
        return self._key(token), token

    def read(self, token: str, *, access_key: str, now: float) -> Session | None:
        """Return the session of a token; ``None`` for one that is not of this server.

        Raises ``AwsError`` for one that has expired; ``now`` is real time.
        """
        payload, _, seal = token.partition(".")
        if len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        if not hmac.compare_digest(seal, self._seal(payload)):
            return None
        if not hmac.compare_digest(access_key.encode(), self._key(token).id.encode()):
            return None
        session = _unpacked(payload)
        if session.expires < now:
            raise AwsError(
                "ExpiredToken", "The security token included in the request is expired", status=403
            )
        return session

    def secret(self, token: str) -> str:
        """Return the secret key that goes with a token."""
        return self._key(token).secret

    def _seal(self, payload: str) -> str:
        return base64.urlsafe_b64encode(self._keys.derived(f"seal {payload}").encode()).decode()

    def _key(self, token: str) -> AccessKey:
        digest = hashlib.sha256(token.encode()).digest()
        letters = base64.b32encode(digest[:10]).decode()
        return AccessKey(f"ASIA{letters}", self._keys.derived(f"session {token}"))


def _unpacked(payload: str) -> Session:
    try:
        return Session(**json.loads(base64.urlsafe_b64decode(payload)))
    except (binascii.Error, ValueError, TypeError) as error:
        raise AwsError(
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            status=403,
        ) from error

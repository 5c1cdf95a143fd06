"""Who an environment is to AWS's services: a session of its function's role."""

import base64
import secrets

from webapp.runtime.model import Address, FunctionRecord
from webapp.runtime.ports import EnvironmentIdentity

_KEY_BYTES = 10  # 16 letters in base 32
_SECRET_BYTES = 30  # 40 letters in base 64
_TOKEN_BYTES = 240


def role_session(
    function: FunctionRecord, *, workspace: str, address: Address, environment: str
) -> EnvironmentIdentity:
    """Return a new environment's identity; its credentials are nobody else's."""
    return EnvironmentIdentity(
        workspace=workspace,
        account=address.account,
        region=address.region,
        function=function.name,
        version=function.version,
        environment=environment,
        role=function.configuration.role,
        access_key_id="ASIA" + base64.b32encode(secrets.token_bytes(_KEY_BYTES)).decode(),
        secret_access_key=base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
        session_token=base64.b64encode(secrets.token_bytes(_TOKEN_BYTES)).decode(),
    )

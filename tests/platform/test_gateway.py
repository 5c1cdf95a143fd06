"""Functions that call one another through their gateways, on real environments (rule 22)."""

import json

from tests.platform.ground import Ground
from tests.platform.lab import Lab
from webapp.runtime.errors import ServiceError
from webapp.runtime.model import Invocation, Limits
from webapp.runtime.platform import Platform
from webapp.runtime.ports import EnvironmentIdentity, GatewayRequest, GatewayResponse

CALLING = """
import json, os, urllib.request
def handler(event, context):
    if event["depth"] == 0:
        return [context.function_name]
    url = f"{os.environ['AWS_ENDPOINT_URL']}/{event['name']}"
    body = json.dumps({**event, "depth": event["depth"] - 1}).encode()
    try:
        with urllib.request.urlopen(url, data=body) as response:
            return [context.function_name, *json.load(response)]
    except urllib.error.HTTPError as error:
        return [error.code]
"""


class Invoking:
    """Services that know one operation: invoke the function that the path names."""

    def __init__(self, platform: Platform, *, run: str) -> None:
        self.identities: list[EnvironmentIdentity] = []
        self._platform = platform
        self._run = run

    async def answer(
        self, request: GatewayRequest, *, identity: EnvironmentIdentity
    ) -> GatewayResponse:
        self.identities.append(identity)
        name = request.target.removeprefix("/")
        call = Invocation(function=name, payload=request.body, run=self._run)
        try:
            outcome = await self._platform.invoke(identity.workspace, call)
        except ServiceError as error:
            return GatewayResponse(status=error.status)
        return GatewayResponse(status=200, body=outcome.payload)


async def open_lab(ground: Ground, limits: Limits | None = None) -> tuple[Lab, Invoking]:
    platform = ground.platform(limits)
    lab = await Lab.open(platform)
    services = Invoking(platform, run=lab.run)
    platform.connect_gateway(services)
    return lab, services


async def test_a_function_calls_another_as_itself(ground: Ground) -> None:
    lab, services = await open_lab(ground)
    await lab.deploy("caller", CALLING, timeout=20)
    await lab.deploy("called", CALLING, timeout=20)
    assert await lab.value("caller", {"name": "called", "depth": 1}) == ["caller", "called"]
    (identity,) = services.identities
    assert (identity.function, identity.workspace) == ("caller", "local")
    assert identity.role == "arn:aws:iam::000000000000:role/lambda-role"


async def test_a_function_that_calls_itself_is_answered_all_the_way(ground: Ground) -> None:
    lab, services = await open_lab(ground)
    await lab.deploy("f", CALLING, timeout=20)
    assert await lab.value("f", {"name": "f", "depth": 12}) == ["f"] * 13
    assert len({identity.environment for identity in services.identities}) == 12


async def test_a_recursion_without_end_is_throttled_and_not_stuck(ground: Ground) -> None:
    lab, _ = await open_lab(ground, Limits(concurrency=5))
    await lab.deploy("f", CALLING, timeout=20)
    assert await lab.value("f", {"name": "f", "depth": 99}) == ["f"] * 4 + [429]


async def test_an_environment_keeps_its_credentials_and_shares_them_with_nobody(
    ground: Ground,
) -> None:
    lab, services = await open_lab(ground)
    code = """
        import os, urllib.request
        def handler(event, context):
            urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/g", data=b"{}").close()
            return [os.environ[f"AWS_{name}"] for name in ("ACCESS_KEY_ID", "SESSION_TOKEN")]
        """
    await lab.deploy("f", code, timeout=20)
    await lab.deploy("g", "def handler(event, context): pass\n")
    first, again = await lab.value("f"), await lab.value("f")
    assert first == again
    assert first == [services.identities[0].access_key_id, services.identities[0].session_token]
    await lab.deploy("f", code, timeout=21)
    assert await lab.value("f") != first


async def test_a_platform_without_services_names_no_gateway(lab: Lab) -> None:
    code = """
        import os
        def handler(event, context):
            return os.environ.get("AWS_ENDPOINT_URL")
        """
    await lab.deploy("f", code)
    assert await lab.value("f") is None
    assert json.loads((await lab.call("f")).payload) is None

"""The gateway from inside: whatever speaks HTTP reaches it, and it is all there is (rule 22)."""

import asyncio
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.gateway import FakeGateway
from tests.runtime.launcher.attacks import network
from tests.runtime.launcher.rig import MEBIBYTE, ON_DEMAND, Rig, Tenant
from webapp.runtime.connections.gateway import MOST_CONNECTIONS, GatewayDoor, Gateways
from webapp.runtime.environments.identity import role_session
from webapp.runtime.launcher.inside import hints
from webapp.runtime.model import Address, Configuration, FunctionRecord

URL = "http://127.0.0.1:9002"


class Lab:
    """Gateways of a rig's environments, and what they were asked."""

    def __init__(self, rig: Rig) -> None:
        self.services = FakeGateway()
        self.gateways = Gateways(limit_bytes=256 * MEBIBYTE)
        self.gateways.connect(self.services)
        self._rig = rig
        self._doors: list[GatewayDoor] = []

    def tenant(self, **changes: Any) -> Tenant:
        """Launch an environment that runs what it is sent and has its gateway.

        The stock of spares is full again then: their descriptors count here, too.
        """
        specification = self._rig.specification(ON_DEMAND, **changes)
        tenant = self._rig.launch(specification).ready()
        self._rig.wait_until(lambda: len(self._rig.spares()) == self._rig.most_spares)
        self.open(tenant)
        return tenant

    def open(self, tenant: Tenant) -> GatewayDoor:
        return self._rig.run(self._open(tenant))

    def close(self) -> None:
        self._rig.run(self._close())

    async def _open(self, tenant: Tenant) -> GatewayDoor:
        function = FunctionRecord(
            name="greeter",
            region="eu-west-1",
            configuration=Configuration(),
            code_digest="d",
            code_size_bytes=1,
            code_sha256="s",
            last_modified=0.0,
            revision_id="r",
        )
        identity = role_session(
            function,
            workspace="w",
            address=Address(account="123456789012", region="eu-west-1"),
            environment=tenant.process.identifier,
        )
        door = GatewayDoor(self.gateways, identity=identity)
        door.open(tenant.process.gateway)
        self._doors.append(door)
        return door

    async def _close(self) -> None:
        for door in self._doors:
            door.close()
        await self.gateways.stop()


@pytest.fixture
def lab(rig: Rig) -> Iterator[Lab]:
    lab = Lab(rig)
    yield lab
    lab.close()


@pytest.fixture
def inside(lab: Lab) -> Tenant:
    """Give an environment that runs what it is sent, and its gateway."""
    return lab.tenant()


# -- what works


def test_a_handler_reaches_its_gateway(inside: Tenant) -> None:
    told = inside.attempt(network.ask, f"{URL}/a%2Fb?c=d", "hello")["value"]
    assert (told["method"], told["target"], told["size"]) == ("POST", "/a%2Fb?c=d", 5)
    assert told["headers"]["host"] == "127.0.0.1:9002"
    assert told["environment"] == inside.process.identifier


def test_a_connection_serves_one_request_after_the_other(inside: Tenant) -> None:
    assert inside.attempt(network.ask_again_and_again, 5) == {"value": [200] * 5}


def test_asyncio_reaches_it_too(inside: Tenant) -> None:
    assert inside.attempt(network.ask_with_asyncio) == {"value": "HTTP/1.1 200 OK"}


def test_more_threads_than_connections_are_all_answered(inside: Tenant) -> None:
    count = MOST_CONNECTIONS + 8
    assert inside.attempt(network.ask_in_threads, count) == {"value": [200] * count}


def test_large_bodies_pass_both_ways(inside: Tenant) -> None:
    sent = inside.attempt(network.send_large, 5 * MEBIBYTE)["value"]
    assert sent == 5 * MEBIBYTE
    for path, size in (("large/5000000", 5_000_000), ("pieces/80", 80 * 65536)):
        assert inside.attempt(network.read_size, f"{URL}/{path}") == {"value": size}


def test_a_relaunched_environment_has_its_gateway_again(rig: Rig, lab: Lab) -> None:
    specification = rig.specification(ON_DEMAND)
    for _ in range(2):
        tenant = rig.launch(specification).ready()
        door = lab.open(tenant)
        told = tenant.attempt(network.ask, URL, "")["value"]
        assert told["environment"] == specification.identifier
        door.close()
        tenant.process.kill()
        tenant.exit()
        tenant.process.close()


def test_an_open_connection_of_a_frozen_environment_waits(lab: Lab, inside: Tenant) -> None:
    inside.attempt(network.open_half)
    inside.process.freeze()
    assert lab.tenant().attempt(network.ask, URL, "")["value"]["method"] == "POST"
    assert inside.attempt(network.finish_half) == {"value": "HTTP/1.1 200 OK"}


# -- what does not


def test_each_environment_is_only_ever_itself(lab: Lab) -> None:
    one, other = lab.tenant(), lab.tenant()
    for tenant in (one, other, one):
        told = tenant.attempt(network.ask, URL, "")["value"]
        assert told["environment"] == tenant.process.identifier
    for _, identity in lab.services.asked:
        assert identity.environment in (one.process.identifier, other.process.identifier)


def test_a_forged_identity_is_just_a_header(lab: Lab, inside: Tenant) -> None:
    other = lab.tenant()
    told = inside.attempt(network.ask_as, URL, other.process.identifier)["value"]
    assert told["environment"] == inside.process.identifier


def test_nothing_else_on_this_machine_or_beyond_is_reachable(walled: Rig, lab: Lab) -> None:
    tenant = lab.tenant()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        places = [["127.0.0.1", server.getsockname()[1]], ["192.0.2.1", 80], ["127.0.0.1", 22]]
        assert tenant.attempt(network.connect_to, places) == {"value": []}
        assert tenant.attempt(network.connect_natively, places) == {"value": []}
        with pytest.raises(BlockingIOError):
            server.accept()


def test_names_are_not_resolved(inside: Tenant, walled: Rig) -> None:
    assert "error" in inside.attempt(network.resolve, "example.com")


def test_a_gateway_of_another_number_is_not_there(walled: Rig, inside: Tenant) -> None:
    places = [["127.0.0.1", port] for port in (9000, 9003, 8000)]
    assert inside.attempt(network.connect_to, places) == {"value": []}


@pytest.mark.parametrize(
    "statement",
    [
        "urllib.request.urlopen('http://192.0.2.1/')",
        "urllib.request.urlopen('https://example.com/')",
        "boto3.client('s3', endpoint_url='https://s3.amazonaws.com').list_buckets()",
    ],
)
def test_whoever_wants_the_internet_is_told_that_there_is_none(walled: Rig, statement: str) -> None:
    code = f"import boto3, urllib.request\ndef handler(event, context):\n    {statement}\n"
    variables = {
        "_HANDLER": "app.handler",
        "AWS_REGION": "eu-west-1",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_ACCESS_KEY_ID": "ASIA",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    tenant = walled.tenant(code, variables=variables, memory_bytes=512 * MEBIBYTE)
    tenant.frames()
    error = tenant.invoke().value
    assert error["errorType"] in ("URLError", "EndpointConnectionError")
    assert tenant.texts()[-1] == hints.NO_NETWORK


# -- attacks on us


def test_ringing_without_end_opens_no_more_than_the_limit(lab: Lab, inside: Tenant) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    inside.send(network.event_of(network.ring_without_end))
    assert lab.tenant().attempt(network.ask, URL, "")["value"]["method"] == "POST"
    opened = len(os.listdir("/proc/self/fd")) - before  # noqa: PTH208
    assert opened <= MOST_CONNECTIONS + 16
    inside.process.kill()


def test_descriptors_sent_along_are_dropped(walled: Rig, inside: Tenant) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    assert inside.attempt(network.send_descriptors)["value"] in ("answered", "refused")
    assert len(os.listdir("/proc/self/fd")) <= before + 1  # noqa: PTH208


def test_nothing_stays_open_after_the_end(rig: Rig, lab: Lab) -> None:
    warm = lab.tenant()
    warm.attempt(network.ask, URL, "")
    lab.close()
    warm.end()
    rig.run(asyncio.sleep(0))
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    tenant = lab.tenant()
    tenant.attempt(network.open_many, 5)
    lab.close()
    tenant.end()
    rig.wait_until(lambda: len(os.listdir("/proc/self/fd")) <= before)  # noqa: PTH208

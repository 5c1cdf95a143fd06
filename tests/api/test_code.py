"""Links to code: who holds one gets the zip, as a file and nothing that could run."""

from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from webapp.clock import real_now
from webapp.runtime.code.code import pack
from webapp.runtime.model import Configuration
from webapp.wiring import Application

DATA = pack({"handler.py": "def handler(event, context):\n    return 1\n"})


@pytest.fixture
def link(application: Application) -> str:
    loop, platform = application.services.loop, application.services.platform

    async def create() -> str:
        registry = (await platform.workspace("local")).registry
        names = {record.name for record in registry.all()}
        if "linked" not in names:
            await registry.create("linked", configuration=Configuration(), data=DATA, run="r")
        return (await registry.ready("linked")).code_digest

    digest = loop.call(create())
    parts = urlsplit(application.services.site.code_link(digest, now=real_now()))
    return f"{parts.path}?{parts.query}"


def test_who_holds_a_link_downloads_the_zip(client: FlaskClient, link: str) -> None:
    answer = client.get(link)
    assert (answer.status_code, answer.data) == (200, DATA)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("spoilt", ["seal=0", "expires=9999999999", "nothing=1"])
def test_a_link_that_was_changed_opens_nothing(client: FlaskClient, link: str, spoilt: str) -> None:
    name = spoilt.partition("=")[0]
    path, _, query = link.partition("?")
    fields = [pair for pair in query.split("&") if not pair.startswith(name)]
    if name == "nothing":
        fields = []
    answer = client.get(f"{path}?{'&'.join([*fields, spoilt])}")
    assert answer.status_code == 403
    assert "Ask for a new one" in answer.get_json()["message"]

"""A page of another origin in a real browser: nothing that it tries reaches the lab (rule 26)."""

import html
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from playwright.sync_api import Browser, Page

from tests.app.application import running
from tests.aws.clients import Boto, listening
from tests.aws.signing import TEST_KEY, sign
from tests.browser.aws.elsewhere import Site, another_site
from tests.chromium import PATIENCE_MS

PATIENCE_SECONDS = 60.0
CREATE = "Action=CreateRole&Version=2010-05-08&RoleName={role}&AssumeRolePolicyDocument="
CREATE += quote(json.dumps({"Statement": []}))
STAYING = """
    <img src="{link}"><script src="{link}"></script><link rel=stylesheet href="{link}">
    <iframe src="{link}"></iframe><object data="{link}"></object>
    <script>
      fetch({js}, {{mode: "no-cors"}}).catch(() => 0)
      fetch({js}, {{credentials: "include"}}).catch(() => 0)
      fetch({js}, {{method: "POST", mode: "no-cors", body: {form}}}).catch(() => 0)
      fetch({home}, {{method: "POST", body: {form}, headers: {headers}}}).catch(() => 0)
      navigator.sendBeacon({js}, {form})
      window.open({js})
    </script>
"""
LEAVING = {
    "a form": "<form method=post action='{link}'><input name=a></form>",
    "a form of plain text": "<form method=post enctype=text/plain action='{link}'></form>",
    "a form by GET": "<form action='{home_text}'>{fields}</form>",
    "a move": "<script>location = {js}</script>",
    "a refresh": "<meta http-equiv=refresh content='0; url={link}'>",
}
SUBMIT = "<script>document.forms[0]?.submit()</script>"


@dataclass(slots=True)
class Lab:
    """``answers`` are the statuses of what browsers asked of its AWS door; ``told`` of each."""

    boto: Boto
    answers: list[int]
    told: threading.Condition

    @property
    def address(self) -> str:
        return self.boto.address

    def roles(self) -> set[str]:
        return {role["RoleName"] for role in self.boto("iam").list_roles()["Roles"]}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    answers: list[int] = []
    told = threading.Condition()
    with running(tmp_path_factory.mktemp("data")) as application:
        inner = application.app.wsgi_app

        def noting(environ: Any, start_response: Any) -> Any:
            def start(status: str, *rest: Any) -> Any:
                if environ["PATH_INFO"] == "/" and "HTTP_SEC_FETCH_SITE" in environ:
                    with told:
                        answers.append(int(status[:3]))
                        told.notify_all()
                return start_response(status, *rest)

            return inner(environ, start)

        application.app.wsgi_app = noting  # type: ignore[method-assign]
        with listening(application) as address:
            boto = Boto(address, TEST_KEY)
            yield Lab(boto, answers, told)
            boto.close()


@pytest.fixture(params=["127.0.0.1", "localhost"], ids=["another port", "another name"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    with another_site(request.param) as made:
        yield made


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def link_to(lab: Lab, role: str) -> str:
    """Return a signed address that makes a role for whoever opens it."""
    path = f"/?{CREATE.format(role=role)}"
    return sign(
        b"", service="iam", method="GET", path=path, headers={}, in_query=True, home=lab.address
    ).url


def written(text: str, lab: Lab, *, role: str) -> str:
    """Return a page that tries to make a role."""
    link, body = link_to(lab, role), CREATE.format(role=role)
    home, _, query = link.partition("?")
    signed = sign(body.encode(), service="iam", home=lab.address)
    hidden = "<input name='{}' value='{}'>"
    fields = (hidden.format(name, html.escape(value)) for name, value in parse_qsl(query))
    tried = text.format(
        link=html.escape(link),
        js=json.dumps(link),
        home=json.dumps(home),
        home_text=home,
        form=json.dumps(body),
        headers=json.dumps({"authorization": signed.headers["Authorization"]}),
        fields="".join(fields),
    )
    return f"<!doctype html><title>Elsewhere</title>{tried}"


def test_a_signed_link_works_where_a_person_opens_it(lab: Lab, page: Page) -> None:
    answer = page.goto(link_to(lab, "typed"))
    assert answer is not None
    assert answer.status == 200
    assert lab.roles() == {"typed"}


def test_nothing_that_a_page_elsewhere_loads_reaches_the_lab(
    lab: Lab, site: Site, page: Page
) -> None:
    before = lab.roles()
    lab.answers.clear()
    site.pages["/"] = written(STAYING, lab, role="evil")
    page.goto(site.address)
    with lab.told:
        assert lab.told.wait_for(lambda: len(lab.answers) >= 8, timeout=PATIENCE_SECONDS)
    page.wait_for_load_state("networkidle")
    assert set(lab.answers) == {403}
    assert lab.roles() == before


def test_nowhere_that_a_page_elsewhere_leads_to_is_a_call(lab: Lab, site: Site, page: Page) -> None:
    before, link = lab.roles(), link_to(lab, "followed")
    site.moved["/on"] = link
    site.pages["/link"] = f"<a href='{html.escape(link)}'>link</a>"
    site.pages["/redirect"] = "<a href='/on'>redirect</a>"
    for name, text in LEAVING.items():
        site.pages[f"/{name}"] = written(text + SUBMIT, lab, role="evil")
    for name in (*LEAVING, "link", "redirect"):
        lab.answers.clear()
        # Some lead on before they are loaded.
        page.goto(f"{site.address}/{quote(name)}", wait_until="commit")
        if name not in LEAVING:
            page.click(f"text={name}")
        page.wait_for_url(f"{lab.address}/**")
        assert lab.answers == [403], name
    assert lab.roles() == before

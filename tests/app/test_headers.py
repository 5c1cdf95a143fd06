"""What every answer tells the browser to forbid; what static files may be asked for."""

import re

import pytest
from flask.testing import FlaskClient

HTML = {"Accept": "text/html"}
ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/w/local/lessons/cold-and-warm", 200),
    ("GET", "/w/local/functions", 200),
    ("GET", "/healthz", 200),
    ("GET", "/nowhere", 404),
    ("POST", "/", 405),
    ("GET", "/w/other/clock", 404),
    ("GET", "/w/local/functions/none", 404),
    ("POST", "/w/local/clock", 400),
    ("GET", "/static/0/none.js", 404),
]


def static_address(browser: FlaskClient) -> str:
    """Return the address of a static file that a page asks for."""
    found = re.search(r"/static/[0-9a-f]{12}/[\w/.-]+\.css", browser.get("/", headers=HTML).text)
    assert found is not None
    return found.group()


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_has_every_header(
    browser: FlaskClient, method: str, path: str, status: int
) -> None:
    answer = browser.open(path, method=method, headers=HTML)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'self'", "script-src 'self'", "object-src 'none'"} <= set(policy)
    assert {"base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} <= set(policy)
    assert "unsafe" not in " ".join(policy)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_refusals_have_the_headers_too(browser: FlaskClient) -> None:
    answer = browser.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 403
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_static_file_may_be_kept_for_good(browser: FlaskClient) -> None:
    answer = browser.get(static_address(browser), buffered=True)
    assert answer.status_code == 200
    kept = answer.headers["Cache-Control"]
    assert {"public", "immutable", "max-age=31536000"} <= set(kept.split(", "))
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_static_file_of_another_version_is_not_there(browser: FlaskClient) -> None:
    address = static_address(browser)
    version = address.split("/")[2]
    for other in ("0" * 12, version[:-1], version.upper() + "x", "."):
        assert browser.get(address.replace(version, other)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "../pyproject.toml",
        "../../etc/passwd",
        "..%2f..%2fpyproject.toml",
        "%2e%2e/pyproject.toml",
        "..%5cpyproject.toml",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "styles/../../pyproject.toml",
        "styles",
        "",
        "x%00.css",
        "." * 5000,
    ],
)
def test_static_files_do_not_lead_out_of_their_folder(browser: FlaskClient, path: str) -> None:
    version = static_address(browser).split("/")[2]
    assert browser.get(f"/static/{version}/{path}").status_code in (308, 404)

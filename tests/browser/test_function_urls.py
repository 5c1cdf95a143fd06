"""What a function returns never acts as our origin, whatever it tries: proved in Chromium."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.aws.functions.clients import client_of, create
from tests.aws.functions.test_urls import opened
from tests.server.running import LESSON, serving

CODE = '''
PAGE = """<!doctype html><title>quiet</title><p id="said">from the function</p>
<script>
document.title = "ran";
fetch("{home}/healthz").then(() => document.title = "read");
</script>
<img src="x" onerror="document.title = 'ran'">
<a id="home" href="{home}{lesson}">home</a>
<a id="run" href="javascript:document.title = 'ran'">run</a>
<iframe src="{home}{lesson}"></iframe>
<form method="post" action="{home}{lesson}/reset"><button>post</button></form>"""

def handler(event, context):
    asked = event["queryStringParameters"]
    page = PAGE.replace("{home}", "http://" + asked["home"])
    return {
        "statusCode": 200,
        "headers": {
            "Content-Type": "text/html",
            "Set-Cookie": "coldstart=stolen; Path=/",
            "Content-Security-Policy": "script-src * 'unsafe-inline'",
            "Service-Worker-Allowed": "/",
            "Clear-Site-Data": "*",
        },
        "body": page.replace("{lesson}", asked["lesson"]),
        "cookies": ["coldstart=stolen; Domain=localhost"],
    }
'''


def test_a_functions_page_runs_no_script_and_keeps_no_cookie(
    chromium: Browser, tmp_path: Path
) -> None:
    with serving(tmp_path) as server:
        client = client_of(server)
        create(client, "page", CODE)
        url = opened(client, "page")
        home = f"localhost:{server.port}"
        page = chromium.new_context().new_page()
        page.goto(f"http://{home}{LESSON}")
        before = page.context.cookies()

        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        answer = page.goto(f"{url}?home={home}&lesson={LESSON}")
        assert answer is not None
        assert answer.headers["content-security-policy"] == "sandbox"
        page.wait_for_load_state("load")
        assert page.locator("#said").text_content() == "from the function"
        page.click("#run")
        page.click("button")
        assert page.title() == "quiet"
        assert page.evaluate("self.origin") == "null"
        assert page.evaluate(
            "() => { try { return document.cookie } catch { return 'denied' } }"
        ) == ("denied")
        assert [one for one in asked if "/healthz" in one or one.endswith("/reset")] == []
        assert page.context.cookies() == before

        page.goto(f"http://{home}{LESSON}")
        assert (
            page.evaluate(
                """async (url) => {
                try { return (await fetch(url)).status } catch (error) { return error.name }
            }""",
                url,
            )
            == "TypeError"
        ), "our own pages speak to no other origin"
        page.context.close()

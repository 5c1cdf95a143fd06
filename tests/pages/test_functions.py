"""A lab of several functions: each has files, event, knobs and commands of its own."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.pages.two_functions import write_pair
from webapp import wiring
from webapp.settings import Settings

pytestmark = pytest.mark.slow

LAB = "/w/local/labs/pair"
JSON = {"Accept": "application/json"}
NAMES = ("pair-cook", "pair-waiter")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("pair")
    course = write_pair(folder / "lessons")
    running = wiring.start(Settings(data=folder / "data", lessons=(course,)))
    yield running.app.test_client()
    running.stop()


def draft(pair: FlaskClient, function: str) -> Any:
    return pair.get(f"{LAB}/draft?function={function}").get_json()


def names(opened: Any) -> list[str]:
    return [one["name"] for one in opened["files"]]


def post(pair: FlaskClient, path: str, **fields: str) -> Any:
    answer = pair.post(f"{LAB}{path}", data=fields, headers=JSON)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_the_page_shows_one_and_offers_both(pair: FlaskClient) -> None:
    page = pair.get("/w/local/lessons/pair?function=pair-waiter").text
    assert "<option selected>pair-waiter</option>" in page
    assert "<option>pair-cook</option>" in page
    assert 'name="file:waiter.py"' in page
    assert 'name="file:cook.py"' not in page
    assert pair.get("/w/local/lessons/pair?function=stranger").status_code == 404


def test_drafts_are_kept_apart(pair: FlaskClient) -> None:
    post(pair, "/files/add", name="menu.py", function="pair-waiter")
    assert "menu.py" in names(draft(pair, "pair-waiter"))
    assert "menu.py" not in names(draft(pair, "pair-cook"))
    assert draft(pair, "")["function"] == "pair-cook"


def test_a_button_for_the_other_function_leaves_what_is_shown(pair: FlaskClient) -> None:
    shown = draft(pair, "pair-cook")
    pressed = post(pair, "/press/renew", function="pair-cook", revision=shown["revision"])
    assert (pressed["revision"], pressed["files"]) == (shown["revision"], {})
    assert draft(pair, "pair-cook") == shown
    renewed = {one["name"]: one["text"] for one in draft(pair, "pair-waiter")["files"]}
    assert renewed["build.txt"] == "2\n"


def test_commands_deploy_every_function_of_the_lab(pair: FlaskClient) -> None:
    post(pair, "/save", event='{"dish": "tea"}', function="pair-waiter")
    page = html.unescape(pair.get(f"{LAB}/commands?function=pair-waiter").text)
    invoke = page.partition('id="command-invoke-text"')[2].partition("</pre>")[0]
    assert "create-function --function-name pair-cook" in invoke
    assert "lambda invoke --function-name pair-waiter" in invoke
    assert '{"dish": "tea"}' in invoke


def form_fields(page: str, form: str) -> dict[str, str]:
    """Return what a browser without scripts sends of a form that nobody touched."""
    markup = page.partition(f'id="{form}"')[2].partition("</form>")[0]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', markup)
    numbers = re.findall(r'name="([^"]+)" value="([^"]*)"', markup)
    return {**dict(numbers), **dict(hidden)}


@pytest.mark.parametrize("form", ["configuration", "faults", "published"])
def test_a_form_without_script_is_about_the_function_that_is_shown(
    pair: FlaskClient, form: str
) -> None:
    shown = pair.get("/w/local/lessons/pair?function=pair-waiter").text
    assert form_fields(shown, form)["function"] == "pair-waiter"


def test_a_configuration_without_script_leaves_the_other_function_alone(pair: FlaskClient) -> None:
    shown = pair.get("/w/local/lessons/pair?function=pair-waiter").text
    fields = {**form_fields(shown, "configuration"), "timeout": "9"}
    answer = pair.post(f"{LAB}/configuration", data=fields, headers={"Accept": "text/html"})
    assert answer.headers["Location"] == "/w/local/lessons/pair?function=pair-waiter"
    kept = {name: pair.get(f"{LAB}/configuration?function={name}").text for name in NAMES}
    assert 'name="timeout" value="9"' in kept["pair-waiter"]
    assert 'name="timeout" value="3"' in kept["pair-cook"]


def test_faults_without_script_leave_the_other_function_alone(pair: FlaskClient) -> None:
    shown = pair.get("/w/local/lessons/pair?function=pair-waiter").text
    fields = {**form_fields(shown, "faults"), "invocation": "raise", "init": ""}
    answer = pair.post(f"{LAB}/faults", data=fields, headers={"Accept": "text/html"})
    assert answer.headers["Location"] == "/w/local/lessons/pair?function=pair-waiter"
    kept = {name: pair.get(f"{LAB}/faults?function={name}").text for name in NAMES}
    assert 'value="raise" checked' in kept["pair-waiter"]
    assert 'value="raise" checked' not in kept["pair-cook"]


def test_the_solution_is_beside_the_code_of_the_function_that_it_changes(
    pair: FlaskClient,
) -> None:
    solution = pair.get(f"{LAB}/solution", headers={"HX-Request": "true"}).text
    assert '<p class="solution__function mono">pair-waiter</p>' in solution
    assert "waiter.py" in solution
    assert "&#34;solved&#34;" in solution
    assert "cook.py" not in solution
    taken = post(pair, "/solution")
    after = pair.get(f"{LAB}/solution", headers={"HX-Request": "true"}).text
    assert "yours is the same" in after
    post(pair, f"/undo/{taken['undo']}")
    back = pair.get(f"{LAB}/solution", headers={"HX-Request": "true"}).text
    assert "1 line added, 1 removed" in back

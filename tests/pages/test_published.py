"""Versions and aliases in the lab: published, led elsewhere, called; with scripts off too."""

import html
import json
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import (
    HTMX,
    LAB,
    LESSON,
    answered,
    as_form,
    as_htmx,
    as_script,
    editors,
)
from webapp.trace.events import InvocationStarted
from webapp.wiring import Application

pytestmark = pytest.mark.usefixtures("fresh")
PAGE = {"Accept": "text/html"}


def publish(client: FlaskClient, **fields: str) -> str:
    """Publish what is in the editor, and return the number."""
    answer = as_script(client, "/published", **editors(**fields))
    number: str = answer.get_json()["version"]
    return number


def two_versions(client: FlaskClient) -> tuple[str, str]:
    first = publish(client, description="First")
    second = publish(client, **{"file:build.txt": "2\n"})
    return first, second


def test_a_version_is_published_with_the_edited_draft_and_listed(client: FlaskClient) -> None:
    nothing = client.get(f"{LAB}/published", headers=HTMX).text
    assert "Nothing is published yet" in nothing
    shown = as_htmx(client, "/published", **editors(description="<b>First</b>")).text
    assert "is published." in shown
    assert "&lt;b&gt;First&lt;/b&gt;" in shown
    number = publish(client)
    again = client.get(f"{LAB}/published", headers=HTMX).text
    assert f'aria-label="Delete version {number}"' in again


def test_an_alias_is_made_shared_and_moved(client: FlaskClient) -> None:
    first, second = two_versions(client)
    made = as_htmx(client, "/aliases", alias="live", version=first, second=second, weight="10")
    assert made.status_code == 200
    assert 'id="alias-live-weight" name="weight" type="number" min="0" max="100" value="10"' in (
        made.text
    )
    moved = as_htmx(client, "/aliases", alias="live", version=second, second="", weight="10").text
    assert f'<option value="{second}" selected>version {second}</option>' in moved
    assert "no second version" in moved
    deleted = as_htmx(client, "/aliases/live/delete").text
    assert "Alias live is deleted." in deleted


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"alias": "7"}, "(?!^[0-9]+$)"),
        ({"alias": "<i>"}, "Value &#39;&lt;i&gt;&#39;"),
        ({"alias": "live", "version": "99"}, "Function not found"),
        ({"alias": "live", "second": "1", "weight": "many"}, "not a whole number"),
        ({"alias": "live", "second": "1", "weight": "101"}, "Write 0 to 100."),
    ],
)
def test_what_is_refused_stands_at_the_alias_with_what_was_typed(
    client: FlaskClient, fields: dict[str, str], says: str
) -> None:
    first, _ = two_versions(client)
    answer = as_htmx(client, "/aliases", **{"version": first, **fields})
    assert answer.status_code == 400
    assert says in answer.text
    assert 'class="field__error alias__error"' in answer.text


def test_invoke_calls_what_was_chosen_and_remembers_it(
    client: FlaskClient, application: Application
) -> None:
    first, second = two_versions(client)
    as_script(client, "/aliases", alias="live", version=first)
    assert as_script(client, "/qualifier", qualifier="live").get_json() == {"qualifier": "live"}
    run = as_script(client, "/invoke", **editors()).get_json()["run"]
    answered(application, run)
    assert started(application, run) == (first, "live")
    run = as_script(client, "/invoke", **editors(qualifier=second)).get_json()["run"]
    answered(application, run)
    assert started(application, run) == (second, "")
    chosen = client.get(f"{LAB}/qualifier", headers=HTMX).text
    assert f"<option selected>{second}</option>" in chosen
    refused = as_script(client, "/qualifier", qualifier="nope")
    assert refused.status_code == 400
    assert "no version or alias 'nope'" in refused.get_json()["message"]
    as_script(client, f"/published/{second}/delete")
    assert "<option selected>$LATEST</option>" in client.get(f"{LAB}/qualifier", headers=HTMX).text


def started(application: Application, run: str) -> tuple[str, str]:
    """Return which version a run's call started, and by which alias."""
    labs = application.services.labs
    log = labs.live("local", labs.course().lesson("cold-and-warm")).log
    [fact] = [
        entry.fact
        for entry in log.since(0)
        if entry.run == run and isinstance(entry.fact, InvocationStarted)
    ]
    return fact.version, fact.alias


def test_all_of_it_works_without_scripts(client: FlaskClient) -> None:
    sent = client.post(f"{LAB}/published", data=editors(description="Plain"), headers=PAGE)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{LESSON}#part-published")
    made = client.post(f"{LAB}/aliases", data={"alias": "live", "version": "$LATEST"}, headers=PAGE)
    assert made.status_code == 303
    page = client.get(LESSON).text
    assert 'name="qualifier" form="lab"' in page
    assert "<option>live</option>" in page
    wrong = client.post(f"{LAB}/aliases", data={"alias": "1", "version": "1"}, headers=PAGE)
    assert wrong.status_code == 400
    assert as_form(client, "/aliases/live/delete").status_code in (200, 303)


def test_every_button_of_it_is_a_command(client: FlaskClient) -> None:
    first, second = two_versions(client)
    as_script(client, "/aliases", alias="live", version=first, second=second, weight="25")
    as_script(client, "/qualifier", qualifier="live")
    typed = urlencode(
        {"publish-description": "It's", "new-alias-alias": "beta", "new-alias-version": second}
    )
    shown = client.get(f"{LAB}/commands?{typed}", headers=HTMX).text
    assert "publish-version" in shown
    assert "create-alias" in shown
    assert "--name beta" in shown
    assert json.dumps({second: 0.25}).replace('"', "&#34;").replace(" ", "") in shown
    assert "--qualifier live" in shown
    assert "invocations?Qualifier=live" in shown


def commands(client: FlaskClient, **typed: str) -> dict[str, str]:
    """Return the blocks of the dialog of commands as text, by their names."""
    page = client.get(f"{LAB}/commands?{urlencode(typed)}", headers=HTMX)
    assert page.status_code == 200
    blocks = page.text.split('<div class="command" id="command-')[1:]
    return {one.partition('"')[0]: html.unescape(one) for one in blocks}


def test_the_command_of_an_alias_does_what_its_form_would(client: FlaskClient) -> None:
    first, second = two_versions(client)
    as_script(client, "/aliases", alias="live", version=first)
    stands = commands(client)["alias-live"]
    assert f"--function-version {first}" in stands
    assert '{"AdditionalVersionWeights":{}}' in stands
    form = {"version": second, "second": first, "weight": "30"}
    typed = {f"alias-live-{name}": value for name, value in form.items()}
    moved = commands(client, **typed)["alias-live"]
    assert f"--function-version {second}" in moved
    assert f'{{"AdditionalVersionWeights":{{"{first}":0.3}}}}' in moved
    assert as_script(client, "/aliases", alias="live", **form).status_code == 200
    assert commands(client)["alias-live"].partition("<pre")[2] == moved.partition("<pre")[2]


def test_what_a_form_of_an_alias_cannot_mean_is_no_command(client: FlaskClient) -> None:
    first, second = two_versions(client)
    as_script(client, "/aliases", alias="live", version=first)
    wrong = {"alias-live-version": first, "alias-live-second": second, "alias-live-weight": "lots"}
    assert "is not a whole number" in commands(client, **wrong)["alias-live"]
    unspeakable = commands(client, **{"new-alias-alias": "a\0b", "new-alias-version": first})
    assert "no shell can be given" in unspeakable["new-alias"]
    read = {"alias-live-version": "file:///etc/passwd", "new-alias-alias": "file:///etc/passwd"}
    assert all("<pre" not in commands(client, **read)[one] for one in ("alias-live", "new-alias"))


def test_a_new_alias_that_shares_calls_says_so(client: FlaskClient) -> None:
    first, second = two_versions(client)
    form = {"alias": "beta", "version": first, "second": second, "weight": "5"}
    made = commands(client, **{f"new-alias-{name}": value for name, value in form.items()})
    assert f'{{"AdditionalVersionWeights":{{"{second}":0.05}}}}' in made["new-alias"]


def test_deleting_a_version_and_an_alias_are_commands(client: FlaskClient) -> None:
    first, _ = two_versions(client)
    as_script(client, "/aliases", alias="live", version=first)
    found = commands(client)
    deleted = " ".join(found[f"delete-version-{first}"].replace("\\\n", "").split())
    assert f"delete-function --function-name cold-and-warm-greeter --qualifier {first}" in deleted
    taken = " ".join(found["delete-alias-live"].replace("\\\n", "").split())
    assert "delete-alias --function-name cold-and-warm-greeter --name live" in taken
    page = client.get(f"{LAB}/published", headers=HTMX).text
    assert f'data-commands="delete-version-{first}"' in page


def test_a_hostile_description_and_name_break_nothing(client: FlaskClient) -> None:
    long = as_script(client, "/published", **editors(description="d" * 100_000))
    assert long.status_code == 400
    for name in ("a" * 100_000, "../..", "\x00", "😀", "$LATEST"):
        assert as_script(client, "/aliases", alias=name, version="$LATEST").status_code == 400
    for version in ("$LATEST", "0", "-1", "9" * 500, "x"):
        answer = as_script(client, f"/published/{version}/delete")
        assert answer.status_code in (200, 400, 404)

"""What a lab's buttons answer to scripts, to forms without script, and to what is wrong."""

import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import HANDLER, LAB, LESSON, as_form, as_script, editors, texts
from webapp.wiring import Application

pytestmark = pytest.mark.usefixtures("fresh")


def kept_files(application: Application) -> dict[str, str]:
    labs = application.services.labs
    return dict(labs.state("local", labs.course().lesson("cold-and-warm")).files)


def test_invoke_answers_its_run_and_the_number_of_calls(client: FlaskClient) -> None:
    answer = as_script(client, "/invoke", **editors()).get_json()
    assert answer["run"]
    assert (answer["calls"], answer["files"]) == (1, {})


def test_the_burst_button_sends_the_number_in_its_field(client: FlaskClient) -> None:
    assert (
        as_script(client, "/invoke", **editors(calls="burst", count="3")).get_json()["calls"] == 3
    )


def test_the_invoke_button_sends_one_whatever_the_field_says(client: FlaskClient) -> None:
    assert as_script(client, "/invoke", **editors(calls="one", count="3")).get_json()["calls"] == 1


def test_json_does_as_well_as_a_form(client: FlaskClient) -> None:
    body = {"files": {"handler.py": HANDLER}, "event": "{}", "count": 2}
    assert client.post(f"{LAB}/invoke", json=body).get_json()["calls"] == 2


def test_without_files_the_kept_draft_is_used(client: FlaskClient) -> None:
    as_script(client, "/save", **editors())
    assert as_script(client, "/invoke").status_code == 200


def test_a_form_without_script_comes_back_to_the_lesson(client: FlaskClient) -> None:
    answer = as_form(client, "/invoke", **editors())
    assert (answer.status_code, urlsplit(answer.location).path) == (303, LESSON)


def test_line_ends_of_a_form_do_not_change_the_code(
    client: FlaskClient, application: Application
) -> None:
    form = editors(**{"file:handler.py": HANDLER.replace("\n", "\r\n")})
    as_script(client, "/save", **form)
    assert kept_files(application)["handler.py"] == HANDLER


@pytest.mark.parametrize(
    ("path", "fields", "says"),
    [
        ("/invoke", {"event": "{"}, "json"),
        ("/invoke", {"count": "many"}, "'many', which is not a whole number"),
        ("/invoke", {"count": "101"}, "101"),
        ("/wait", {"minutes": "soon"}, "not a number"),
        ("/reset", {"scope": "everything"}, "'everything' cannot be reset"),
    ],
)
def test_what_cannot_be_done_says_why(
    client: FlaskClient, path: str, fields: dict[str, str], says: str
) -> None:
    answer = as_script(client, path, **editors(**fields))
    assert answer.status_code == 400
    assert answer.get_json()["code"]
    assert says in answer.get_json()["message"]


@pytest.mark.parametrize("path", ["/press/dance", "/step"])
def test_what_the_lesson_has_not_is_not_found(client: FlaskClient, path: str) -> None:
    answer = as_script(client, path, **editors(step="nowhere"))
    assert answer.status_code == 404
    assert "The lesson has no" in answer.get_json()["message"]


def test_a_body_that_is_no_object_is_refused(client: FlaskClient) -> None:
    answer = client.post(f"{LAB}/invoke", json=[1])
    assert answer.status_code == 400
    assert "JSON object" in answer.text


def test_a_press_does_what_it_says(client: FlaskClient) -> None:
    assert as_script(client, "/press/send-10", **editors()).get_json()["calls"] == 10


def test_an_update_answers_the_files_that_it_changed(client: FlaskClient) -> None:
    files = as_script(client, "/update", **editors()).get_json()["files"]
    assert files["build.txt"] == "2\n"


def test_saving_answers_findings_with_their_lines(client: FlaskClient) -> None:
    broken = editors(**{"file:handler.py": "def handler(event, context):\n    return gatway\n"})
    (finding,) = as_script(client, "/save", **broken).get_json()["findings"]
    assert (finding["file"], finding["line"]) == ("handler.py", 2)
    assert "gatway" in finding["message"]


def test_waiting_passes_lab_time(client: FlaskClient) -> None:
    before = client.get("/w/local/clock").get_json()["now"]
    assert as_script(client, "/wait", minutes="5").status_code == 200
    assert client.get("/w/local/clock").get_json()["now"] - before >= 300


def test_stop_answers_how_many_it_stopped(client: FlaskClient) -> None:
    assert as_script(client, "/stop").get_json() == {"stopped": 0}


def test_a_reset_answers_what_the_editors_hold_now(
    client: FlaskClient, application: Application
) -> None:
    as_script(client, "/save", **editors())
    answer = as_script(client, "/reset", scope="code")
    assert texts(answer) == kept_files(application)
    assert "A greeter" in texts(answer)["handler.py"]


def test_an_asynchronous_press_answers_202_and_nothing_that_the_function_did(
    client: FlaskClient,
) -> None:
    answer = as_script(client, "/invoke", **editors(model="asynchronous")).get_json()
    assert (answer["status"], answer["model"], answer["refused"]) == (202, "asynchronous", 0)
    assert len(answer["events"]) == 1
    assert answer["calls"] == 0, "nobody waits for an answer"


def test_several_events_are_sent_at_once_each_with_an_id_of_its_own(client: FlaskClient) -> None:
    form = editors(model="asynchronous", calls="burst", count="3")
    assert len(set(as_script(client, "/invoke", **form).get_json()["events"])) == 3


def test_the_model_is_remembered_by_a_choice_and_by_a_press(client: FlaskClient) -> None:
    def checked() -> str:
        found = re.search(r'value="(\w+)" data-model checked', client.get(LESSON).text)
        assert found
        return found[1]

    assert checked() == "synchronous"
    assert as_script(client, "/model", model="asynchronous").get_json() == {"model": "asynchronous"}
    assert checked() == "asynchronous"
    assert as_script(client, "/invoke", **editors()).get_json()["status"] == 202
    assert as_form(client, "/invoke", **editors(model="synchronous")).status_code == 303
    assert checked() == "synchronous"


@pytest.mark.parametrize("path", ["/invoke", "/model"])
@pytest.mark.parametrize("model", ["polled", "", "__proto__", "<b>" * 100])
def test_another_model_is_refused_and_not_remembered(
    client: FlaskClient, path: str, model: str
) -> None:
    answer = as_script(client, path, **editors(model=model))
    assert answer.status_code == 400
    assert "Use synchronous or asynchronous." in answer.get_json()["message"]
    assert as_script(client, "/invoke", **editors()).get_json()["model"] == "synchronous"


def test_all_rows_of_a_lab_are_answered_and_of_an_unknown_lab_none(client: FlaskClient) -> None:
    as_script(client, "/invoke", **editors())
    answer = client.get(f"{LAB}/rows")
    assert answer.mimetype == "application/json"
    message = answer.get_json()
    assert (message["reset"], message["hidden"], message["told"]) == (True, 0, {})
    assert client.get("/w/local/labs/nobodys/rows").status_code == 404

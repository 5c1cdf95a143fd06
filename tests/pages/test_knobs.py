"""Configuration and faults: set, shown as set, and refused at their own field."""

import re

import pytest
from flask.testing import FlaskClient

from tests.pages.asking import HTMX, LAB, as_htmx, as_script, editors
from webapp.pages.knob_forms import FieldsInvalid, read_knobs
from webapp.runtime.model import Configuration

pytestmark = pytest.mark.usefixtures("fresh")
KNOBS = {"memory_mb": "256", "timeout": "5", "temporary_mb": "512", "variables": "GREETING=Hello"}


def test_a_saved_configuration_says_what_follows(client: FlaskClient) -> None:
    form = as_htmx(client, "/configuration", **editors(**KNOBS)).text
    assert "Saved. The next call starts cold." in form
    now = client.get(f"{LAB}/configuration", headers=HTMX).text
    assert 'name="memory_mb" value="256"' in now
    assert "GREETING=Hello" in now


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("timeout", "1200", "1 to 900 s"),
        ("memory_mb", "12", "128 to 10,240 MB"),
        ("temporary_mb", "1", "512 to 10,240 MB"),
        ("memory_mb", "lots", "not a whole number"),
        ("variables", "no equals sign", "Line 1 has no"),
        ("variables", "AWS_REGION=here", "reserved keys"),
    ],
)
def test_what_is_refused_stands_at_its_field(
    client: FlaskClient, name: str, value: str, says: str
) -> None:
    answer = as_htmx(client, "/configuration", **editors(**{**KNOBS, name: value}))
    assert answer.status_code == 400
    message = re.search(rf'id="{name}-about">.*?</p>', answer.text, re.S)
    assert message is not None
    assert says in message[0]
    assert re.search(rf'id="{name}"[^>]*aria-invalid="true"', answer.text)


def test_concurrency_is_reserved_and_let_go_where_it_is_configured(client: FlaskClient) -> None:
    form = as_htmx(client, "/configuration", **editors(**KNOBS, reserved_concurrency="5")).text
    assert 'name="reserved_concurrency" value="5"' in form
    again = as_htmx(client, "/configuration", **editors(**KNOBS)).text
    assert 'name="reserved_concurrency" value="5"' in again
    assert "Saved.</span>" in again, "the next call finds its environment"
    told = as_script(client, "/configuration", **editors(**KNOBS, reserved_concurrency=""))
    assert told.get_json()["reserved_concurrency"] is None


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("1000", "below its minimum value of [100]"),
        ("-1", "0 or more"),
        ("some", "not a whole number"),
        ("9" * 5000, "not a whole number"),
    ],
)
def test_a_reservation_that_cannot_be_is_refused_at_its_field(
    client: FlaskClient, value: str, says: str
) -> None:
    answer = as_htmx(client, "/configuration", **editors(reserved_concurrency=value))
    assert answer.status_code == 400
    message = re.search(r'id="reserved_concurrency-about">.*?</p>', answer.text, re.S)
    assert message is not None
    assert says in message[0]


def test_what_was_typed_stays_when_it_is_refused(client: FlaskClient) -> None:
    form = as_htmx(client, "/configuration", **editors(**{**KNOBS, "timeout": "1200"})).text
    assert 'name="timeout" value="1200"' in form


def test_a_script_hears_of_a_refusal_as_json(client: FlaskClient) -> None:
    answer = as_script(client, "/configuration", **editors(**{**KNOBS, "timeout": "0"}))
    assert answer.status_code == 400
    assert "timeout" in answer.get_json()["message"]


def test_a_field_that_was_left_out_stays_as_it_was() -> None:
    knobs = read_knobs({"memory_mb": "1,024"}, old=Configuration(timeout=7, variables={"A1": "b"}))
    assert (knobs.memory_mb, knobs.timeout, knobs.variables) == (1024, 7, {"A1": "b"})


def test_a_value_may_hold_an_equals_sign() -> None:
    knobs = read_knobs({"variables": "QUERY=a=b\n\nEMPTY="}, old=Configuration())
    assert knobs.variables == {"QUERY": "a=b", "EMPTY": ""}


def test_every_wrong_field_is_told_at_once() -> None:
    with pytest.raises(FieldsInvalid) as refused:
        read_knobs({"memory_mb": "x", "timeout": "y"}, old=Configuration())
    assert refused.value.errors.keys() == {"memory_mb", "timeout"}


def test_a_fault_is_set_and_counted_in_its_tab(client: FlaskClient) -> None:
    form = as_htmx(client, "/faults", **editors(init="slow-init", invocation="raise")).text
    assert re.search(r'value="raise" checked', form)
    assert re.search(r'id="fault-count" hx-swap-oob="true">2<', form)


def test_an_unknown_fault_is_refused(client: FlaskClient) -> None:
    answer = as_script(client, "/faults", **editors(invocation="sulk"))
    assert answer.status_code == 400
    assert "sulk" in answer.get_json()["message"]


def test_the_knobs_of_events_are_set_and_counted(client: FlaskClient) -> None:
    sent = editors(slow_ms="1,500", throttled_attempts="9", failing_attempts="2", duplicate="on")
    form = as_htmx(client, "/faults", **sent).text
    for name, value in (("slow_ms", 1500), ("throttled_attempts", 9), ("failing_attempts", 2)):
        assert f'name="{name}" value="{value}"' in form
    assert re.search(r'name="duplicate" checked', form)
    assert re.search(r'id="fault-count" hx-swap-oob="true">4<', form)
    told = as_script(client, "/faults", **editors(failing_attempts="1")).get_json()
    assert (told["failing_attempts"], told["slow_ms"], told["duplicate"]) == (1, 0, False)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("slow_ms", "900001", "0 (off) to 900,000"),
        ("failing_attempts", "-1", "0 (off) to 100"),
        ("throttled_attempts", "many", "not a whole number"),
        ("throttled_attempts", "9" * 5000, "not a whole number"),
    ],
)
def test_a_number_that_a_knob_does_not_take_is_refused_at_its_field(
    client: FlaskClient, name: str, value: str, says: str
) -> None:
    answer = as_htmx(client, "/faults", **editors(**{name: value}))
    assert answer.status_code == 400
    message = re.search(rf'id="{name}-about">.*?</p>', answer.text, re.S)
    assert message is not None
    assert says in message[0]
    answer = as_script(client, "/faults", **editors(**{name: value}))
    assert (answer.status_code, says in answer.get_json()["message"]) == (400, True)


def test_delivering_twice_is_on_or_off(client: FlaskClient) -> None:
    answer = as_script(client, "/faults", **editors(duplicate="maybe"))
    assert (answer.status_code, "on or off" in answer.get_json()["message"]) == (400, True)

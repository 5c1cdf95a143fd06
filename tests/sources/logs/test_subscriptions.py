"""Lines that match a filter are on disk at once, one event after a second, and never lost."""

import base64
import gzip
import json
from typing import Any

import pytest

from tests.sources.buses.bench import ACCOUNT, BUSY, REGION, START, FakeStore, Lab, lab, on_loop
from webapp.sources.logs import subscriptions as module
from webapp.sources.logs.subscriptions import Line, Subscriptions
from webapp.trace.events import TargetRetryScheduled

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:reader"
ERRORS = {"errors": {"destinationArn": FUNCTION, "filterPattern": "ERROR"}}


def at_work(lab: Lab) -> Subscriptions:
    return Subscriptions(lab.surroundings, deliveries=lab.deliveries, kept={"group": ERRORS})


def line(text: str, *, stream: str = "one") -> Line:
    return Line("group", stream, int(START * 1000), text, "run")


def opened(body: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(json.loads(body)["awslogs"]["data"])))


def told(lab: Lab) -> list[list[str]]:
    """Return the messages of each event that the function was brought."""
    notices = [opened(parcel.body) for parcel in lab.outlets.parcels]
    return [[one["message"] for one in notice["logEvents"]] for notice in notices]


def test_the_lines_of_a_second_are_one_event_in_their_order() -> None:
    async def work(lab: Lab) -> None:
        filters = at_work(lab)
        for text in ("ERROR 1", "fine", "ERROR 2"):
            filters.take(line(text))
            await lab.settle()
        filters.take(line("ERROR of another", stream="two"))
        await lab.settle()
        assert told(lab) == []
        await lab.wait(1)
        assert sorted(told(lab)) == [["ERROR 1", "ERROR 2"], ["ERROR of another"]]
        assert lab.store.deliveries == {}
        filters.take(line("ERROR 3"))
        await lab.wait(1)
        assert told(lab)[-1] == ["ERROR 3"]

    on_loop(work)


def test_what_was_gathered_when_the_server_died_is_brought_by_the_next() -> None:
    async def work(lab: Lab) -> None:
        filters = at_work(lab)
        filters.take(line("ERROR 1"))
        await lab.settle()
        filters.take(line("ERROR 2"))
        await lab.settle()
        assert len(lab.store.deliveries) == 2
        await filters.close()
        again = await lab.restarted()
        assert sorted(told(again)) == [["ERROR 1"], ["ERROR 2"]]
        assert again.store.deliveries == {}

    on_loop(work)


def test_a_client_s_lines_are_on_disk_when_it_has_its_answer() -> None:
    async def work(lab: Lab) -> None:
        filters = at_work(lab)
        await filters.put([line(f"ERROR {number}") for number in range(5)])
        [piece] = lab.store.deliveries.values()
        assert len(opened(piece.body)["logEvents"]) == 5
        await filters.put([line("fine")])
        await lab.wait(1)
        assert told(lab) == [[f"ERROR {number}" for number in range(5)]]

    on_loop(work)


def test_lines_that_come_while_a_piece_is_written_are_the_next_piece() -> None:
    async def work(lab: Lab) -> None:
        filters = at_work(lab)
        filters.take(line("ERROR 1"))
        await filters.put([line("ERROR 2"), line("ERROR 3")])
        together = [
            one["message"]
            for piece in lab.store.deliveries.values()
            for one in opened(piece.body)["logEvents"]
        ]
        assert together == ["ERROR 1", "ERROR 2", "ERROR 3"]
        await lab.wait(1)
        assert told(lab) == [["ERROR 1", "ERROR 2", "ERROR 3"]]

    on_loop(work)


def test_a_full_batch_does_not_wait_for_its_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BATCH_BYTES", 100)

    async def work(lab: Lab) -> None:
        filters = at_work(lab)
        await filters.put([line(f"ERROR {number}") for number in range(5)])
        await lab.settle()
        assert told(lab) == [[f"ERROR {number}" for number in range(4)]]
        await lab.wait(1)
        assert told(lab)[1:] == [["ERROR 4"]]

    on_loop(work)


def test_a_busy_function_gets_its_lines_later() -> None:
    async def work(lab: Lab) -> None:
        lab.outlets.refusals[FUNCTION] = [BUSY]
        filters = at_work(lab)
        filters.take(line("ERROR 1"))
        await lab.wait(1)
        [retry] = lab.facts(TargetRetryScheduled)
        assert retry.rule == "errors"
        await lab.wait(retry.wait_seconds)
        assert told(lab) == [["ERROR 1"]] * 2
        assert lab.store.deliveries == {}

    on_loop(work)


def test_a_new_filter_s_function_is_told_that_it_is_one() -> None:
    async def work(lab: Lab) -> None:
        filters = at_work(lab)
        await filters.greet("group", "errors", run="run")
        await filters.greet("group", "no such filter", run="run")
        await lab.settle()
        [parcel] = lab.outlets.parcels
        notice = opened(parcel.body)
        assert (notice["messageType"], notice["owner"]) == ("CONTROL_MESSAGE", "CloudwatchLogs")
        assert notice["logEvents"][0]["message"].startswith("CWL CONTROL MESSAGE: Checking health")
        assert parcel.principal == "logs.amazonaws.com"

    on_loop(work)


def test_nothing_is_kept_of_a_line_that_nobody_wants() -> None:
    async def work(_: Lab) -> None:
        quiet = lab(FakeStore())
        filters = at_work(quiet)
        filters.take(line("fine"))
        filters.take(Line("elsewhere", "one", 0, "ERROR", "run"))
        await quiet.wait(1)
        assert quiet.store.deliveries == {}
        assert quiet.outlets.parcels == []

    on_loop(work)

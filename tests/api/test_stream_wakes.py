"""A reader of the stream is told of facts that others saw first."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp import wiring
from webapp.api import events
from webapp.settings import Settings


@pytest.fixture
def application(tmp_path: Path) -> Iterator[wiring.Application]:
    running = wiring.start(Settings(data=tmp_path))
    yield running
    running.stop()


@pytest.mark.slow
def test_a_reader_hears_at_once_of_what_another_reader_has_folded(
    application: wiring.Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "BEAT_SECONDS", 3600.0)
    labs = application.services.labs
    lesson = labs.course().lesson("cold-and-warm")
    response = application.app.test_client().get("/w/local/labs/cold-and-warm/events")
    chunks = iter(response.response)
    told = [_text(next(chunks))]

    def read_one_more() -> None:
        told.append(_text(next(chunks)))

    labs.pressing.wait("local", lesson, seconds=60)
    labs.state("local", lesson)  # another reader folds the new facts first
    reader = threading.Thread(target=read_one_more)
    reader.start()
    reader.join()
    runs = json.loads(told[1].partition("data: ")[2])["runs"]
    assert [run["label"] for run in runs] == ["Wait 60 s"]
    response.close()


def _text(chunk: object) -> str:
    assert isinstance(chunk, str | bytes)
    return chunk.decode() if isinstance(chunk, bytes) else chunk

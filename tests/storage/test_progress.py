from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from webapp.storage.progress import Progress, ProgressBook
from webapp.storage.storage import Storage


def test_an_untouched_lesson_has_untouched_progress(storage: Storage) -> None:
    assert storage.progress.read("w", lesson="cold-and-warm") == Progress()
    assert storage.progress.read_all("w") == {}


def test_progress_reads_back_as_it_was_made(storage: Storage) -> None:
    book = ProgressBook(storage.engine, storage.journal, now=lambda: 12.5)
    made = Progress(
        step=3,
        hints={"warm": 2},
        predictions={"second-call": "same-process"},
        tasks={"warm-start": (4, 17)},
        extra={"solution": True},
    )
    assert book.update("w", lesson="l", change=lambda _before: made) == replace(made, updated=12.5)
    assert book.read("w", lesson="l") == replace(made, updated=12.5)
    assert book.read_all("w") == {"l": replace(made, updated=12.5)}
    assert book.read_all("v") == {}


def test_two_tabs_never_lose_one_anothers_change(storage: Storage) -> None:
    def pass_task(number: int) -> None:
        def change(before: Progress) -> Progress:
            return replace(before, tasks={**before.tasks, f"task-{number}": (number,)})

        storage.progress.update("w", lesson="l", change=change)

    with ThreadPoolExecutor(8) as tabs:
        list(tabs.map(pass_task, range(40), timeout=120.0))
    assert storage.progress.read("w", lesson="l").tasks == {
        f"task-{number}": (number,) for number in range(40)
    }


def test_a_change_that_fails_changes_nothing_and_its_error_is_the_callers(
    storage: Storage,
) -> None:
    def refuse(_before: Progress) -> Progress:
        raise LookupError("no such step")

    storage.progress.update("w", lesson="l", change=lambda before: replace(before, step=2))
    with pytest.raises(LookupError, match="no such step"):
        storage.progress.update("w", lesson="l", change=refuse)
    assert storage.progress.read("w", lesson="l").step == 2

"""Streams of facts for properties: such as a runtime may tell, and such as none ever would."""

import random
from collections.abc import Mapping
from dataclasses import fields
from typing import get_origin, get_type_hints

from hypothesis import strategies as st

from tests.trace.lab_script import FUNCTION, LAB, Script, environment_id
from webapp.trace.events import (
    FACTS,
    ClockChanged,
    Entry,
    Fact,
    LabReset,
    ServerRestarted,
    Status,
    TimeSkipped,
    TraceTrimmed,
)

ENVIRONMENTS = [environment_id(0x7F3A), environment_id(0xB84C), "7f3a" + "9" * 28]
TEXTS = {
    "function": st.sampled_from([FUNCTION, FUNCTION, FUNCTION, "other-lab"]),
    "environment": st.sampled_from(ENVIRONMENTS),
    "request_id": st.sampled_from([f"request-{number}" for number in range(1, 5)]),
    "queue": st.sampled_from(["orders", "orders", "orders-dead", "another-labs"]),
    "bus": st.sampled_from(["shop", "shop", "archive", "another-labs"]),
    "rule": st.sampled_from(["orders", "large"]),
    "event_id": st.sampled_from([f"event-{number}" for number in range(1, 4)]),
    "target": st.sampled_from(["orders-dead", "arn:aws:sqs:us-east-1:000000000000:orders"]),
    "message_id": st.sampled_from([f"message-{number}" for number in range(1, 4)]),
    "topic": st.sampled_from(["news", "news", "another-labs"]),
    "subscription": st.sampled_from(["s-1", "s-2"]),
    "endpoint": st.sampled_from(["arn:aws:sqs:us-east-1:000000000000:orders", "a@b.c"]),
    "lab": st.sampled_from([LAB, LAB, "other-lab"]),
}
SECONDS = st.floats(min_value=0.0, max_value=1e6)
COUNTS = st.integers(min_value=0, max_value=10_000)


def arbitrary_facts() -> st.SearchStrategy[Fact]:
    """Return facts of every kind, about few environments and requests, with any values."""
    return st.one_of([_facts(kind) for kind in FACTS])


def _facts(kind: type[Fact]) -> st.SearchStrategy[Fact]:
    hints = get_type_hints(kind)
    values = {field.name: _values(field.name, hints[field.name]) for field in fields(kind)}
    return st.builds(kind, **values)


def _values(name: str, hint: object) -> st.SearchStrategy[object]:
    if name in TEXTS and hint is str:
        return TEXTS[name]
    if name in TEXTS:
        return st.one_of(st.none(), TEXTS[name])
    if hint is float:
        return SECONDS
    if hint == float | None:
        return st.one_of(st.none(), SECONDS)
    if hint is int:
        return COUNTS
    if get_origin(hint) in (dict, Mapping):
        # JSON knows objects, and no other kind of mapping.
        return st.dictionaries(st.text(), st.text(), max_size=3)
    return st.from_type(hint)  # type: ignore[arg-type]


@st.composite
def arbitrary_entries(draw: st.DrawFn, *, longest: int = 40) -> list[Entry]:
    """Return entries in any order of facts and even of times; only sequences grow."""
    facts = draw(st.lists(arbitrary_facts(), max_size=longest))
    runs = draw(st.lists(st.sampled_from(["", "run-1", "run-2", "run-3"]), min_size=len(facts)))
    times = st.floats(min_value=0.0, max_value=1e9)
    return [
        Entry(number, draw(times), run, None, fact)
        for number, (fact, run) in enumerate(zip(facts, runs, strict=False), start=1)
    ]


@st.composite
def lab_entries(draw: st.DrawFn, *, longest: int = 25) -> list[Entry]:
    """Return what a runtime could tell of a lab's life, some of its facts perhaps lost."""
    player = Player(random.Random(draw(st.integers())))
    for _ in range(draw(st.integers(min_value=0, max_value=longest))):
        player.step()
    lost = draw(st.sets(st.integers(min_value=0, max_value=max(0, len(player.script.entries) - 1))))
    losing = draw(st.booleans())
    entries = player.script.entries
    end = draw(st.integers(min_value=0, max_value=len(entries)))
    return [entry for at, entry in enumerate(entries[:end]) if not (losing and at in lost)]


class Player:
    """Plays a lab at random: calls that overlap, failures, updates, waits, resets, restarts."""

    def __init__(self, chance: random.Random) -> None:
        self.script = Script()
        self._chance = chance
        self._free: dict[str, str] = {}
        self._running: dict[str, str] = {}
        self._run_of: dict[str, str] = {}
        self._born = 0

    def step(self) -> None:
        """Do one thing that a learner or the runtime could do next."""
        steps = [self._press, self._begin, self._begin, self._begin, self._finish, self._finish]
        steps += [self._wait, self._update, self._reap, self._skip, self._rare]
        self.script.wait(self._chance.random())
        self._chance.choice(steps)()

    def _press(self) -> None:
        if self._chance.random() < 0.2:
            self.script.api_call()
        else:
            self.script.press(self._chance.choice(["Invoke once", "Send 10 at once"]))

    def _begin(self) -> None:
        script = self.script
        request = script.accept()
        if self._chance.random() < 0.1:
            script.throttle(request)
        elif self._free:
            environment, state = self._free.popitem()
            if state == "reset":
                script.init(environment, phase="invoke")
            script.begin(
                environment, request=request, start="reset" if state == "reset" else "warm"
            )
            self._running[environment] = request
            self._run_of[environment] = script.run
        else:
            self._begin_cold(request)

    def _begin_cold(self, request: str) -> None:
        self._born += 1
        environment = environment_id(self._born)
        self.script.request(environment, request=request, why="concurrency")
        self.script.fetch(environment)
        self.script.init(environment)
        self.script.begin(environment, request=request, start="cold")
        self._running[environment] = request
        self._run_of[environment] = self.script.run

    def _finish(self) -> None:
        if not self._running:
            return
        environment, request = self._running.popitem()
        present, self.script.run = self.script.run, self._run_of[environment]
        statuses: list[Status] = ["ok", "ok", "error", "timeout", "memory", "crash", "stopped"]
        status = self._chance.choice(statuses)
        self.script.finish(environment, request=request, status=status)
        self._free[environment] = "frozen" if status in ("ok", "error") else "reset"
        self.script.run = present

    def _wait(self) -> None:
        self.script.wait(self._chance.random() * 600)

    def _update(self) -> None:
        self.script.change()
        while self._free:
            self.script.retire(self._free.popitem()[0], reason="updated")

    def _reap(self) -> None:
        if self._free:
            self.script.wait(420)
            environment, _ = self._free.popitem()
            present, self.script.run = self.script.run, self._run_of[environment]
            self.script.retire(environment, reason="idle", idle=420.0)
            self.script.run = present

    def _skip(self) -> None:
        for _ in range(self._chance.randint(1, 3)):
            self.script.add(TimeSkipped(seconds=60.0, reason="advance"))
        self.script.add(ClockChanged(rate="60", paused=False))

    def _rare(self) -> None:
        rare: list[Fact] = [
            LabReset(lab=LAB),
            LabReset(lab=LAB, scope="code"),
            ServerRestarted(epoch=2),
            TraceTrimmed(runs=1, facts=20),
        ]
        fact = self._chance.choice(rare)
        self.script.add(fact)
        if isinstance(fact, ServerRestarted):
            self._free.clear()
            self._running.clear()

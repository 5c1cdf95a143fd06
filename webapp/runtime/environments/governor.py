"""The share of the processor that goes with memory: 1,769 MB buy one vCPU (environments.md 5).

A token bucket for each running invocation. It fills with the share and empties with the processor
time that the environment's processes take; whoever has emptied it stands still until there is
enough for another turn. What was taken beyond it is paid back, so that the share is right over
time however late anybody looks. Init is not slowed (rule 24).
"""

import asyncio
import os
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from webapp.runtime.alarm import Alarm

PERIOD_SECONDS = 0.02
"""How often a share comes round, as in Lambda: 128 MB have 1.4 ms of every 20."""
_LEAST_TURN_SECONDS = 0.002
_LEAST_WAIT_SECONDS = 0.001
_TOGETHER_SECONDS = 0.0005


class Governed(Protocol):
    """A running environment."""

    def cpu_seconds(self) -> float:
        """Return the processor time that it has taken so far."""

    def hold(self) -> None:
        """Stand still, unless it is frozen or gone anyway."""

    def release(self) -> None:
        """Go on, unless it is frozen or gone."""


class Meter:
    """One environment's bucket, from invocation to invocation. ``share`` in vCPUs."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.turn = max(_LEAST_TURN_SECONDS, share * PERIOD_SECONDS)
        self.balance = self.turn
        self.held = False
        self._used = 0.0
        self._looked = 0.0

    def begin(self, *, used: float, now: float) -> None:
        """Count from here; the time since the last invocation has filled it."""
        self.balance = min(self.turn, self.balance + self.share * (now - self._looked))
        self._used, self._looked = used, now
        self.held = False

    def look(self, *, used: float, now: float) -> float:
        """Take account; return in how many seconds to look again. ``held`` says what to do."""
        spent = max(0.0, used - self._used)
        self.balance = min(self.turn, self.balance + self.share * (now - self._looked) - spent)
        self._used, self._looked = max(self._used, used), now
        self.held = self.balance < (self.turn * 0.999 if self.held else _LEAST_WAIT_SECONDS / 2)
        wait = (self.turn - self.balance) / self.share if self.held else self.balance
        return max(_LEAST_WAIT_SECONDS, wait)


class Governor:
    """Gives running environments their share. Loop thread only."""

    def __init__(self, *, megabytes_per_cpu: int, cpus: int | None = None) -> None:
        self._megabytes_per_cpu = megabytes_per_cpu
        self._cpus = cpus or os.cpu_count() or 1
        self._running: set[_Watch] = set()
        self._alarm: Alarm | None = None

    def meter(self, memory_mb: int) -> Meter:
        """Return a full bucket for a function of that memory."""
        return Meter(memory_mb / self._megabytes_per_cpu)

    def governing(self, item: Governed, *, meter: Meter) -> AbstractContextManager[None]:
        """See to its share as long as the block lasts, however that ends."""
        if meter.share >= self._cpus:  # more than there is cannot be taken
            return nullcontext()
        return _Watch(item, meter, governor=self)

    def begin(self, watch: "_Watch") -> None:
        """Look at it from now on."""
        watch.begin(now=asyncio.get_running_loop().time())
        self._running.add(watch)
        self._set()

    def end(self, watch: "_Watch") -> None:
        """Look at it for the last time."""
        self._running.discard(watch)
        watch.end(now=asyncio.get_running_loop().time())

    def _set(self) -> None:
        """Look again when the first of them is due."""
        if self._alarm is None:
            self._alarm = Alarm(self._look)
        if self._running:
            self._alarm.set(min(watch.due for watch in self._running))

    def _look(self) -> None:
        """Look at whoever is due, or will be at once: few looks at many are cheap."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for watch in self._running:
            if watch.due > now + _TOGETHER_SECONDS:
                continue
            watch.due = now + PERIOD_SECONDS
            try:
                watch.look(now=now)
            except Exception as error:  # one that can't be looked at must not free the others
                context = {"message": "a look at an environment failed", "exception": error}
                loop.call_exception_handler(context)
        self._set()


class _Watch(AbstractContextManager[None]):
    """One running invocation and when to look at it next."""

    def __init__(self, item: Governed, meter: Meter, *, governor: Governor) -> None:
        self._item = item
        self._meter = meter
        self._governor = governor
        self.due = 0.0

    def __enter__(self) -> None:
        self._governor.begin(self)

    def __exit__(self, *_error: object) -> None:
        self._governor.end(self)

    def begin(self, *, now: float) -> None:
        """Count from here."""
        used = self._item.cpu_seconds()
        self._meter.begin(used=used, now=now)
        self._account(used=used, now=now)

    def end(self, *, now: float) -> None:
        """Look for the last time, and leave it as it is."""
        self._meter.look(used=self._item.cpu_seconds(), now=now)

    def look(self, *, now: float) -> None:
        """See what it has taken, and let it stand still or go on."""
        self._account(used=self._item.cpu_seconds(), now=now)

    def _account(self, *, used: float, now: float) -> None:
        was_held = self._meter.held
        self.due = now + self._meter.look(used=used, now=now)
        if self._meter.held and not was_held:
            self._item.hold()
        elif was_held and not self._meter.held:
            self._item.release()

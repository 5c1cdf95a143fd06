"""Checks on what functions answered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.curriculum.fields import Fields
from webapp.curriculum.starts import short, starts
from webapp.curriculum.verdict import OPEN, Verdict, failed, passed
from webapp.trace.events import Entry, InvocationFinished

MISSING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersTellStart:
    """The answer's ``key`` is true on a cold start and false on a warm one, each seen once."""

    key: str

    @classmethod
    def read(cls, fields: Fields) -> "AnswersTellStart":
        """Read ``key``, a name in the JSON object that the function returns."""
        return cls(key=fields.text("key"))

    def verdict(self, entries: Sequence[Entry]) -> Verdict:
        """Pass with the two answers; fail on the newest answer that says the opposite."""
        kinds = {fact.request_id: fact.start for _, fact in starts(entries)}
        told: dict[str, Entry] = {}
        wrong: Verdict | None = None
        for entry in reversed(entries):
            fact = entry.fact
            value = self._value(fact) if isinstance(fact, InvocationFinished) else MISSING
            if not isinstance(fact, InvocationFinished) or value is MISSING:
                continue
            kind = kinds.get(fact.request_id, "reset")
            if value is (kind == "cold"):
                told.setdefault(kind, entry)
            elif wrong is None:
                wrong = self._wrong(entry, fact=fact, value=value, kind=kind)
            if told.keys() >= {"cold", "warm"}:
                return passed(f"{self.key} was true when cold, false when warm.", *told.values())
        return wrong or OPEN

    def _wrong(self, entry: Entry, *, fact: InvocationFinished, value: Any, kind: str) -> Verdict:
        said = f"{json.dumps(self.key)}: {json.dumps(value)[:40]}"
        return failed(f"{short(fact.environment)} answered {said} on a {kind} start.", entry)

    def _value(self, fact: InvocationFinished) -> Any:
        if fact.status != "ok" or self.key not in fact.response:
            return MISSING
        try:
            answer = json.loads(fact.response)
        except (ValueError, RecursionError):
            return MISSING
        return answer.get(self.key, MISSING) if isinstance(answer, dict) else MISSING

"""The facts that an option of a prediction expects, as lessons write them."""

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

from webapp.curriculum.fields import Fields
from webapp.curriculum.model import ExpectedFact
from webapp.trace.events import FACTS, Fact, InvocationFinished

KINDS: Mapping[str, type[Fact]] = {kind.__name__: kind for kind in FACTS}
MANY = 100_000


def read_expected(fields: Fields) -> ExpectedFact | None:
    """Read ``fact``, ``where``, ``answer`` and how often; ``None`` after a problem was reported."""
    kind = KINDS.get(fields.choice("fact", among=KINDS))
    where = fields.fields("where", required=False)
    answer = fields.values("answer") if "answer" in fields.names else {}
    if answer and kind is not None and not issubclass(kind, InvocationFinished):
        fields.problem("answer", f"A '{kind.__name__}' has no answer. Use InvocationFinished.")
    least, most = _count(fields)
    fields.done()
    if kind is None:
        return None
    wanted = _where(where, kind=kind) if where else {}
    return ExpectedFact(fact=kind, where=wanted, answer=answer, at_least=least, at_most=most)


def _count(fields: Fields) -> tuple[int, int | None]:
    if "exactly" in fields.names:
        count = fields.integer("exactly", within=(0, MANY))
        return count, count
    least = fields.integer("at_least", within=(0, MANY), default=1)
    most = fields.integer("at_most", within=(0, MANY), default=MANY)
    return least, None if most == MANY else most


def _where(fields: Fields, *, kind: type[Fact]) -> dict[str, tuple[Any, ...]]:
    hints = get_type_hints(kind)
    found: dict[str, tuple[Any, ...]] = {}
    for name in fields.names:
        if name in hints:
            found[name] = _values(name, fields=fields, hint=hints[name])
    fields.done()
    return found


def _values(name: str, *, fields: Fields, hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is Literal:
        return fields.words(name, among=get_args(hint))
    if hint is bool:
        return (fields.boolean(name, default=False),)
    if hint in {int, float}:
        return (hint(fields.number(name, within=(-1e15, 1e15))),)
    return fields.words(name)

"""A whole pattern: fields below fields, alternatives, and what decides about an object.

``$or`` is multiplied out: a pattern is a list of alternatives, each a tree of fields of which all
must hold. Where an array lies on the way, all of a tree's fields below it must hold for one and the
same element (as in EventBridge's rule engine, on which SNS filter policies rest as well).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from webapp.sources.matching.conditions import Condition, asks_for_absence, either
from webapp.sources.matching.dialect import OPERATORS, Dialect
from webapp.sources.matching.document import MOST_WORK, Document, TooMuchWork
from webapp.sources.matching.errors import PatternInvalid
from webapp.sources.matching.reading import read_condition
from webapp.sources.matching.values import Json, shown

DEEPEST = 64
MOST_SHOWN = 3
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field, by its path, and what it may be: any of the conditions."""

    path: Path
    conditions: tuple[Condition, ...]

    @property
    def name(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """The field that decided that a pattern does not match, what it is, and what was asked for.

    ``found`` are its values as JSON, the first few; none if it is not there.
    """

    field: str
    found: tuple[str, ...]
    wanted: str

    @property
    def sentence(self) -> str:
        """Say it, without a full stop."""
        what = f"is {', '.join(self.found)}" if self.found else "is missing"
        return f"{self.field} {what}; the pattern asks for {self.wanted}"


TOO_MUCH = Mismatch(
    field="The event",
    found=("too much to compare with this pattern here",),
    wanted=f"what takes at most {MOST_WORK:,} comparisons",
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What an object must be like. Without any field everything matches.

    An object comes as ``values.loads`` reads it, or as a ``Document`` for many patterns.
    """

    alternatives: tuple[tuple[Field, ...], ...]
    _trees: "tuple[_Node, ...]" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_trees", tuple(map(_tree, self.alternatives)))

    @property
    def weight(self) -> int:
        """How many comparisons it takes for one value of each field."""
        return sum(
            condition.weight
            for fields in self.alternatives
            for one in fields
            for condition in one.conditions
        )

    def matches(self, event: Json | Document) -> bool:
        """Tell whether an object is as the pattern says; too much work is no."""
        document = _begun(event)
        try:
            return self._matches(document)
        except TooMuchWork:
            return False

    def mismatches(self, event: Json | Document) -> tuple[Mismatch, ...]:
        """Return for each alternative what decided against it; nothing if the pattern matches."""
        document = _begun(event)
        try:
            if self._matches(document):
                return ()
            return tuple(_decisive(fields, document) for fields in self.alternatives)
        except TooMuchWork:
            return (TOO_MUCH,)

    def why_not(self, event: Json | Document) -> str:
        """Say which field decided, for a person; empty if the pattern matches."""
        return said(self.mismatches(event))

    def _matches(self, document: Document) -> bool:
        return any(
            _holds(fields, tree, document)
            for fields, tree in zip(self.alternatives, self._trees, strict=True)
        )


def said(mismatches: Sequence[Mismatch]) -> str:
    """Say for a person what decided; empty if nothing did."""
    return ". Nor is the next alternative met: ".join(
        dict.fromkeys(one.sentence for one in mismatches)
    )


def read_pattern(document: Json, *, dialect: Dialect) -> Pattern:
    """Return the pattern that a JSON document (by ``values.loads``) says.

    Raises ``PatternInvalid``.
    """
    if not isinstance(document, dict):
        raise PatternInvalid("Filter is not an object")
    found = _Reader(dialect).read(document, path=())
    return Pattern(tuple(found))


def is_alternatives(key: str, value: Json) -> bool:
    """Tell whether a key is the operator ``$or``: it has two objects or more, of fields."""
    return (
        key == "$or"
        and isinstance(value, list)
        and len(value) > 1
        and all(isinstance(one, dict) and one.keys().isdisjoint(OPERATORS) for one in value)
    )


class _Reader:
    """Reads a pattern into alternatives, each the fields that must hold together."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def read(self, document: Mapping[str, Json], *, path: Path) -> list[tuple[Field, ...]]:
        alternatives: list[tuple[Field, ...]] = [()]
        for key, value in document.items():
            alternatives = self._times(alternatives, self._read_one(key, value, path=path))
        return alternatives

    def _read_one(self, key: str, value: Json, *, path: Path) -> list[tuple[Field, ...]]:
        if is_alternatives(key, value):
            return [one for branch in value for one in self.read(branch, path=path)]
        below = (*path, *key.split("."))
        if len(below) > DEEPEST:
            raise PatternInvalid(f"Pattern is nested more than {DEEPEST} levels deep")
        if isinstance(value, dict):
            if not value:
                raise PatternInvalid("Empty objects are not allowed")
            return self.read(value, path=below)
        if not isinstance(value, list):
            raise PatternInvalid(f'"{key}" must be an object or an array')
        if not value:
            raise PatternInvalid("Empty arrays are not allowed")
        conditions = tuple(read_condition(rule, dialect=self._dialect) for rule in value)
        return [(Field(below, conditions),)]

    def _times(
        self, these: Sequence[tuple[Field, ...]], those: Sequence[tuple[Field, ...]]
    ) -> list[tuple[Field, ...]]:
        if len(these) * len(those) > self._dialect.most_alternatives:
            raise PatternInvalid("Filter policy is too complex")
        return [(*one, *other) for one in these for other in those]


# -- whether


@dataclass(slots=True)
class _Node:
    """Fields by their paths as a tree: what holds for a value, and for what lies below it."""

    path: Path = ()
    conditions: list[tuple[Condition, ...]] = field(default_factory=list)
    below: "dict[str, _Node]" = field(default_factory=dict)


def _tree(fields: Sequence[Field]) -> _Node:
    root = _Node()
    for one in fields:
        node = root
        for depth, name in enumerate(one.path, 1):
            node = node.below.setdefault(name, _Node(one.path[:depth]))
        node.conditions.append(one.conditions)
    return root


def _begun(event: Json | Document) -> Document:
    document = event if isinstance(event, Document) else Document(event)
    document.begin()
    return document


def _holds(fields: Sequence[Field], tree: _Node, document: Document) -> bool:
    absent = {
        one.path
        for one in fields
        if asks_for_absence(one.conditions) and not any(document.leaves(one.path))
    }
    return _any_holds(tree, document.value, absent, document)


def _any_holds(node: _Node, value: Json, absent: set[Path], document: Document) -> bool:
    return any(_one_holds(node, one, absent, document) for one in document.elements(value))


def _one_holds(node: _Node, value: Json, absent: set[Path], document: Document) -> bool:
    for conditions in node.conditions:
        here = document.any_holds(conditions, value)
        if not here and not (node.path in absent and asks_for_absence(conditions)):
            return False
    return all(
        _any_holds(below, document.below(value, name), absent, document)
        for name, below in node.below.items()
    )


# -- why not


def _decisive(fields: Sequence[Field], document: Document) -> Mismatch:
    for one in fields:
        if not _holds((one,), _tree((one,)), document):
            return Mismatch(
                field=one.name, found=_found(document, one.path), wanted=either(one.conditions)
            )
    # Each holds somewhere, and no element of an array has all.
    names = " and ".join(one.name for one in fields)
    return Mismatch(
        field=names,
        found=("right only in different elements of an array",),
        wanted="one element that has all of them",
    )


def _found(document: Document, path: Path) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for (value,) in document.leaves(path):
        found[shown(value)] = None
        if len(found) > MOST_SHOWN:
            return (*list(found)[:MOST_SHOWN], "…")
    return tuple(found)

"""YAML read strictly, key by key, with the line of everything that is wrong."""

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

import yaml
from yaml.composer import Composer, ComposerError

from webapp.curriculum.source import Source

Found = TypeVar("Found")
Range = tuple[float, float]
NULL = "tag:yaml.org,2002:null"
DEEPEST = 20
"""Mappings and lists inside one another; a lesson needs seven."""


class _Bounded(Composer):
    """Composes nodes, and refuses what could make few lines into much: aliases, deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        mark = self.peek_event().start_mark  # type: ignore[attr-defined]
        if self.check_event(yaml.AliasEvent):  # type: ignore[attr-defined]
            raise ComposerError(None, None, "aliases ('*name') are not supported", mark)
        if self.depth >= DEEPEST:
            raise ComposerError(None, None, "it is nested too deeply", mark)
        self.depth += 1
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _Loader(_Bounded, yaml.SafeLoader):
    """Reads with Python's parser, whose words about mistakes are the clearer ones."""


# Not every build of PyYAML has libyaml.
_Quick: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _QuickLoader(_Bounded, _Quick):  # type: ignore[misc]
    """Reads with libyaml's parser, which takes a tenth of the time."""

    def __init__(self, stream: str) -> None:
        _Quick.__init__(self, stream)
        Composer.__init__(self)


class Fields:
    """One mapping. Reading a key takes it; ``done`` reports what nobody took.

    A missing or wrong value is reported and an empty one returned: the file is refused later.
    """

    def __init__(self, node: yaml.MappingNode, *, source: Source) -> None:
        self._source = source
        self.line = node.start_mark.line
        self._nodes: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        self._known: set[str] = set()
        for key, value in node.value:
            self._add(key, value)

    def _add(self, key: yaml.Node, value: yaml.Node) -> None:
        name = str(key.value)
        if name in self._nodes:
            self._source.problem(key.start_mark.line, f"'{name}' is given twice.")
        self._nodes[name] = value
        self._lines[name] = key.start_mark.line

    # -- one value

    def text(self, key: str, *, default: str | None = None) -> str:
        """Return text; a number or a word like ``off`` is taken as it is written."""
        node = self._take(key, required=default is None)
        if node is None:
            return default or ""
        if isinstance(node, yaml.ScalarNode) and node.tag != NULL and node.value.strip():
            return str(node.value)
        return self._wrong(key, "must be text", "")

    def choice(self, key: str, *, among: Collection[str], default: str | None = None) -> str:
        """Return one of the words in ``among``."""
        value = self.text(key, default=default)
        if value and value not in among:
            self._wrong(key, f"is '{value}'. It can be {', '.join(sorted(among))}", "")
        return value

    def integer(self, key: str, *, within: Range, default: int | None = None) -> int:
        """Return a whole number within a range, both ends included."""
        return int(self._number(key, int, within, default))

    def number(self, key: str, *, within: Range, default: float | None = None) -> float:
        """Return a number within a range, both ends included."""
        return float(self._number(key, float, within, default))

    def boolean(self, key: str, *, default: bool) -> bool:
        """Return ``true`` or ``false``."""
        node = self._take(key, required=False)
        if node is None:
            return default
        if isinstance(node, yaml.ScalarNode) and node.value in {"true", "false"}:
            return bool(node.value == "true")
        return self._wrong(key, "must be true or false", default)

    def value(self, key: str) -> Any:
        """Return what JSON can say: text, numbers, true, false, null, lists and objects of them."""
        node = self._take(key, required=True)
        if node is None:
            return None
        value = yaml.SafeLoader("").construct_object(node, deep=True)
        try:
            json.dumps(value)
        except (TypeError, ValueError):
            return self._wrong(key, "must be what JSON can say: text goes between quotes", None)
        return value

    def values(self, key: str) -> dict[str, Any]:
        """Return a mapping of such values."""
        fields = self.fields(key)
        return {name: fields.value(name) for name in fields.names} if fields else {}

    # -- several values

    def words(self, key: str, *, among: Collection[str] | None = None) -> tuple[str, ...]:
        """Return a list of words, or a single one; none if the key is missing."""
        node = self._take(key, required=False)
        if node is None:
            return ()
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not all(isinstance(item, yaml.ScalarNode) for item in nodes):
            return self._wrong(key, "must be a word or a list of words", ())
        found = tuple(str(item.value) for item in nodes)
        for word in found if among is not None else ():
            if word not in (among or ()):
                self._wrong(key, f"holds '{word}'. It can be {', '.join(sorted(among or ()))}", "")
        return found

    def texts(self, key: str) -> dict[str, str]:
        """Return a mapping of texts; empty if the key is missing."""
        fields = self.fields(key, required=False)
        return {name: fields.text(name) for name in fields.names} if fields else {}

    def fields(self, key: str, *, required: bool = True) -> "Fields | None":
        """Return a mapping of its own."""
        node = self._take(key, required=required)
        if node is None:
            return None
        if isinstance(node, yaml.MappingNode):
            return Fields(node, source=self._source)
        return self._wrong(key, "must be a mapping of keys and values", None)

    def items(self, key: str) -> "list[Fields]":
        """Return a list of mappings; empty if the key is missing."""
        node = self._take(key, required=False)
        if node is None:
            return []
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        mappings = [item for item in nodes if isinstance(item, yaml.MappingNode)]
        if len(mappings) == len(nodes):
            return [Fields(item, source=self._source) for item in mappings]
        return self._wrong(key, "must be a list of mappings", [])

    def named(self, key: str, *, required: bool = True) -> "Iterator[tuple[str, Fields]]":
        """Yield the name and the mapping of each entry of a mapping of mappings."""
        fields = self.fields(key, required=required)
        for name in fields.names if fields else ():
            inner = fields.fields(name) if fields else None
            if inner is not None:
                yield name, inner

    # -- keys

    @property
    def names(self) -> tuple[str, ...]:
        """All keys, in order."""
        return tuple(self._nodes)

    def line_of(self, key: str) -> int:
        """Return the line of a key, or of the mapping if it has none such."""
        return self._lines.get(key, self.line)

    def problem(self, key: str, message: str) -> None:
        """Report a problem at a key."""
        self._source.problem(self.line_of(key), message)

    def text_source(self, key: str) -> Source:
        """Return the source of the text of a key, for what is read from it."""
        node = self._nodes.get(key)
        block = isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}
        return self._source.part(self.line_of(key) + (1 if block else 0))

    def done(self) -> None:
        """Report the keys that nobody asked for."""
        for name in self._nodes:
            if name not in self._known:
                known = ", ".join(sorted(self._known))
                self.problem(name, f"'{name}' is not a key here. There are {known}.")

    def _take(self, key: str, *, required: bool) -> yaml.Node | None:
        self._known.add(key)
        if required and key not in self._nodes:
            self.problem(key, f"'{key}' is missing.")
        return self._nodes.get(key)

    def _number(
        self, key: str, kind: Callable[[str], float], within: Range, default: float | None
    ) -> float:
        node = self._take(key, required=default is None)
        if node is None:
            return within[0] if default is None else default
        low, high = within
        try:
            value = kind(str(node.value))
        except ValueError:
            value = low - 1
        if low <= value <= high:
            return value
        return self._wrong(key, f"must be a number from {low:g} to {high:g}", low)

    def _wrong(self, key: str, message: str, value: Found) -> Found:
        self.problem(key, f"'{key}' {message}.")
        return value


def read_fields(text: str, *, source: Source) -> Fields:
    """Read a YAML mapping; what is no mapping is reported and read as an empty one."""
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        source.problem(mark.line if mark else 0, f"This is not YAML: {error.problem}.")
        return _empty(source)
    except yaml.YAMLError as error:
        source.problem(0, f"This is not YAML: {' '.join(str(error).split())}.")
        return _empty(source)
    if isinstance(node, yaml.MappingNode):
        return Fields(node, source=source)
    source.problem(0, "Keys and values are missing here.")
    return _empty(source)


def _composed(text: str) -> yaml.Node | None:
    """Compose quickly; what is wrong is read once more for the words and the line of it."""
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_QuickLoader)
    except yaml.YAMLError:
        node = yaml.compose(text, Loader=_Loader)
    return node


def _empty(source: Source) -> Fields:
    mark = yaml.Mark("", 0, 0, 0, None, 0)
    return Fields(yaml.MappingNode("tag:yaml.org,2002:map", [], mark, mark), source=source.silent())

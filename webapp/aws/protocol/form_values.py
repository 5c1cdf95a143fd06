"""The query protocol's form: ``Tags.member.1.Key=…``, read through a tree of its dotted names."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from botocore.model import Shape

from webapp.aws.errors import Unserializable
from webapp.aws.protocol.naming import element_name, member_key
from webapp.aws.protocol.recursion import Compiled
from webapp.aws.protocol.text_values import text_reader

Node = dict[str, Any]
"""What hangs below a name: further names, and under ``VALUE`` the text of the name itself."""
Read = Callable[[Node], Any]
VALUE = ""
DEEPEST = 40
MOST_FIELDS = 100_000


def form_tree(text: str) -> Node:
    """Return the tree of a form. Raises ``Unserializable`` for what no client would send."""
    try:
        fields = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise Unserializable(f"The form cannot be read: {error}") from error
    tree: Node = {}
    for name, value in fields:
        parts = name.split(".")
        if len(parts) > DEEPEST:
            raise Unserializable(f"'{name:.80}' is nested too deeply")
        node = tree
        for part in parts:
            node = node.setdefault(part, {})
        node[VALUE] = value
    return tree


class FormReaders:
    """Compiles shapes into functions that read a node. Not thread-safe: compile under a lock."""

    def __init__(self) -> None:
        self._structures: Compiled[Read] = Compiled()

    def reader(self, shape: Shape) -> Read:
        """Return what reads a node as this shape, or raises ``Unserializable``."""
        if shape.type_name == "structure":
            return self._structures.get(shape.name, lambda: self._structure(shape))
        if shape.type_name == "list":
            return self._list(shape)
        if shape.type_name == "map":
            return self._map(shape)
        read = text_reader(shape)
        return lambda node: read(node.get(VALUE, ""))

    def _structure(self, shape: Shape) -> Read:
        members = {
            member_key(member, name): (name, self.reader(member))
            for name, member in shape.members.items()
        }
        return lambda node: {
            members[key][0]: members[key][1](child) for key, child in node.items() if key in members
        }

    def _list(self, shape: Shape) -> Read:
        member = self.reader(shape.member)
        below = None if shape.serialization.get("flattened") else element_name(shape.member)
        return lambda node: [member(child) for child in _numbered(_below(node, below))]

    def _map(self, shape: Shape) -> Read:
        read_key, read_value = self.reader(shape.key), self.reader(shape.value)
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        below = None if shape.serialization.get("flattened") else "entry"
        return lambda node: {
            read_key(child.get(key_name, {})): read_value(child.get(value_name, {}))
            for child in _numbered(_below(node, below))
        }


def _below(node: Node, name: str | None) -> Node:
    if name is None:
        return node
    below: Node = node.get(name, {})
    return below


def _numbered(node: Node) -> list[Node]:
    """Return what hangs below 1, 2, 3…, in that order."""
    names = [name for name in node if name != VALUE]
    if not all(name.isascii() and name.isdigit() and len(name) < 10 for name in names):
        raise Unserializable("The items of a list are not numbered")
    return [node[name] for name in sorted(names, key=int)]

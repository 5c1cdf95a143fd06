"""XML bodies: values of a shape from elements, and to text."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import Shape

from webapp.aws.protocol.naming import element_name, member_key
from webapp.aws.protocol.recursion import Compiled
from webapp.aws.protocol.text_values import text_reader, text_writer
from webapp.aws.protocol.xml_tree import Element

Read = Callable[[list[Element]], Any]
"""Reads the elements of one name: one, or for a flat list or map all of them."""
ReadElement = Callable[[Element], dict[str, Any]]
Write = Callable[[Any, str, list[str]], None]
"""Appends a value under a name to the parts of a text."""
WriteMembers = Callable[[Mapping[str, Any], list[str]], None]
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
_SPECIAL = re.compile('[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]')


def escaped(text: str) -> str:
    """Return text as XML holds it; what XML 1.0 can not hold becomes U+FFFD."""
    return _SPECIAL.sub(lambda found: _ESCAPED.get(found.group(), "\ufffd"), text)


def attributes(shape: Shape) -> str:
    """Return the namespace that elements of this shape declare."""
    declared = shape.serialization.get("xmlNamespace")
    if declared is None:
        return ""
    uri = declared["uri"] if isinstance(declared, Mapping) else declared
    prefix = declared.get("prefix") if isinstance(declared, Mapping) else None
    return f' xmlns{f":{prefix}" if prefix else ""}="{escaped(uri)}"'


class XmlReaders:
    """Compiles shapes into functions that read elements. Not thread-safe."""

    def __init__(self) -> None:
        self._structures: Compiled[ReadElement] = Compiled()

    def reader(self, shape: Shape) -> Read:
        """Return what reads elements of one name as this shape, or raises ``Unserializable``."""
        if shape.type_name == "structure":
            read = self.structure(shape)
            return lambda found: read(found[-1])
        if shape.type_name == "list":
            return self._list(shape)
        if shape.type_name == "map":
            return self._map(shape)
        read_text = text_reader(shape)
        return lambda found: read_text(found[-1].text)

    def structure(self, shape: Shape) -> ReadElement:
        """Return what reads an element as this structure."""
        return self._structures.get(shape.name, lambda: self._compiled(shape))

    def _compiled(self, shape: Shape) -> ReadElement:
        held = {
            member_key(member, name): (name, self.reader(member))
            for name, member in shape.members.items()
            if not member.serialization.get("xmlAttribute")
        }
        attributed = {
            member.serialization["name"]: name
            for name, member in shape.members.items()
            if member.serialization.get("xmlAttribute")
        }

        def read(element: Element) -> dict[str, Any]:
            found: dict[str, list[Element]] = {}
            for child in element.children:
                found.setdefault(child.name, []).append(child)
            values = {held[key][0]: held[key][1](found[key]) for key in found if key in held}
            for key in attributed.keys() & element.attributes.keys():
                values[attributed[key]] = element.attributes[key]
            return values

        return read

    def _list(self, shape: Shape) -> Read:
        member = self.reader(shape.member)
        if shape.serialization.get("flattened"):
            return lambda found: [member([one]) for one in found]
        name = element_name(shape.member)
        return lambda found: [member([one]) for one in found[-1].named(name)]

    def _map(self, shape: Shape) -> Read:
        read_key, read_value = self.reader(shape.key), self.reader(shape.value)
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        flat = shape.serialization.get("flattened")

        def read(found: list[Element]) -> dict[str, Any]:
            entries = found if flat else list(found[-1].named("entry"))
            absent = [Element("")]
            return {
                read_key(list(entry.named(key_name)) or absent): read_value(
                    list(entry.named(value_name)) or absent
                )
                for entry in entries
            }

        return read


class XmlWriters:
    """Compiles shapes into functions that write elements. Not thread-safe."""

    def __init__(self) -> None:
        self._structures: Compiled[WriteMembers] = Compiled()

    def writer(self, shape: Shape) -> Write:
        """Return what writes a value; an unknown member is our mistake, a ``KeyError``."""
        if shape.type_name == "structure":
            return self._element(shape)
        if shape.type_name == "list":
            return self._list(shape)
        if shape.type_name == "map":
            return self._map(shape)
        text = text_writer(shape)
        declared = attributes(shape)

        def write(value: Any, name: str, out: list[str]) -> None:
            out.append(f"<{name}{declared}>{escaped(text(value))}</{name}>")

        return write

    def members(self, shape: Shape) -> WriteMembers:
        """Return what writes a structure's members without an element around them."""
        return self._structures.get(shape.name, lambda: self._compiled(shape))

    def _compiled(self, shape: Shape) -> WriteMembers:
        members = {
            name: (member_key(member, name), self.writer(member))
            for name, member in shape.members.items()
            if not member.serialization.get("xmlAttribute")
        }
        attributed = _attributed(shape)

        def write(value: Mapping[str, Any], out: list[str]) -> None:
            for name, given in value.items():
                if given is not None and name not in attributed:
                    key, write_member = members[name]
                    write_member(given, key, out)

        return write

    def _element(self, shape: Shape) -> Write:
        declared, attributed = attributes(shape), _attributed(shape)
        write_members = self.members(shape)

        def write(value: Mapping[str, Any], name: str, out: list[str]) -> None:
            own = "".join(
                f' {key}="{escaped(str(value[member]))}"'
                for member, key in attributed.items()
                if value.get(member) is not None
            )
            out.append(f"<{name}{declared}{own}>")
            write_members(value, out)
            out.append(f"</{name}>")

        return write

    def _list(self, shape: Shape) -> Write:
        member = self.writer(shape.member)
        item = element_name(shape.member)
        flat, declared = shape.serialization.get("flattened"), attributes(shape)

        def write(value: Any, name: str, out: list[str]) -> None:
            if not flat:
                out.append(f"<{name}{declared}>")
            for one in value:
                member(one, name if flat else item, out)
            if not flat:
                out.append(f"</{name}>")

        return write

    def _map(self, shape: Shape) -> Write:
        write_key, write_value = self.writer(shape.key), self.writer(shape.value)
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        flat, declared = shape.serialization.get("flattened"), attributes(shape)

        def write(value: Mapping[str, Any], name: str, out: list[str]) -> None:
            entry = name if flat else "entry"
            if not flat:
                out.append(f"<{name}{declared}>")
            for key, one in value.items():
                out.append(f"<{entry}>")
                write_key(key, key_name, out)
                write_value(one, value_name, out)
                out.append(f"</{entry}>")
            if not flat:
                out.append(f"</{name}>")

        return write


def _attributed(shape: Shape) -> dict[str, str]:
    """Return the members that are attributes, each with the attribute's name."""
    return {
        name: member.serialization["name"]
        for name, member in shape.members.items()
        if member.serialization.get("xmlAttribute")
    }

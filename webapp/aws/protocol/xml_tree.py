"""XML as strangers send it, made into a small tree. No document types, so no entities."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from webapp.aws.errors import Unserializable

DEEPEST = 100


@dataclass(slots=True)
class Element:
    """``name`` is without its namespace; ``text`` what stands directly inside."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def named(self, name: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)


class _Builder:
    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]
        # Joined at an element's end: adding to a text piece by piece takes the square of its size.
        self._texts: list[list[str]] = [[]]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > DEEPEST:
            raise Unserializable("The XML is nested too deeply")
        element = Element(_local(name), attributes)
        self._open[-1].children.append(element)
        self._open.append(element)
        self._texts.append([])

    def end(self, _name: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def text(self, data: str) -> None:
        self._texts[-1].append(data)


def parse_xml(body: bytes) -> Element:
    """Return the root element. Raises ``Unserializable``."""
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unserializable(f"The XML cannot be read: {error}") from error
    return builder.root.children[0]


def _refuse(*_declaration: object) -> None:
    raise Unserializable("A document type is not allowed here")


def _local(name: str) -> str:
    return name.rpartition(":")[2]

"""``part.yaml``: what the lessons of a part have in common, unless they say otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from webapp.curriculum.fields import Fields, read_fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.lab import Knobs, Lab
from webapp.curriculum.lab_files import DEFAULTS, read_events, read_knobs
from webapp.curriculum.press import Press
from webapp.curriculum.presses.presses import read_presses
from webapp.curriculum.tree import Tree

PART = "part.yaml"
MINUTES = (1, 120)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFolder:
    """A part's folder and what its lessons inherit. ``minutes`` is 0 if the part gives none."""

    tree: Tree
    path: str
    minutes: int = 0
    knobs: Knobs = DEFAULTS
    events: Mapping[str, str] = field(default_factory=dict)

    def presses(self, lab: Lab) -> dict[str, Press]:
        """Return the part's presses as they are in a lab of it."""
        fields = _fields(self.tree, self.path)
        if fields is None or "presses" not in fields.names:
            return {}
        source = self.tree.source(f"{self.path}/{PART}")
        return read_presses(fields, lab=lab, identifiers=Identifiers(), source=source)


def read_part(tree: Tree, *, path: str) -> PartFolder:
    """Read what a part gives to its lessons; nothing if it has no such file."""
    events = read_events(tree, folder=path)
    fields = _fields(tree, path)
    if fields is None:
        return PartFolder(tree=tree, path=path, events=events)
    minutes = fields.integer("minutes", within=MINUTES, default=0)
    given = fields.fields("functions", required=False)
    knobs = read_knobs(given, default=DEFAULTS) if given else DEFAULTS
    if given:
        given.done()
    fields.fields("presses", required=False)
    fields.done()
    return PartFolder(tree=tree, path=path, minutes=minutes, knobs=knobs, events=events)


def _fields(tree: Tree, path: str) -> Fields | None:
    file = f"{path}/{PART}"
    if file not in tree.files:
        return None
    return read_fields(tree.text(file), source=tree.source(file))

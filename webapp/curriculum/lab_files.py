"""A lab as a lesson's folder holds it: front matter, ``start/``, ``solution/`` and ``events/``."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from webapp.curriculum.asynchronous import read_asynchronous
from webapp.curriculum.fields import Fields
from webapp.curriculum.identifiers import Identifiers
from webapp.curriculum.lab import Knobs, Lab, LabFunction
from webapp.curriculum.press import Files
from webapp.curriculum.source import Source
from webapp.curriculum.sources.bucket_fields import Told, read_buckets
from webapp.curriculum.sources.bus_fields import Targets, read_buses
from webapp.curriculum.sources.log_filter_fields import read_log_filters
from webapp.curriculum.sources.queue import FIFO
from webapp.curriculum.sources.queue_fields import read_queues
from webapp.curriculum.sources.schedule_fields import Aims, read_schedules
from webapp.curriculum.sources.topic_fields import read_topics
from webapp.curriculum.tree import Tree

DEFAULTS = Knobs(handler="handler.handler", memory_mb=128, timeout=3, variables={})
MEMORY_MB = (128, 10240)
TIMEOUT = (1, 900)
MANY_DIGITS = "a number with too many digits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heritage:
    """What a lab takes over where its lesson says nothing of its own.

    ``knobs`` and ``events`` come from the part; ``functions`` from the lesson before, whose
    solution is the start of a function that has no code here.
    """

    knobs: Knobs = DEFAULTS
    events: Mapping[str, str] = field(default_factory=dict)
    functions: tuple[LabFunction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LabFolder:
    """A lesson's folder in the course's tree."""

    tree: Tree
    path: str
    heritage: Heritage

    def files(self, kind: str, *, below: str) -> Files:
        """Return the files of ``start`` or ``solution``, of one function if there are several."""
        return self.tree.texts("/".join(filter(None, (self.path, kind, below))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What a function's events can go to."""

    functions: Collection[str]
    sources: Collection[str]
    """Queues, topics and buses."""


def read_lab(
    fields: Fields, *, slug: str, folder: LabFolder, identifiers: Identifiers, source: Source
) -> Lab:
    """Read what a lab has, and the folders beside the lesson's text."""
    declared = dict(fields.named("functions"))
    queues = read_queues(fields, identifiers=identifiers, source=source)
    topics = read_topics(
        fields, functions=declared, queues=queues, identifiers=identifiers, source=source
    )
    sources = [*(one.name for one in queues), *(one.name for one in topics)]
    targets = Targets(
        [*declared, *sources], [one.name for one in queues if not one.name.endswith(FIFO)]
    )
    buses = read_buses(fields, targets=targets, identifiers=identifiers, source=source)
    sources += [one.name for one in buses]
    events = _events(fields, folder=folder)
    of_buses = [one.name for one in buses]
    standard = [name for name in (*declared, *sources) if not name.endswith(FIFO)]
    buckets = read_buckets(
        fields, told=Told(standard, of_buses), identifiers=identifiers, source=source
    )
    schedules = read_schedules(
        fields,
        aims=Aims(standard, of_buses, events),
        identifiers=identifiers,
        source=source,
    )
    log_filters = read_log_filters(
        fields, functions=declared, identifiers=identifiers, source=source
    )
    names = _Names(functions=declared, sources=sources)
    functions = []
    for place, (name, inner) in enumerate(declared.items()):
        identifiers.give(name, kind="function", source=source, line=inner.line)
        below = "" if len(declared) == 1 else name
        one = _function(name, place=place, fields=inner, folder=folder, below=below, names=names)
        functions.append(one)
    if not functions:
        fields.problem("functions", "A lab needs a function.")
    return Lab(
        slug=slug,
        functions=tuple(functions),
        events=events,
        queues=queues,
        topics=topics,
        buses=buses,
        buckets=buckets,
        schedules=schedules,
        log_filters=log_filters,
    )


def _events(fields: Fields, *, folder: LabFolder) -> dict[str, str]:
    """Return the lesson's events and its part's; the one that the editor shows comes first."""
    events = {**folder.heritage.events, **read_events(folder.tree, folder=folder.path)}
    first = fields.choice("event", among=events, default=next(iter(sorted(events)), ""))
    return {name: events[name] for name in sorted(events, key=lambda one: (one != first, one))}


def _function(
    name: str, *, place: int, fields: Fields, folder: LabFolder, below: str, names: _Names
) -> LabFunction:
    start = folder.files("start", below=below) or _solved_before(folder, place=place)
    if not start:
        fields.problem("", f"There is no code in '{'/'.join(filter(None, ('start', below)))}'.")
    knobs = _with_targets(read_knobs(fields, default=folder.heritage.knobs), fields, name, names)
    fields.done()
    return LabFunction(
        name=name,
        knobs=knobs,
        solved_knobs=knobs,
        start=start,
        solution={**start, **folder.files("solution", below=below)},
    )


def _solved_before(folder: LabFolder, *, place: int) -> Files:
    before = folder.heritage.functions
    return dict(before[place].solution) if place < len(before) else {}


def read_knobs(fields: Fields, *, default: Knobs) -> Knobs:
    """Read a configuration; what is not given is ``default``'s, and variables are added to its."""
    return Knobs(
        handler=fields.text("handler", default=default.handler),
        memory_mb=fields.integer("memory", within=MEMORY_MB, default=default.memory_mb),
        timeout=fields.integer("timeout", within=TIMEOUT, default=default.timeout),
        variables={**default.variables, **fields.texts("variables")},
        asynchronous=default.asynchronous,
    )


def _with_targets(knobs: Knobs, fields: Fields, function: str, names: _Names) -> Knobs:
    """Return the configuration with what ``asynchronous`` says: it names things of the lab."""
    asynchronous = read_asynchronous(
        fields,
        function=function,
        functions=names.functions,
        sources=names.sources,
        default=knobs.asynchronous,
    )
    return replace(knobs, asynchronous=asynchronous)


def solved(lab: Lab, fields: Fields) -> Lab:
    """Return the lab with the configurations that its solution gives under ``functions``."""
    given = dict(fields.named("functions", required=False))
    for name in given:
        if name not in lab.function_names:
            fields.problem("functions", f"There is no function '{name}' in this lab.")
    sources = [*lab.queue_names, *lab.topic_names, *lab.bus_names]
    names = _Names(functions=lab.function_names, sources=sources)
    functions = [_solved(one, given.get(one.name), names) for one in lab.functions]
    return replace(lab, functions=tuple(functions))


def _solved(function: LabFunction, fields: Fields | None, names: _Names) -> LabFunction:
    if fields is None:
        return function
    knobs = read_knobs(fields, default=function.knobs)
    knobs = _with_targets(knobs, fields, function.name, names)
    fields.done()
    return replace(function, solved_knobs=knobs)


# -- events


def read_events(tree: Tree, *, folder: str) -> Mapping[str, str]:
    """Return the events of a folder's ``events`` by name."""
    texts = tree.texts(f"{folder}/events")
    for name, text in texts.items():
        _check_event(name, text=text, source=tree.source(f"{folder}/events/{name}"))
    return {name.removesuffix(".json"): text for name, text in texts.items()}


def _check_event(name: str, *, text: str, source: Source) -> None:
    if not name.endswith(".json") or "/" in name:
        source.problem(0, "An event is a '.json' file directly in 'events'.")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        source.problem(error.lineno - 1, f"This is not JSON: {error.msg}.")
    except RecursionError:
        source.problem(0, "This JSON is nested too deeply.")
    except ValueError:
        source.problem(0, f"This JSON holds {MANY_DIGITS}.")

"""A lesson's solution, or another version, beside what a learner has. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from webapp.curriculum.asynchronous import DEFAULTS, Asynchronous
from webapp.curriculum.lab import Knobs, LabFunction
from webapp.runtime.model import Configuration

AROUND = 3
"""Lines that stay the same and are shown around those that don't."""
LONGEST = 20_000
"""A learner's text of more characters is not compared but replaced as a whole."""
MOST_PAIRS = 400_000
"""Lines of one side times lines of the other, as far as they are compared one by one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison. Of ``skipped``, ``text`` says how many lines were left out."""

    kind: Literal["same", "removed", "added", "skipped"]
    text: str


@dataclass(frozen=True, slots=True)
class ComparedFile:
    """A file of the learner beside the solution's."""

    name: str
    lines: tuple[Line, ...]

    @property
    def added(self) -> int:
        """How many lines the solution has and the learner has not."""
        return sum(line.kind == "added" for line in self.lines)

    @property
    def removed(self) -> int:
        """How many lines the learner has and the solution has not."""
        return sum(line.kind == "removed" for line in self.lines)

    @property
    def summary(self) -> str:
        """What is to be done, such as ``2 lines added, 1 removed``."""
        counts = ((self.added, "added"), (self.removed, "removed"))
        parts = [f"{count} {word}" for count, word in counts if count]
        if not parts:
            return "yours is the same"
        first, _, rest = parts[0].partition(" ")
        return ", ".join((f"{first} {'line' if first == '1' else 'lines'} {rest}", *parts[1:]))

    @property
    def same(self) -> bool:
        """Whether the learner has what the solution has."""
        return not self.added and not self.removed


@dataclass(frozen=True, slots=True)
class ComparedKnob:
    """A value of the configuration as it is, and as the solution has it."""

    name: str
    own: str
    solved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFunction:
    """A function that the solution changes, beside what the learner has of it."""

    name: str
    files: tuple[ComparedFile, ...]
    knobs: tuple[ComparedKnob, ...]

    @property
    def reached(self) -> bool:
        """Whether the learner has what the solution has."""
        return not self.knobs and all(file.same for file in self.files)


def compare_function(
    function: LabFunction,
    own: Mapping[str, str],
    *,
    configuration: Configuration,
    asynchronous: Asynchronous = DEFAULTS,
) -> ComparedFunction:
    """Return what the solution changes of a function, beside the learner's own."""
    return ComparedFunction(
        name=function.name,
        files=compare_files(function, own),
        knobs=compare_knobs(function, configuration, asynchronous),
    )


def compare_files(function: LabFunction, own: Mapping[str, str]) -> tuple[ComparedFile, ...]:
    """Return each file that the solution changes, beside the learner's own."""
    return tuple(
        ComparedFile(name, tuple(_shortened(_compared(own.get(name, ""), solved))))
        for name, solved in sorted(function.changed.items())
    )


def compare_texts(name: str, own: str, other: str) -> ComparedFile:
    """Return a file of the learner beside another version of it, of whatever length."""
    lines = _differing(own.splitlines(), other.splitlines())
    return ComparedFile(name, tuple(_shortened(lines)))


def compare_knobs(
    function: LabFunction, own: Configuration, asynchronous: Asynchronous = DEFAULTS
) -> tuple[ComparedKnob, ...]:
    """Return each value of the configuration that the solution wants otherwise."""
    has = Knobs(
        handler=own.handler,
        memory_mb=own.memory_mb,
        timeout=own.timeout,
        variables=own.variables,
        asynchronous=asynchronous,
    )
    wants = function.solved_knobs
    if wants == function.knobs:
        return ()
    pairs = (
        ("Handler", has.handler, wants.handler),
        ("Memory", f"{has.memory_mb} MB", f"{wants.memory_mb} MB"),
        ("Timeout", f"{has.timeout} s", f"{wants.timeout} s"),
        ("Environment variables", _lines(has.variables), _lines(wants.variables)),
        *_compared_asynchronous(has.asynchronous, wants.asynchronous),
    )
    return tuple(ComparedKnob(*pair) for pair in pairs if pair[1] != pair[2])


def _compared_asynchronous(
    has: Asynchronous, wants: Asynchronous
) -> Iterator[tuple[str, str, str]]:
    numbers = (
        ("Retry attempts", has.maximum_retry_attempts, wants.maximum_retry_attempts, ""),
        ("Event age", has.maximum_event_age, wants.maximum_event_age, " s"),
    )
    for name, own, other, unit in numbers:
        yield name, _number(own, unit), _number(other, unit)
    yield "On success", has.on_success or "nowhere", wants.on_success or "nowhere"
    yield "On failure", has.on_failure or "nowhere", wants.on_failure or "nowhere"
    yield "Dead-letter queue", has.dead_letter or "none", wants.dead_letter or "none"


def _number(value: int | None, unit: str) -> str:
    return "AWS's default" if value is None else f"{value}{unit}"


def _compared(own: str, solved: str) -> Iterator[Line]:
    before, after = own.splitlines(), solved.splitlines()
    if len(own) > LONGEST:
        yield from (Line("added", text) for text in after)
        return
    yield from _differing(before, after)


def _differing(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Compare lines in a time that is bounded, whatever they hold."""
    head = _alike(before, after)
    tail = _alike(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    yield from (Line("same", text) for text in before[:head])
    if len(old) * len(new) <= MOST_PAIRS:
        yield from _matched(old, new)
    else:
        yield from (Line("removed", text) for text in old)
        yield from (Line("added", text) for text in new)
    yield from (Line("same", text) for text in before[len(before) - tail :])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many lines the two begin with alike."""
    pairs = zip(one, other, strict=False)
    return next(
        (n for n, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other))
    )


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Keep as many lines as possible: the longest subsequence that both have."""
    lengths = _common_lengths(old, new)
    left = right = 0
    while left < len(old) and right < len(new):
        if old[left] == new[right]:
            yield Line("same", old[left])
            left, right = left + 1, right + 1
        elif lengths[left + 1][right] >= lengths[left][right + 1]:
            yield Line("removed", old[left])
            left += 1
        else:
            yield Line("added", new[right])
            right += 1
    yield from (Line("removed", text) for text in old[left:])
    yield from (Line("added", text) for text in new[right:])


def _common_lengths(old: Sequence[str], new: Sequence[str]) -> list[list[int]]:
    """Return, for each pair of places, how many lines can be kept from there on."""
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for left in range(len(old) - 1, -1, -1):
        row, below = lengths[left], lengths[left + 1]
        for right in range(len(new) - 1, -1, -1):
            if old[left] == new[right]:
                row[right] = below[right + 1] + 1
            else:
                row[right] = max(below[right], row[right + 1])
    return lengths


def _shortened(lines: Iterator[Line]) -> Iterator[Line]:
    """Leave out what stays the same, except near a change."""
    everything = list(lines)
    changes = [place for place, line in enumerate(everything) if line.kind != "same"]
    near = {place for change in changes for place in range(change - AROUND, change + AROUND + 1)}
    skipped = 0
    for place, line in enumerate(everything):
        if place not in near:
            skipped += 1
            continue
        if skipped:
            yield _skipped(skipped)
        skipped = 0
        yield line
    if skipped:
        yield _skipped(skipped)


def _skipped(count: int) -> Line:
    return Line("skipped", "1 line as it is" if count == 1 else f"{count} lines as they are")


def _lines(variables: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(variables.items())) or "none"

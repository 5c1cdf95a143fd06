"""Seeding: runs like one that was, each with sequences, times and a request of its own."""

from itertools import pairwise

from tests.curriculum.fake_lab import FakeLab
from tools.bench.seeding import runs_like
from webapp.trace.events import InvocationFinished


def test_runs_follow_each_other_like_the_pattern() -> None:
    lab = FakeLab()
    lab.invoke()
    pattern = lab.entries
    runs = list(runs_like(pattern, after=100, until=100 + 3 * len(pattern)))
    entries = [entry for run in runs for entry in run]
    assert [len(run) for run in runs] == [len(pattern)] * 3
    assert [entry.sequence for entry in entries] == list(range(101, 101 + 3 * len(pattern)))
    assert [type(one.fact) for one in runs[1]] == [type(one.fact) for one in pattern]
    assert all(one.time <= other.time for one, other in pairwise(entries))
    assert len({run[0].run for run in runs}) == 3
    ends = [one.fact.request_id for one in entries if isinstance(one.fact, InvocationFinished)]
    assert len(set(ends)) == 3

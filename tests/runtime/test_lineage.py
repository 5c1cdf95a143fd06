"""The chain that an X-Ray header carries: read from anybody, told as AWS writes it."""

import pytest

from webapp.runtime.lineage import Chain, begun_at

ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
ROOT = "1-5759e988-bd862e3fe1be46a994272793"


def test_a_chain_counts_each_function_from_nought_and_keeps_its_root() -> None:
    first = Chain.read(f"Root={ROOT};Parent=53995c3f42cd8ad8;Sampled=1").through(ARN)
    [name] = first.runs
    assert str(first) == f"Root={ROOT};Parent={first.parent};Sampled=1;Lineage={name}:0"
    assert first.parent != "53995c3f42cd8ad8"
    second = Chain.read(str(first.through(ARN + "2")).replace("|", "%7C")).through(ARN)
    assert (second.root, second.runs_of(ARN), second.runs_of(ARN + "2")) == (ROOT, 2, 1)
    assert str(second).endswith(f":0|{name}:1")


def test_a_chain_that_begins_with_a_function_is_told_as_if_it_had_begun_before() -> None:
    header = begun_at(ARN)
    begun, before = Chain.read(header), Chain.new().through(ARN)
    assert (str(begun), begun.sampled, begun.runs) == (header, before.sampled, before.runs)
    assert begun.root in header
    assert begun.root != Chain.read(begun_at(ARN)).root


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Root=;Lineage=",
        "Lineage=zzzzzzzz:1|0000000g:1|12345678:-1|12345678:" + "9" * 400,
        "Root=1-5759e988-bd862e3fe1be46a994272793\r\nX: y;Parent=<b>;Sampled=?",
        "=;=;;;%00%ff" * 300,
    ],
)
def test_what_cannot_be_read_begins_a_new_chain(header: str) -> None:
    chain = Chain.read(header)
    assert chain.runs == {}
    assert str(chain).startswith("Root=1-")
    assert str(chain).isprintable()


def test_a_chain_of_many_functions_keeps_the_newest() -> None:
    chain = Chain.new()
    for number in range(100):
        chain = chain.through(f"{ARN}-{number}")
    assert len(chain.runs) == 32
    assert (chain.runs_of(f"{ARN}-99"), chain.runs_of(f"{ARN}-0")) == (1, 0)
    assert len(str(chain)) < 600

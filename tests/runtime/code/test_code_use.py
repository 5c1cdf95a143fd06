"""Who holds code, and who is told that nobody does."""

from webapp.runtime.code.code_use import CodeUse


def test_code_is_unused_when_the_last_holder_let_go_and_not_before() -> None:
    told: list[str] = []
    use = CodeUse(on_unused=told.append)
    use.hold("one", "a", "b")
    use.hold("other", "b")
    use.hold("one", "b", "c")
    assert told == ["a"]
    use.hold("one")
    assert sorted(told) == ["a", "c"]
    assert (use.is_held("b"), use.is_held("c")) == (True, False)
    use.hold("other")
    assert sorted(told) == ["a", "b", "c"]


def test_saying_again_what_is_held_changes_nothing() -> None:
    told: list[str] = []
    use = CodeUse(on_unused=told.append)
    for _ in range(3):
        use.hold("one", "a")
    use.hold("one")
    use.hold("one")
    assert told == ["a"]


def test_code_that_comes_in_is_held_until_it_is_taken_up_or_not() -> None:
    told: list[str] = []
    use = CodeUse(on_unused=told.append)
    with use.needed("taken up"), use.needed("refused"):
        use.hold("function", "taken up")
        assert not told
    assert told == ["refused"]

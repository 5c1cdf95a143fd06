"""Every pair of both transition tables: what is legal leads where, and the rest is refused."""

import itertools

import pytest

from webapp.runtime.states import (
    ENVIRONMENT,
    FUNCTION,
    EnvironmentEvent,
    EnvironmentState,
    FunctionEvent,
    FunctionStatus,
    IllegalTransition,
    follow,
)

S, E = EnvironmentState, EnvironmentEvent
F, G = FunctionStatus, FunctionEvent

LEGAL_OF_ENVIRONMENTS = {
    S.REQUESTED: {E.LAUNCHED: S.INITIALIZING, E.RETIRED: S.RETIRED},
    S.INITIALIZING: {E.INIT_SUCCEEDED: S.FROZEN, E.INIT_FAILED: S.RESET, E.RETIRED: S.RETIRED},
    S.FROZEN: {E.DISPATCHED: S.RUNNING, E.PROCESS_LOST: S.RESET, E.RETIRED: S.RETIRED},
    S.RUNNING: {E.ANSWERED: S.FROZEN, E.PROCESS_LOST: S.RESET, E.RETIRED: S.RETIRED},
    S.RESET: {E.RELAUNCHED: S.REINITIALIZING, E.RETIRED: S.RETIRED},
    S.REINITIALIZING: {E.INIT_SUCCEEDED: S.FROZEN, E.INIT_FAILED: S.RESET, E.RETIRED: S.RETIRED},
    S.RETIRED: {},
}
LEGAL_OF_FUNCTIONS = {
    F.CREATING: {G.PREPARED: F.ACTIVE, G.PREPARATION_FAILED: F.FAILED},
    F.FAILED: {},
    F.ACTIVE: {G.UPDATE_ASKED: F.UPDATING},
    F.UPDATING: {G.PREPARED: F.ACTIVE, G.PREPARATION_FAILED: F.UPDATE_FAILED},
    F.UPDATE_FAILED: {G.UPDATE_ASKED: F.UPDATING},
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(S, E)))
def test_an_environment_goes_where_its_table_says_and_nowhere_else(
    state: EnvironmentState, event: EnvironmentEvent
) -> None:
    wanted = LEGAL_OF_ENVIRONMENTS[state].get(event)
    if wanted is None:
        with pytest.raises(IllegalTransition, match="cannot happen in"):
            follow(ENVIRONMENT, state, event)
    else:
        assert follow(ENVIRONMENT, state, event) is wanted


@pytest.mark.parametrize(("status", "event"), list(itertools.product(F, G)))
def test_a_function_goes_where_its_table_says_and_nowhere_else(
    status: FunctionStatus, event: FunctionEvent
) -> None:
    wanted = LEGAL_OF_FUNCTIONS[status].get(event)
    if wanted is None:
        with pytest.raises(IllegalTransition, match="cannot happen in"):
            follow(FUNCTION, status, event)
    else:
        assert follow(FUNCTION, status, event) is wanted


def test_every_living_environment_can_be_retired_and_a_retired_one_stays_so() -> None:
    assert {state for state in S if (state, E.RETIRED) in ENVIRONMENT} == set(S) - {S.RETIRED}
    assert not [pair for pair in ENVIRONMENT if pair[0] is S.RETIRED]


def test_a_failed_creation_has_no_way_back() -> None:
    assert not [pair for pair in FUNCTION if pair[0] is F.FAILED]

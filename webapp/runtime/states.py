"""Life cycles as tables: what is not in a table is illegal (lambda-behaviour 2, 10.1)."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

S = TypeVar("S")
E = TypeVar("E")


class EnvironmentState(Enum):
    """Where an execution environment is in its life."""

    REQUESTED = "requested"
    INITIALIZING = "initializing"
    FROZEN = "frozen"
    RUNNING = "running"
    RESET = "reset"
    REINITIALIZING = "reinitializing"
    RETIRED = "retired"


class EnvironmentEvent(Enum):
    """What can happen to an execution environment."""

    LAUNCHED = "launched"
    INIT_SUCCEEDED = "init succeeded"
    INIT_FAILED = "init failed"
    DISPATCHED = "dispatched"
    ANSWERED = "answered"
    PROCESS_LOST = "process lost"
    RELAUNCHED = "relaunched"
    RETIRED = "retired"


class FunctionStatus(Enum):
    """``State`` and ``LastUpdateStatus`` of a function, as one life."""

    CREATING = "Pending"
    FAILED = "Failed"
    ACTIVE = "Active, Successful"
    UPDATING = "Active, InProgress"
    UPDATE_FAILED = "Active, Failed"


class FunctionEvent(Enum):
    """What can happen to a function."""

    PREPARED = "prepared"
    PREPARATION_FAILED = "preparation failed"
    UPDATE_ASKED = "update asked"


class IllegalTransition(Exception):
    """A state machine was told something that cannot happen in its state."""


_S, _E = EnvironmentState, EnvironmentEvent

ENVIRONMENT: Mapping[tuple[EnvironmentState, EnvironmentEvent], EnvironmentState] = {
    (_S.REQUESTED, _E.LAUNCHED): _S.INITIALIZING,
    (_S.REQUESTED, _E.RETIRED): _S.RETIRED,
    (_S.INITIALIZING, _E.INIT_SUCCEEDED): _S.FROZEN,
    (_S.INITIALIZING, _E.INIT_FAILED): _S.RESET,
    (_S.INITIALIZING, _E.RETIRED): _S.RETIRED,
    (_S.FROZEN, _E.DISPATCHED): _S.RUNNING,
    (_S.FROZEN, _E.PROCESS_LOST): _S.RESET,
    (_S.FROZEN, _E.RETIRED): _S.RETIRED,
    (_S.RUNNING, _E.ANSWERED): _S.FROZEN,
    (_S.RUNNING, _E.PROCESS_LOST): _S.RESET,
    (_S.RUNNING, _E.RETIRED): _S.RETIRED,
    (_S.RESET, _E.RELAUNCHED): _S.REINITIALIZING,
    (_S.RESET, _E.RETIRED): _S.RETIRED,
    (_S.REINITIALIZING, _E.INIT_SUCCEEDED): _S.FROZEN,
    (_S.REINITIALIZING, _E.INIT_FAILED): _S.RESET,
    (_S.REINITIALIZING, _E.RETIRED): _S.RETIRED,
}

_F, _G = FunctionStatus, FunctionEvent

FUNCTION: Mapping[tuple[FunctionStatus, FunctionEvent], FunctionStatus] = {
    (_F.CREATING, _G.PREPARED): _F.ACTIVE,
    (_F.CREATING, _G.PREPARATION_FAILED): _F.FAILED,
    (_F.ACTIVE, _G.UPDATE_ASKED): _F.UPDATING,
    (_F.UPDATING, _G.PREPARED): _F.ACTIVE,
    (_F.UPDATING, _G.PREPARATION_FAILED): _F.UPDATE_FAILED,
    (_F.UPDATE_FAILED, _G.UPDATE_ASKED): _F.UPDATING,
}


def follow(table: Mapping[tuple[S, E], S], state: S, event: E) -> S:
    """Return the next state. Raises ``IllegalTransition`` for what the table does not list."""
    try:
        return table[state, event]
    except KeyError:
        raise IllegalTransition(f"{event} cannot happen in {state}") from None

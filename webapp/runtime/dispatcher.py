"""Invocation: admit, lease, reserve, run, report. An event's attempts come this way too."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from webapp.runtime.chronicle import KEPT_BYTES
from webapp.runtime.concurrency import Concurrency
from webapp.runtime.environments import variables
from webapp.runtime.environments.environment import Environment
from webapp.runtime.environments.pool import Pool
from webapp.runtime.errors import (
    InjectedThrottle,
    InvalidRequestContent,
    RecursiveInvocation,
    RequestTooLarge,
    ResourceConflict,
    ResourceNotFound,
    ServiceError,
    ServiceFailed,
    TooManyRequests,
)
from webapp.runtime.faults import injection, throttled
from webapp.runtime.functions.directory import Route
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.registry import Registry
from webapp.runtime.lineage import MOST_RUNS, Chain, begun_at
from webapp.runtime.model import Address, FunctionRecord, Invocation, Limits, Outcome
from webapp.runtime.ports import LaunchFailed
from webapp.runtime.recorder import Recorder
from webapp.runtime.strict_json import STRICT_JSON
from webapp.trace.events import (
    InvocationAbandoned,
    InvocationAccepted,
    InvocationThrottled,
    RecursionStopped,
)

PARSED_HERE_BYTES = 1024 * 1024
"""Larger bodies are parsed by the door, off the loop (rule 17)."""


def check_payload(payload: bytes, *, limits: Limits) -> None:
    """Raise ``RequestTooLarge`` or ``InvalidRequestContent`` for what cannot be an event."""
    check_size(payload, limits=limits)
    try:
        STRICT_JSON.decode(payload.decode())
    except (ValueError, RecursionError) as error:
        raise InvalidRequestContent(
            f"Could not parse request body into json: Could not parse payload into json: {error}"
        ) from error


def check_size(payload: bytes, *, limits: Limits) -> None:
    """Raise ``RequestTooLarge`` for what is over the limit of an event."""
    if len(payload) > limits.payload_bytes:
        raise RequestTooLarge(
            f"Request must be smaller than {limits.payload_bytes} bytes "
            "for the InvokeFunction operation"
        )


class Dispatcher:
    """Brings the calls of one workspace to environments. Loop thread only."""

    def __init__(
        self,
        *,
        registry: Registry,
        pool: Pool[Environment],
        concurrency: Concurrency,
        recorder: Recorder,
        limits: Limits,
        address: Address,
        chance: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._pool = pool
        self._concurrency = concurrency
        self._recorder = recorder
        self._limits = limits
        self._address = address
        self._chance = chance
        self._in_flight: dict[str, Environment] = {}
        self._runs: dict[str, str] = {}

    async def invoke(self, invocation: Invocation) -> Outcome:
        """Invoke synchronously. Raises a ``ServiceError`` if user code was never reached.

        An alias of two versions is decided here, once for every attempt.
        """
        route = self.check(invocation)
        function = route.function
        if invocation.stream is not None:
            invocation.stream.version = function.version
        accepted = self._accept(invocation)
        faults = self._registry.serving(function.name).faults
        try:
            trace = self._trace(function, invocation)
            if throttled(faults, invocation):
                raise InjectedThrottle
            with (
                self._concurrency.lease(function.name),
                self._pool.reserved(function) as (environment, why),
                self._running(invocation, environment),
            ):
                injected = injection(faults, invocation)
                return await environment.serve(
                    invocation,
                    route=route,
                    why=why,
                    cause=accepted,
                    trace=trace,
                    injected=injected,
                )
        except TooManyRequests as error:
            self._throttled(invocation, error, accepted)
            raise
        except RecursiveInvocation as error:
            self._stopped(invocation, error, accepted)
            raise
        except LaunchFailed as error:
            failed = ServiceFailed(
                f"No environment could be started: {error}. "
                "Nothing ran; the call can be made again."
            )
            self._abandoned(invocation, failed, accepted)
            raise failed from error
        except ServiceError as error:
            self._abandoned(invocation, error, accepted)
            raise

    def check(self, invocation: Invocation) -> Route:
        """Return what would run. Raises a ``ServiceError`` if the call is refused."""
        check_size(invocation.payload, limits=self._limits)
        if len(invocation.payload) <= PARSED_HERE_BYTES:
            check_payload(invocation.payload, limits=self._limits)
        reference = FunctionReference(invocation.function, invocation.qualifier)
        try:
            route = self._registry.route(reference, chance=self._chance)
        except ResourceNotFound:
            raise self._not_found(invocation) from None
        function = route.function
        if function.state != "Active":
            raise ResourceConflict(
                "The operation cannot be performed at this time. "
                f"The function is currently in the following state: {function.state}"
            )
        return route

    def stop(self, request_id: str) -> bool:
        """Stop a running invocation; false if none has this id."""
        environment = self._in_flight.get(request_id)
        if environment is not None:
            environment.stop()
        return environment is not None

    def stop_all(self) -> None:
        """Stop every running invocation."""
        for environment in list(self._in_flight.values()):
            environment.stop()

    def running(self, functions: Collection[str]) -> list[str]:
        """Return the request ids that run on these functions."""
        return [
            request_id
            for request_id, environment in self._in_flight.items()
            if environment.function.name in functions
        ]

    def run_of(self, environment: str) -> str | None:
        """Return the run that an environment works for now: what it causes belongs to it."""
        return self._runs.get(environment)

    def cause_of(self, environment: str) -> int | None:
        """Return the fact that follows what an environment calls now: its handler's start."""
        serving = (one for one in self._in_flight.values() if one.identifier == environment)
        return next((one.newest_fact for one in serving), None)

    def _trace(self, function: FunctionRecord, invocation: Invocation) -> str:
        """Return the header of the chain that goes on here. Raises ``RecursiveInvocation``."""
        arn = self._registry.arn(function.name)
        if not invocation.trace:
            return begun_at(arn)
        chain = Chain.read(invocation.trace)
        runs = chain.runs_of(arn)
        if runs >= MOST_RUNS and self._registry.get(function.name).recursive_loop == "Terminate":
            raise RecursiveInvocation(runs=runs)
        return str(chain.through(arn))

    def _not_found(self, invocation: Invocation) -> ResourceNotFound:
        arn = variables.function_arn(
            invocation.function, account=self._address.account, region=self._address.region
        )
        return ResourceNotFound(f"Function not found: {arn}:{invocation.version}")

    def _accept(self, invocation: Invocation) -> int:
        return self._recorder.record(
            InvocationAccepted(
                function=invocation.function,
                request_id=invocation.request_id,
                model=invocation.model,
                attempt=invocation.attempt,
                source=invocation.source,
                qualifier=invocation.version,
                payload=invocation.payload[:KEPT_BYTES].decode(errors="replace"),
                payload_size_bytes=len(invocation.payload),
            ),
            run=invocation.run,
            cause=invocation.cause,
        )

    def _throttled(self, invocation: Invocation, error: TooManyRequests, cause: int) -> None:
        fact = InvocationThrottled(
            function=invocation.function,
            request_id=invocation.request_id,
            reason=error.reason or "",
            limit=self._concurrency.limit_of(invocation.function),
            injected=isinstance(error, InjectedThrottle),
        )
        self._recorder.record(fact, run=invocation.run, cause=cause)

    def _stopped(self, invocation: Invocation, error: RecursiveInvocation, cause: int) -> None:
        fact = RecursionStopped(
            function=invocation.function, request_id=invocation.request_id, runs=error.runs
        )
        stopped = self._recorder.record(fact, run=invocation.run, cause=cause)
        self._abandoned(invocation, error, stopped)

    def _abandoned(self, invocation: Invocation, error: ServiceError, cause: int) -> None:
        """Close an accepted call that could not be run, so that nobody sees it run for ever."""
        fact = InvocationAbandoned(
            function=invocation.function,
            request_id=invocation.request_id,
            code=error.code,
            reason=error.message,
        )
        self._recorder.record(fact, run=invocation.run, cause=cause)

    @contextmanager
    def _running(self, invocation: Invocation, environment: Environment) -> Iterator[None]:
        self._in_flight[invocation.request_id] = environment
        self._runs[environment.identifier] = invocation.run
        try:
            yield
        finally:
            del self._in_flight[invocation.request_id]
            del self._runs[environment.identifier]

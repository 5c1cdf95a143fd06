"""Functions as services of the lab call them: asynchronously, and only where a policy allows it.

EventBridge, SNS, S3 and CloudWatch Logs come this way; what they bring is an event like any other
(lambda-behaviour 5 and 7).
"""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.runtime.environments.variables import function_arn
from webapp.runtime.errors import ResourceNotFound, ServiceError
from webapp.runtime.events.event_queue import EventQueue
from webapp.runtime.functions import policy
from webapp.runtime.functions.function_reference import FunctionReference
from webapp.runtime.functions.policy import Caller
from webapp.runtime.functions.registry import Registry
from webapp.runtime.model import Address, Invocation


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call was not taken. ``again``: it may be, if it is tried later."""

    code: str
    message: str
    again: bool


class ServiceCalls:
    """Takes events that services bring to functions of a region. Loop thread only.

    Registry and event queue are asked for at each call: services are made before them.
    """

    def __init__(
        self,
        address: Address,
        *,
        registry: Callable[[], Registry],
        events: Callable[[], EventQueue],
    ) -> None:
        self._address = address
        self._prefix = function_arn("", account=address.account, region=address.region)
        self._registry = registry
        self._events = events

    def refer(self, arn: str) -> FunctionReference | None:
        """Return which function an ARN names, with its qualifier; ``None`` if none of here."""
        if not arn.startswith(self._prefix):
            return None
        name, _, qualifier = arn.removeprefix(self._prefix).partition(":")
        return FunctionReference(name, qualifier or None)

    def knows(self, arn: str) -> bool:
        """Tell whether an ARN names a function, or a qualifier of one, that is here."""
        function = self.refer(arn)
        return function is not None and self._find(function) is None

    def may_call(self, arn: str, *, principal: str, source_arn: str) -> Refusal | None:
        """Return why a service may not call a function for ``source_arn``; nothing if it may.

        ``principal`` is the service's name, such as ``events.amazonaws.com``; an empty one means
        that it calls in the name of a role, as EventBridge Scheduler does, and needs no statement.
        """
        function = self.refer(arn)
        if function is None:
            return Refusal("ResourceNotFoundException", f"Function not found: {arn}", again=False)
        if (missing := self._find(function)) is not None:
            return missing
        holder = self._registry().holder(function)
        context = {"AWS:SourceArn": source_arn, "AWS:SourceAccount": self._address.account}
        allowed = not principal or any(
            policy.allows(
                () if holder is None else holder.policy,
                "lambda:InvokeFunction",
                caller=Caller(service=name),
                context=context,
            )
            for name in (principal, self._in_region(principal))
        )
        if allowed:
            return None
        return Refusal(
            "AccessDeniedException",
            f"{principal} is not authorized to perform: lambda:InvokeFunction on resource: {arn} "
            "because no resource-based policy allows the lambda:InvokeFunction action for "
            f"{source_arn}. Add the permission to the function.",
            again=False,
        )

    async def accept(
        self,
        arn: str,
        payload: bytes,
        *,
        principal: str,
        source_arn: str,
        source: str,
        run: str,
        cause: int | None = None,
        trace: str = "",
    ) -> Refusal | None:
        """Take an event for a function; it is on disk when this returns nothing.

        ``source`` says in the trace where the event comes from, such as ``rule orders``; ``trace``
        is the X-Ray header that came with it, whose chain goes on (see ``lineage``).
        """
        refused = self.may_call(arn, principal=principal, source_arn=source_arn)
        function = self.refer(arn)
        if refused is not None or function is None:
            return refused
        try:
            await self._events().accept(
                Invocation(
                    function=function.name,
                    qualifier=function.qualifier,
                    payload=payload,
                    run=run,
                    source=source,
                    cause=cause,
                    trace=trace,
                )
            )
        except ServiceError as error:
            return Refusal(error.code, error.message, again=error.status in (429, 500, 502, 503))
        return None

    def _in_region(self, principal: str) -> str:
        """Return the name that a service has in this region, too: ``logs.us-east-1.…``."""
        service, _, rest = principal.partition(".")
        return f"{service}.{self._address.region}.{rest}"

    def _find(self, function: FunctionReference) -> Refusal | None:
        try:
            self._registry().resolve(function)
        except ResourceNotFound as error:
            return Refusal(error.code, error.message, again=False)
        return None

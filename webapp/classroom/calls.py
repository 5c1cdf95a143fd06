"""One call of a lab: its event, its whole answer, what helps with it, and making it again."""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.classroom.adjusting import Adjusting
from webapp.classroom.advice import Advice, advise
from webapp.classroom.live import LiveLab
from webapp.classroom.model import Pressed
from webapp.classroom.pressing import Pressing
from webapp.classroom.workbench import Workbench
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound
from webapp.trace.events import DeliveryFailed, InvocationModel, RecordDelivered
from webapp.trace.projections.events import Event
from webapp.trace.projections.invocations import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetail:
    """A call as far as its facts keep it; what is over 64 KB is cut, and not whole then."""

    function: str
    model: InvocationModel
    payload: str
    payload_is_whole: bool
    response: str
    response_is_whole: bool
    advice: Advice


class Calls:
    """Calls by request id, for web threads. Raises ``ServiceError``."""

    def __init__(
        self,
        *,
        live: Callable[[str, Lesson], LiveLab],
        bench: Workbench,
        pressing: Pressing,
        adjusting: Adjusting,
    ) -> None:
        self._live = live
        self._bench = bench
        self._pressing = pressing
        self._adjusting = adjusting

    def detail(self, workspace: str, lesson: Lesson, request_id: str) -> CallDetail:
        """Return a call. Raises ``ResourceNotFound``."""
        call = self._call(workspace, lesson, request_id)
        finish = call.finish
        response = finish.response if finish else ""
        return CallDetail(
            function=call.function,
            model=call.model,
            payload=call.payload,
            payload_is_whole=_is_whole(call.payload, call.payload_size_bytes),
            response=response,
            response_is_whole=_is_whole(response, finish.response_size_bytes if finish else 0),
            advice=self._advice(workspace, lesson, call),
        )

    def again(self, workspace: str, lesson: Lesson, request_id: str, *, tab: str = "") -> Pressed:
        """Make a call again with the event that it had, on the function as it is now."""
        call = self._call(workspace, lesson, request_id)
        if not _is_whole(call.payload, call.payload_size_bytes):
            raise InvalidParameterValue(
                f"The event of {_asked(call).lower()} was larger than what a trace keeps (64 KB), "
                "so it cannot be sent again. Invoke with it from the event editor."
            )
        return self._pressing.invoke(
            workspace,
            lesson,
            event=call.payload,
            model=call.model,
            function=call.function,
            label=f"{_asked(call)} again",
            tab=tab,
        )

    def record(self, workspace: str, lesson: Lesson, key: str) -> RecordDelivered | DeliveryFailed:
        """Return what was brought to a target, or not taken there. Raises ``ResourceNotFound``."""
        found = self._live(workspace, lesson).record(key)
        if found is None:
            raise ResourceNotFound(
                "This record is not on the timeline any more: the lab was reset, or its trace grew "
                "too long. Choose another one."
            )
        return found.fact

    def _call(self, workspace: str, lesson: Lesson, request_id: str) -> Call | Event:
        call = self._live(workspace, lesson).call(request_id)
        if call is None:
            raise ResourceNotFound(
                "This call is not on the timeline any more: the lab was reset, or its trace grew "
                "too long. Choose another call."
            )
        return call

    def _advice(self, workspace: str, lesson: Lesson, call: Call | Event) -> Advice:
        finish = call.finish
        if finish is None or finish.error_type is None:
            return Advice()
        desk = self._bench.desk(workspace, lesson, function=call.function)
        return advise(
            error_type=finish.error_type,
            message=finish.error_message or "",
            response=finish.response,
            handler=self._adjusting.handler(workspace, lesson, desk.function),
            files=desk.look().draft.files,
        )


def _asked(call: Call | Event) -> str:
    """Name what a caller asked for: not the attempt, but its event."""
    of_event = isinstance(call, Call) and call.event is not None
    return f"Event {call.event}" if of_event and isinstance(call, Call) else call.name


def _is_whole(text: str, size_bytes: int) -> bool:
    return len(text.encode()) >= size_bytes

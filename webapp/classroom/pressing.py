"""What a lab's buttons do, for web threads: every method blocks."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from webapp.classroom.drafting import Edits
from webapp.classroom.knobs import Knobs
from webapp.classroom.model import OpenDraft, Pressed
from webapp.classroom.operations import Code, LabOperations
from webapp.classroom.requests import (
    check_burst,
    configured,
    event_payload,
    pressed_faults,
    reserved,
)
from webapp.classroom.sources.bucket_work import BucketWork
from webapp.classroom.sources.bus_work import BusWork
from webapp.classroom.sources.queue_work import QueueWork
from webapp.classroom.sources.schedule_work import ScheduleWork
from webapp.classroom.sources.topic_work import TopicWork
from webapp.classroom.workbench import Desk, Workbench
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.lab import LabFunction
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import (
    Configure,
    DeleteObject,
    Fault,
    Invoke,
    Lead,
    OnFunction,
    OnQueue,
    Press,
    Publish,
    PutEvents,
    PutObject,
    PutRule,
    Request,
    Reserved,
    Spreads,
    Stop,
    SwitchSchedule,
    Update,
    Wait,
)
from webapp.runtime.faults import check_faults
from webapp.runtime.loop import LoopThread
from webapp.runtime.model import LATEST, Faults, Limits
from webapp.sources.buses.event import BusEvent
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.publishing import Published
from webapp.trace.events import InvocationModel

T = TypeVar("T")
NOTHING = Edits()
INVOKED = "invoked"


class Pressing:
    """Calls, updates, waits and knobs. Raises ``ServiceError`` in the platform's words.

    ``edits`` are what the page that asks has not saved yet, of the function that it shows, or of
    the lab's first; they are kept before anything else is done. ``tab`` names that page.
    """

    def __init__(
        self, *, loop: LoopThread, operations: LabOperations, bench: Workbench, limits: Limits
    ) -> None:
        self._loop = loop
        self._operations = operations
        self._bench = bench
        self._limits = limits
        self._queues = QueueWork(operations)
        self._topics = TopicWork(operations)
        self._buses = BusWork(operations)
        self._buckets = BucketWork(operations)
        self._schedules = ScheduleWork(operations)

    # -- buttons of the lesson

    def press(
        self,
        workspace: str,
        lesson: Lesson,
        press: Press,
        *,
        edits: Edits = NOTHING,
        function: str = "",
        tab: str = "",
    ) -> Pressed:
        """Do what a button of the lesson says."""
        shown = self._bench.desk(workspace, lesson, function=function, tab=tab)
        draft = shown.keep(edits)
        pressed = self._press(shown, press)
        action = press.action
        if not isinstance(action, OnFunction) or action.function == shown.function.name:
            return pressed
        # What changed is another function's draft, which the page that asks does not show.
        return Pressed(run=pressed.run, revision=draft.draft.revision, sent=pressed.sent)

    # -- buttons of the lab

    def invoke(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        edits: Edits = NOTHING,
        event: str | None = None,
        count: int = 1,
        model: InvocationModel = "synchronous",
        qualifier: str = LATEST,
        label: str = "",
        function: str = "",
        tab: str = "",
    ) -> Pressed:
        """Deploy edited drafts (rule 8), then send ``count`` calls; doesn't await their answers.

        Asynchronous ones are on disk when this returns. The draft's own event is sent unless
        another is given.
        """
        desk = self._bench.desk(workspace, lesson, function=function, tab=tab)
        draft = desk.keep(edits)
        sent = draft.draft.event if event is None else event
        action = Invoke(function=desk.function.name, event="", count=count, model=model)
        label = label or _called(action, qualifier=qualifier)
        return self._invoke(desk, sent, action, None, label=label, qualifier=qualifier)

    def wait(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        seconds: float,
        edits: Edits = NOTHING,
        function: str = "",
        tab: str = "",
    ) -> Pressed:
        """Pass quiet lab time."""
        desk = self._bench.desk(workspace, lesson, function=function, tab=tab)
        desk.keep(edits)
        return self._wait(desk, seconds, None)

    def update(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        edits: Edits = NOTHING,
        function: str = "",
        tab: str = "",
    ) -> Pressed:
        """Deploy the code with a real change: the lesson's counter goes one up."""
        desk = self._bench.desk(workspace, lesson, function=function, tab=tab)
        desk.keep(edits)
        return self._update(desk, _first_update(lesson, desk.function.name), None)

    def stop(self, workspace: str, lesson: Lesson, *, request_id: str | None) -> int:
        """Stop one invocation, or all that run on the lab's functions; return how many."""
        return self._call(self._operations.stop(workspace, lesson, request_id=request_id))

    # -- knobs

    def configure(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        memory_mb: int,
        timeout: int,
        temporary_mb: int,
        variables: Mapping[str, str],
        reserved_concurrency: Reserved = None,
        edits: Edits = NOTHING,
        function: str = "",
        tab: str = "",
    ) -> Knobs:
        """Change the function's configuration; its environments are retired."""
        desk = self._bench.desk(workspace, lesson, function=function, tab=tab)
        desk.keep(edits)
        old = self._call(self._operations.function(workspace, lesson.lab, desk.function))
        wanted = replace(
            old.configuration,
            memory_mb=memory_mb,
            timeout=timeout,
            temporary_mb=temporary_mb,
            variables=dict(variables),
        )
        reservation = reserved(old.reserved_concurrency, reserved_concurrency)
        knobs = replace(old, configuration=wanted, reserved_concurrency=reservation)
        self._set_configuration(desk, knobs, None)
        return self._call(self._operations.function(workspace, lesson.lab, desk.function))

    def set_faults(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        faults: Faults,
        edits: Edits = NOTHING,
        function: str = "",
        tab: str = "",
    ) -> Faults:
        """Set the fault knobs; the next call (or the next start) has them."""
        check_faults(faults)
        desk = self._bench.desk(workspace, lesson, function=function, tab=tab)
        desk.keep(edits)
        return self._set_faults(desk, faults)

    def set_asynchronous(
        self,
        workspace: str,
        lesson: Lesson,
        *,
        asynchronous: Asynchronous,
        qualifier: str = LATEST,
        edits: Edits = NOTHING,
        function: str = "",
        tab: str = "",
    ) -> Asynchronous:
        """Change how the function's events are tried, and where their records go."""
        desk = self._bench.desk(workspace, lesson, function=function, tab=tab)
        draft = desk.keep(edits)
        return self._call(
            self._operations.set_asynchronous(
                workspace,
                lesson,
                desk.function,
                asynchronous=asynchronous,
                qualifier=qualifier,
                files=draft.draft.files,
            )
        )

    def handler(self, workspace: str, lesson: Lesson, function: LabFunction) -> str:
        """Return the handler that a function has now."""
        knobs = self._call(self._operations.function(workspace, lesson.lab, function))
        return knobs.configuration.handler

    # -- inside

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.call(work)

    def _of(
        self, shown: Desk, action: Invoke | Request | Lead | Update | Configure | Fault
    ) -> Desk:
        """Return where the function is edited that a button means."""
        return self._bench.desk(
            shown.workspace, shown.lesson, function=action.function, tab=shown.tab
        )

    def _press(self, shown: Desk, press: Press) -> Pressed:
        workspace, lesson = shown.workspace, shown.lesson
        if isinstance(press.action, OnQueue | Spreads):
            return self._on_source(shown, press.action, press)
        match press.action:
            case Invoke() | Request() | Lead() as action:
                return self._send(shown, action, press)
            case Wait(seconds=seconds):
                return self._wait(shown, seconds, press)
            case Update():
                return self._update(self._of(shown, press.action), press.action, press)
            case Configure():
                return self._configure(self._of(shown, press.action), press.action, press)
            case Stop():
                self.stop(workspace, lesson, request_id=None)
                return Pressed(run="", revision=shown.look().draft.revision)
            case Fault():
                self._set_faults(self._of(shown, press.action), pressed_faults(press.action))
                return Pressed(run="", revision=shown.look().draft.revision)

    def _send(self, shown: Desk, action: Invoke | Request | Lead, press: Press) -> Pressed:
        if isinstance(action, Lead):
            return self._lead(self._of(shown, action), action, press)
        desk, event = self._of(shown, action), shown.lesson.lab.events[action.event]
        if isinstance(action, Request):
            return self._request(desk, event, press)
        qualifier = action.qualifier or LATEST
        return self._invoke(desk, event, action, press, label=press.label, qualifier=qualifier)

    def _lead(self, desk: Desk, action: Lead, press: Press) -> Pressed:
        files = desk.look().draft.files
        lead = self._operations.lead(
            desk.workspace, desk.lesson, desk.function, files=files, action=action, press=press
        )
        return Pressed(run=self._call(lead), revision=desk.look().draft.revision)

    def _invoke(
        self,
        desk: Desk,
        event: str,
        action: Invoke,
        press: Press | None,
        *,
        label: str,
        qualifier: str = LATEST,
    ) -> Pressed:
        check_burst(action.count, limits=self._limits)
        payload = event_payload(event, limits=self._limits)
        drafts = self._drafts(desk)
        sent = self._call(
            self._operations.invoke(
                desk.workspace,
                desk.lesson,
                desk.function,
                code={name: draft.draft.files for name, draft in drafts.items()},
                payload=payload,
                count=action.count,
                model=action.model,
                label=label,
                press=press,
                qualifier=qualifier,
                source=action.source,
            )
        )
        revision = self._deployed(desk, drafts)
        return Pressed(run=sent.run, revision=revision, sent=sent)

    def _request(self, desk: Desk, event: str, press: Press) -> Pressed:
        drafts = self._drafts(desk)
        run = self._call(
            self._operations.request(
                desk.workspace,
                desk.lesson,
                desk.function,
                code={name: draft.draft.files for name, draft in drafts.items()},
                payload=event_payload(event, limits=self._limits),
                press=press,
            )
        )
        return Pressed(run=run, revision=self._deployed(desk, drafts))

    def publish(
        self, workspace: str, lesson: Lesson, topic: str, publication: Publication
    ) -> tuple[str, Published]:
        """Publish a message to a topic of the lab; return the run, and the message."""
        run, [published] = self.with_code(
            workspace,
            lesson,
            lambda code: self._topics.publish(workspace, lesson, topic, publication, code=code),
        )
        return run, published

    def put_event(
        self, workspace: str, lesson: Lesson, bus: str, entry: Mapping[str, str]
    ) -> tuple[str, BusEvent]:
        """Deploy what was edited and put an event on a bus; return the run and the event."""
        run, events = self.with_code(
            workspace,
            lesson,
            lambda code: self._buses.put(workspace, lesson, bus, entry, code=code),
        )
        return run, events[0]

    def with_code(
        self, workspace: str, lesson: Lesson, work: Callable[[Code], Coroutine[Any, Any, T]]
    ) -> T:
        """Do something that deploys every draft of the lab first (rule 8)."""
        shown = self._bench.desk(workspace, lesson, function="", tab="")
        drafts = self._drafts(shown)
        done = self._call(work({name: draft.draft.files for name, draft in drafts.items()}))
        self._deployed(shown, drafts)
        return done

    def _on_source(self, shown: Desk, action: OnQueue | Spreads, press: Press) -> Pressed:
        workspace, lesson = shown.workspace, shown.lesson
        if isinstance(action, OnQueue):
            run = self._call(self._queues.press(workspace, lesson, press))
        else:
            run = self.with_code(
                workspace,
                lesson,
                lambda code: self._spreading(workspace, lesson, action, press, code),
            )
        return Pressed(run=run, revision=shown.look().draft.revision)

    def _spreading(
        self, workspace: str, lesson: Lesson, action: Spreads, press: Press, code: Code
    ) -> Coroutine[Any, Any, str]:
        match action:
            case PutEvents():
                return self._buses.press(workspace, lesson, action, press, code=code)
            case PutRule():
                return self._buses.press_rule(workspace, lesson, action, press, code=code)
            case Publish():
                return self._topics.press(workspace, lesson, action, press, code=code)
            case SwitchSchedule():
                return self._schedules.press(workspace, lesson, action, press, code=code)
            case PutObject() | DeleteObject():
                return self._buckets.press(workspace, lesson, action, press, code=code)

    def _drafts(self, desk: Desk) -> dict[str, OpenDraft]:
        """Return the draft of every function of the lab: a call deploys them all."""
        return {one.function.name: one.look() for one in self._desks(desk)}

    def _deployed(self, desk: Desk, drafts: Mapping[str, OpenDraft]) -> str:
        """Note that these drafts were used; return the revision of the one that was called."""
        for one in self._desks(desk):
            one.mark_once(drafts[one.function.name], why=INVOKED)
        return drafts[desk.function.name].draft.revision

    def _desks(self, desk: Desk) -> list[Desk]:
        return [
            self._bench.desk(desk.workspace, desk.lesson, function=one.name)
            for one in desk.lesson.lab.functions
        ]

    def _update(self, desk: Desk, action: Update | None, press: Press | None) -> Pressed:
        draft = desk.look()
        changed = _counted(draft, action)
        run = self._call(
            self._operations.deploy(
                desk.workspace,
                desk.lesson,
                desk.function,
                files={**draft.draft.files, **changed},
                label=press.label if press else "Update the code",
                press=press,
            )
        )
        kept = desk.keep(Edits(files=changed))
        return Pressed(run=run, revision=kept.draft.revision, files=changed)

    def _configure(self, desk: Desk, action: Configure, press: Press) -> Pressed:
        old = self._call(self._operations.function(desk.workspace, desk.lesson.lab, desk.function))
        knobs = replace(
            old,
            configuration=configured(old.configuration, action),
            reserved_concurrency=reserved(old.reserved_concurrency, action.reserved_concurrency),
        )
        run = self._set_configuration(desk, knobs, press)
        return Pressed(run=run, revision=desk.look().draft.revision)

    def _set_configuration(self, desk: Desk, knobs: Knobs, press: Press | None) -> str:
        return self._call(
            self._operations.configure(
                desk.workspace,
                desk.lesson,
                desk.function,
                knobs=knobs,
                files=desk.look().draft.files,
                press=press,
            )
        )

    def _set_faults(self, desk: Desk, faults: Faults) -> Faults:
        return self._call(
            self._operations.set_faults(
                desk.workspace,
                desk.lesson,
                desk.function,
                faults=faults,
                files=desk.look().draft.files,
            )
        )

    def _wait(self, desk: Desk, seconds: float, press: Press | None) -> Pressed:
        label = press.label if press else f"Wait {seconds:g} s"
        run = self._call(
            self._operations.wait(
                desk.workspace, desk.lesson, seconds=seconds, label=label, press=press
            )
        )
        return Pressed(run=run, revision=desk.look().draft.revision)


def _called(action: Invoke, *, qualifier: str = LATEST) -> str:
    to = "" if qualifier == LATEST else f" to {qualifier}"
    noun = "events" if action.model == "asynchronous" else "at once"
    if action.count > 1:
        return f"Send {action.count} {noun}{to}"
    if action.model == "asynchronous":
        return f"Send one event{to}"
    return "Invoke" if qualifier == LATEST else f"Invoke {qualifier}"


def _first_update(lesson: Lesson, function: str) -> Update | None:
    actions = (press.action for press in lesson.presses.values())
    updates = (action for action in actions if isinstance(action, Update))
    return next((action for action in updates if action.function == function), None)


def _counted(draft: OpenDraft, action: Update | None) -> dict[str, str]:
    """Return the files that an update changes, which makes it a real change."""
    if action is None:
        return {}
    texts = draft.texts
    return {name: text for name, text in action.apply(texts).items() if texts.get(name) != text}

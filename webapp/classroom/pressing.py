"""What a lab's buttons do, for web threads: every method blocks."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from webapp.classroom.adjusting import Adjusting
from webapp.classroom.drafting import Edits
from webapp.classroom.lab_drafts import LabDrafts, code_of
from webapp.classroom.model import OpenDraft, Pressed
from webapp.classroom.operations import LabOperations
from webapp.classroom.requests import check_burst, event_payload
from webapp.classroom.sources.source_presses import SourcePresses
from webapp.classroom.sources.source_work import SourceWork
from webapp.classroom.workbench import Desk, Workbench
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import (
    Configure,
    Fault,
    Invoke,
    Lead,
    OnFunction,
    OnQueue,
    Press,
    Request,
    Spreads,
    Stop,
    Update,
    Wait,
)
from webapp.runtime.loop import LoopThread
from webapp.runtime.model import LATEST, Limits
from webapp.trace.events import InvocationModel

T = TypeVar("T")
NOTHING = Edits()


class Pressing:
    """Calls, updates and waits. Raises ``ServiceError`` in the platform's words.

    ``edits`` are what the page that asks has not saved yet, of the function that it shows, or of
    the lab's first; they are kept before anything else is done. ``tab`` names that page.
    """

    def __init__(
        self,
        *,
        loop: LoopThread,
        operations: LabOperations,
        bench: Workbench,
        drafts: LabDrafts,
        adjusting: Adjusting,
        sources: SourceWork,
        limits: Limits,
    ) -> None:
        self._loop = loop
        self._operations = operations
        self._bench = bench
        self._drafts = drafts
        self._adjusting = adjusting
        self._sources = SourcePresses(sources, drafts=drafts, loop=loop)
        self._limits = limits

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
        if isinstance(press.action, OnQueue | Spreads):
            run = self._sources.press(shown.workspace, shown.lesson, press.action, press)
            return Pressed(run=run, revision=shown.look().draft.revision)
        match press.action:
            case Wait(seconds=seconds):
                return self._wait(shown, seconds, press)
            case Stop():
                self.stop(shown.workspace, shown.lesson, request_id=None)
                return Pressed(run="", revision=shown.look().draft.revision)
            case Configure() | Fault() | Lead() as action:
                run = self._adjusting.press(self._of(shown, action), action, press)
                revision = self._of(shown, action).look().draft.revision
                return Pressed(run=run, revision=revision)
            case Update() as action:
                return self._update(self._of(shown, action), action, press)
            case Invoke() | Request() as action:
                return self._send(shown, action, press)

    def _send(self, shown: Desk, action: Invoke | Request, press: Press) -> Pressed:
        desk, event = self._of(shown, action), shown.lesson.lab.events[action.event]
        if isinstance(action, Request):
            return self._request(desk, event, press)
        qualifier = action.qualifier or LATEST
        return self._invoke(desk, event, action, press, label=press.label, qualifier=qualifier)

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
        drafts = self._drafts.look(desk)
        sent = self._call(
            self._operations.invoke(
                desk.workspace,
                desk.lesson,
                desk.function,
                code=code_of(drafts),
                payload=payload,
                count=action.count,
                model=action.model,
                label=label,
                press=press,
                qualifier=qualifier,
                source=action.source,
            )
        )
        revision = self._drafts.used(desk, drafts)
        return Pressed(run=sent.run, revision=revision, sent=sent)

    def _request(self, desk: Desk, event: str, press: Press) -> Pressed:
        drafts = self._drafts.look(desk)
        run = self._call(
            self._operations.request(
                desk.workspace,
                desk.lesson,
                desk.function,
                code=code_of(drafts),
                payload=event_payload(event, limits=self._limits),
                press=press,
            )
        )
        return Pressed(run=run, revision=self._drafts.used(desk, drafts))

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

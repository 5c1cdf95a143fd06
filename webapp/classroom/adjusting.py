"""What a learner adjusts of a function beside its code, for web threads: every method blocks."""

from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from webapp.classroom.asynchronous_work import AsynchronousWork
from webapp.classroom.drafting import Edits
from webapp.classroom.knobs import Knobs
from webapp.classroom.operations import LabOperations
from webapp.classroom.requests import configured, pressed_faults, reserved
from webapp.classroom.workbench import Desk, Workbench
from webapp.curriculum.asynchronous import Asynchronous
from webapp.curriculum.lab import LabFunction
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Configure, Fault, Lead, Press, Reserved
from webapp.runtime.faults import check_faults
from webapp.runtime.loop import LoopThread
from webapp.runtime.model import LATEST, Faults

T = TypeVar("T")
NOTHING = Edits()


class Adjusting:
    """Configuration, faults, asynchronous invocation, aliases. Raises ``ServiceError``.

    ``edits`` are what the page that asks has not saved yet; they are kept before anything is done.
    """

    def __init__(self, *, loop: LoopThread, operations: LabOperations, bench: Workbench) -> None:
        self._loop = loop
        self._operations = operations
        self._asynchronous = AsynchronousWork(operations)
        self._bench = bench

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
            self._asynchronous.set(
                workspace,
                lesson,
                desk.function,
                asynchronous=asynchronous,
                qualifier=qualifier,
                files=draft.draft.files,
            )
        )

    def asynchronous(
        self, workspace: str, lesson: Lesson, function: LabFunction, *, qualifier: str = LATEST
    ) -> Asynchronous:
        """Return how a function's events are tried and where they go, by the lab's names."""
        return self._call(
            self._asynchronous.look(workspace, lesson.lab, function, qualifier=qualifier)
        )

    def handler(self, workspace: str, lesson: Lesson, function: LabFunction) -> str:
        """Return the handler that a function has now."""
        knobs = self._call(self._operations.function(workspace, lesson.lab, function))
        return knobs.configuration.handler

    def press(self, desk: Desk, action: Configure | Fault | Lead, press: Press) -> str:
        """Do what a button of the lesson says; return the run, empty for a fault."""
        match action:
            case Configure():
                return self._configure(desk, action, press)
            case Fault():
                self._set_faults(desk, pressed_faults(action))
                return ""
            case Lead():
                return self._call(
                    self._asynchronous.lead(
                        desk.workspace,
                        desk.lesson,
                        desk.function,
                        files=desk.look().draft.files,
                        action=action,
                        press=press,
                    )
                )

    # -- inside

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.call(work)

    def _configure(self, desk: Desk, action: Configure, press: Press) -> str:
        old = self._call(self._operations.function(desk.workspace, desk.lesson.lab, desk.function))
        knobs = replace(
            old,
            configuration=configured(old.configuration, action),
            reserved_concurrency=reserved(old.reserved_concurrency, action.reserved_concurrency),
        )
        return self._set_configuration(desk, knobs, press)

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

"""What a learner tried before they came to a step says nothing against the step's tasks.

A step may ask for an event that ends otherwise than those of the steps before it. Such a task is
open until something is tried after its step was reached; "not yet" would blame a learner for what
the lesson itself asked for.
"""

from collections.abc import Mapping

from webapp.classroom.model import TaskState
from webapp.curriculum.content import TasksPlace
from webapp.curriculum.model import Lesson, Step

Reached = Mapping[str, int]
"""The sequence of the lab's newest fact when a step was first shown, by the step's id."""


def with_reached(reached: Reached, step: Step, *, sequence: int) -> dict[str, int]:
    """Return what was reached, and the step; what was reached before stays as it is."""
    return {step.id: sequence, **reached}


def fairly(
    tasks: Mapping[str, TaskState], lesson: Lesson, *, reached: Reached, here: str | None
) -> dict[str, TaskState]:
    """Return the tasks as they are shown: failures from before their step was reached are none.

    ``here`` is the step where the learner is. A step up to there counts as reached from the
    beginning if nobody noted when.
    """
    place = next((step.number for step in lesson.steps if step.id == here), 1)
    shown = dict(tasks)
    for step in lesson.steps:
        since = reached.get(step.id, 0 if step.number <= place else None)
        for task in _tasks(step):
            state = shown.get(task, TaskState())
            if state.state == "failed" and (since is None or state.decided <= since):
                shown[task] = TaskState()
    return shown


def _tasks(step: Step) -> list[str]:
    places = (node for node in step.content.nodes if isinstance(node, TasksPlace))
    return [task.id for place in places for task in place.tasks]

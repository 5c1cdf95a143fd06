"""What the one learner of a computer of their own does."""

from webapp.classroom.labs import Labs
from webapp.curriculum.model import Lesson
from webapp.runtime.workspace import Workspace
from webapp.wiring import Application


def opened(application: Application) -> Workspace:
    """Return the learner's workspace."""
    services = application.services
    return services.loop.call(services.platform.workspace("local"))


def press(labs: Labs, lesson: Lesson, name: str) -> str:
    """Press a button of the lesson; return the run."""
    return labs.pressing.press("local", lesson, lesson.presses[name]).run

"""The stories of environments: their birth, their rest and their end."""

from webapp.trace.events import CodeFetched, EnvironmentCreated, EnvironmentRetired, InitFinished
from webapp.trace.projections import formats, phrases, rules
from webapp.trace.projections.stories.scene import Scene
from webapp.trace.projections.stories.telling import Teller, Telling


def _download(scene: Scene, length: float | None) -> Telling:
    fact = scene.begin
    took = formats.duration(length or 0.0)
    what = f"The code was fetched and unpacked in {took}."
    if isinstance(fact, CodeFetched):
        amount = formats.size(fact.size_bytes)
        what = f"{amount} of code were fetched and unpacked in {took}."
        if fact.cached:
            what = f"The code ({amount}) was already on this host; finding it took {took}."
    return Telling(what, scene.why, rules.DOWNLOAD, "cold")


def _start(scene: Scene, length: float | None) -> Telling:
    took = formats.duration(length or 0.0)
    what = f"The process of {scene.place} stood behind its walls after {took}."
    fact = scene.finish
    if isinstance(fact, EnvironmentCreated) and fact.stands_in_for:
        what += (
            f" This host has no {fact.stands_in_for}: {fact.interpreter} runs the function instead."
        )
    if scene.again:
        return Telling(what, scene.why, rules.RESET, "reset")
    return Telling(what, scene.why, rules.PROCESS, "cold")


def _init(scene: Scene, length: float | None) -> Telling:
    suppressed = getattr(scene.finish or scene.begin, "phase", "init") == "invoke"
    what = phrases.init_what(scene.finish, place=scene.place)
    if suppressed:
        return Telling(what, scene.why, rules.SUPPRESSED_INIT, _init_badge(scene))
    return Telling(what, scene.why, rules.INIT, _init_badge(scene))


def _init_badge(scene: Scene) -> str:
    finish = scene.finish
    if isinstance(finish, InitFinished) and finish.status != "success":
        return "timeout" if finish.status == "timeout" else "error"
    return "reset" if getattr(scene.begin, "phase", "init") == "invoke" else "cold"


def _frozen(scene: Scene, length: float | None) -> Telling:
    what = f"{scene.place} stands still: kept in memory, not billed."
    if length is not None:
        stood = formats.duration(length)
        what = f"{scene.place} stood still for {stood}: kept in memory, not billed."
    return Telling(what, phrases.FROZEN_WHY, rules.FROZEN, "frozen")


def _reset(scene: Scene, length: float | None) -> Telling:
    what = f"The process of {scene.place} is gone, and its globals with it. /tmp is kept."
    return Telling(what, phrases.reset_why(scene.begin), rules.RESET, "reset")


def _ended(scene: Scene, length: float | None) -> Telling:
    fact = scene.begin
    if not isinstance(fact, EnvironmentRetired):
        return Telling(phrases.LOST, phrases.RESTARTED, rules.RESTART, "ended")
    rule = rules.OF_RETIREMENT[fact.reason]
    what = f"{scene.place} ended: memory and /tmp are gone."
    return Telling(what, phrases.retired(fact, place=scene.place), rule, "ended")


TELLERS: dict[str, Teller] = {
    "download": _download,
    "start": _start,
    "init": _init,
    "init-failed": _init,
    "frozen": _frozen,
    "reset": _reset,
    "ended": _ended,
}

"""``coldstart lessons``: what an author runs."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from webapp import wiring
from webapp.authoring.proof import LessonProof, prove
from webapp.authoring.skeleton import write_skeleton
from webapp.curriculum.errors import CourseInvalid, Problem
from webapp.curriculum.loader import load_course
from webapp.settings import Settings, SettingsInvalid, read_settings


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``lessons check`` and ``lessons new`` to the command."""
    parser = commands.add_parser("lessons", help="write lessons, and prove that they hold")
    lessons = parser.add_subparsers(required=True)
    check = lessons.add_parser("check", help="prove the lessons on the real runtime")
    check.add_argument(
        "folder", nargs="?", type=Path, help="a folder of your own; all lessons if none is given"
    )
    check.add_argument("--only", metavar="SLUG", help="prove this lesson alone")
    check.set_defaults(run=_check, failure="The lessons were not checked.")
    new = lessons.add_parser("new", help="write a lesson to begin with")
    new.add_argument("place", metavar="PART/SLUG", help="such as the-function/my-lesson")
    new.add_argument("--folder", type=Path, help="the course's folder (default: COLDSTART_LESSONS)")
    new.set_defaults(run=_new, failure="Nothing was written.")


def _check(options: argparse.Namespace) -> int:
    settings, place = _chosen(read_settings(), options.folder)
    try:
        course = load_course(wiring.content_folder("lessons"), *settings.lessons)
    except CourseInvalid as error:
        return _tell(error.problems)
    names = {
        lesson.slug
        for lesson in course.lessons.values()
        if lesson.file.startswith(place) and options.only in {None, lesson.slug}
    }
    if options.only and not names:
        raise SettingsInvalid(f"There is no lesson '{options.only}' to check.")
    proofs = [_told(proof) for proof in prove(settings, wanted=lambda one: one.slug in names)]
    return _tell([problem for proof in proofs for problem in proof.problems])


def _chosen(settings: Settings, folder: Path | None) -> tuple[Settings, str]:
    """Return the settings with a folder added, and what its problems begin with."""
    if folder is None or folder.resolve() == wiring.content_folder("lessons").resolve():
        return settings, ""
    for known in settings.lessons:
        if known.resolve() == folder.resolve():
            return settings, f"{known}/"
    if not folder.is_dir():
        raise SettingsInvalid(f"'{folder}' is no folder. Make it, or name another.")
    return replace(settings, lessons=(*settings.lessons, folder)), f"{folder}/"


def _told(proof: LessonProof) -> LessonProof:
    print(f"{proof.slug}: {proof.story}", flush=True)
    return proof


def _tell(found: Sequence[Problem]) -> int:
    for problem in sorted(found):
        print(problem)
    count = f"{len(found)} problem{'' if len(found) == 1 else 's'}"
    print(count if found else "The lessons are in order.")
    return 1 if found else 0


def _new(options: argparse.Namespace) -> int:
    settings = read_settings()
    folder = options.folder or next(iter(settings.lessons), wiring.content_folder("lessons"))
    made = write_skeleton(folder, place=options.place)
    own = "" if folder == wiring.content_folder("lessons") else f" {folder}"
    print(f"{made} is there. Prove it with: lessons check{own} --only {made.name[3:]}")
    return 0

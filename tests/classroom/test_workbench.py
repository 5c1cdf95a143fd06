"""A draft through its life: typed in two tabs, filed, uploaded, gone back on; nothing is lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pytest

from tests.runtime.zips import empty_zip, flagged, listing, lying, with_mode, zipped
from webapp.classroom.drafting import (
    LONGEST_TEXT_BYTES,
    MOST_BYTES,
    MOST_FILES,
    PAUSE_SECONDS,
    Edits,
)
from webapp.classroom.model import Finding
from webapp.classroom.workbench import EVENT_FILE, Desk, Workbench
from webapp.curriculum.loader import load_course
from webapp.curriculum.model import Lesson
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound, ServiceError
from webapp.runtime.model import Limits
from webapp.storage.drafts import Drafts
from webapp.storage.storage import Storage, open_storage
from webapp.wiring import content_folder

LESSON = load_course(content_folder("lessons")).lesson("cold-and-warm")
FUNCTION = LESSON.lab.functions[0]
START = FUNCTION.start["handler.py"]


@dataclass
class Room:
    """A workbench on a store of its own, with a clock that a test turns."""

    storage: Storage
    workspace: str
    time: float = 1000.0
    lesson: Lesson = LESSON
    checked: list[Mapping[str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        drafts = Drafts(self.storage.engine, self.storage.journal, now=lambda: self.time)
        self.bench = Workbench(
            drafts,
            check=self._check,
            tell=lambda _workspace, _lesson, tab: self.told.append(tab),
            limits=Limits(),
            now=lambda: self.time,
        )

    def desk(self, tab: str = "") -> Desk:
        return self.bench.desk(self.workspace, self.lesson, tab=tab)

    def whys(self) -> list[str]:
        return [version.why for version in self.desk().versions()]

    def change_lesson(self, text: str) -> None:
        """Let the author give another start."""
        function = replace(FUNCTION, start={"handler.py": text})
        lab = replace(LESSON.lab, functions=(function,))
        self.lesson = replace(LESSON, version="2", lab=lab)

    def _check(self, files: Mapping[str, str]) -> tuple[Finding, ...]:
        self.checked.append(files)
        return tuple(Finding(name, 1, 1, "odd") for name in files)


def zipped_files(files: Mapping[str, bytes]) -> bytes:
    return zipped(*files.items())


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    storage = open_storage(tmp_path_factory.mktemp("data"))
    yield storage
    storage.close()


@pytest.fixture
def room(storage: Storage, request: pytest.FixtureRequest) -> Room:
    return Room(storage, workspace=request.node.name)


def code(text: str, **more: str) -> Edits:
    return Edits(files={"handler.py": text, **more})


def test_an_untouched_draft_is_what_the_lesson_gives(room: Room) -> None:
    draft = room.desk().look()
    assert draft.texts == FUNCTION.start
    assert [file.name for file in draft.files] == ["handler.py", "build.txt"]
    assert draft.draft.event == next(iter(LESSON.lab.events.values()))
    assert (draft.edited, draft.is_older, draft.draft.revision) == (False, False, "")


def test_what_is_typed_is_kept_and_only_that_is_checked(room: Room) -> None:
    saved, findings = room.desk(tab="t1").save(Edits(files={"handler.py": "x"}, event="[1]"))
    assert saved.texts == {**FUNCTION.start, "handler.py": "x"}
    assert room.desk().look() == saved
    assert saved.edited
    assert saved.draft.event == "[1]"
    assert room.checked == [{"handler.py": "x", EVENT_FILE: "[1]"}]
    assert [finding.file for finding in findings] == ["handler.py", EVENT_FILE]
    assert room.told == ["t1"]


def test_saving_what_is_kept_writes_nothing(room: Room) -> None:
    room.desk().keep(Edits(files=FUNCTION.start))
    assert room.desk().look().draft.revision == ""
    saved = room.desk().keep(code("x"))
    assert room.desk().keep(code("x")).draft.revision == saved.draft.revision
    assert room.told == [""]


def test_the_first_edit_keeps_what_the_lesson_gave(room: Room) -> None:
    room.desk().keep(code("x"))
    assert room.whys() == ["start"]
    assert room.desk().version(1).texts == FUNCTION.start


def test_what_was_typed_before_a_long_pause_is_kept_as_a_version(room: Room) -> None:
    for text in ("one", "two"):
        room.desk().keep(code(text))
        room.time += PAUSE_SECONDS
    room.time += 1
    room.desk().keep(code("three"))
    assert room.whys() == ["typed", "start"]
    assert room.desk().version(2).texts["handler.py"] == "two"


def test_two_tabs_that_type_into_one_file_lose_nothing(room: Room) -> None:
    before = room.desk().look().draft.revision
    first = room.desk("a").keep(replace(code("mine"), revision=before))
    assert room.whys() == ["start"]
    second = room.desk("b").keep(replace(code("theirs"), revision=before))
    assert second.texts["handler.py"] == "theirs"
    assert second.draft.revision != first.draft.revision
    assert room.whys() == ["elsewhere", "start"]
    assert room.desk().version(2).texts["handler.py"] == "mine"


def test_two_tabs_that_type_into_different_files_have_both(room: Room) -> None:
    room.desk("a").keep(Edits(files={"handler.py": "mine"}, revision=""))
    both = room.desk("b").keep(Edits(files={"build.txt": "7\n"}, revision=""))
    assert both.texts == {"handler.py": "mine", "build.txt": "7\n"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x\0", "holds what is not text"),
        ("x\ud800", "holds what is not text"),
        ("é" * (LONGEST_TEXT_BYTES // 2 + 1), f"is over {LONGEST_TEXT_BYTES} bytes"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_the_rest_with_it(
    room: Room, text: str, said: str
) -> None:
    for edits in (code("fine", **{"more.py": text}), Edits(files={"handler.py": "x"}, event=text)):
        with pytest.raises(InvalidParameterValue, match=said):
            room.desk().keep(edits)
    assert room.desk().look().draft.revision == ""


def test_a_draft_is_bounded_in_files_and_bytes(room: Room) -> None:
    most = {f"f{number}.py": "" for number in range(MOST_FILES - 2)}
    assert len(room.desk().keep(Edits(files=most)).files) == MOST_FILES
    with pytest.raises(InvalidParameterValue, match=f"{MOST_FILES + 1} files cannot be kept"):
        room.desk().add("more.py")
    large = {f"f{number}.py": "x" * LONGEST_TEXT_BYTES for number in range(7)}
    with pytest.raises(InvalidParameterValue, match=f"at most {MOST_BYTES} can be edited here"):
        room.desk().keep(Edits(files=large))
    assert room.desk().look().texts["f0.py"] == ""


# -- files


def test_files_are_added_renamed_and_deleted(room: Room) -> None:
    assert room.desk().add("lib/prices.py").texts["lib/prices.py"] == ""
    room.desk().keep(Edits(files={"lib/prices.py": "price = 1\n"}))
    moved = room.desk().rename("lib/prices.py", to="prices.py")
    assert moved.texts["prices.py"] == "price = 1\n"
    assert "lib/prices.py" not in moved.texts
    assert "prices.py" not in room.desk().delete("prices.py").texts
    assert room.whys()[0] == "deleted"
    assert room.desk().version(2).texts["prices.py"] == "price = 1\n"


def test_a_name_that_is_taken_is_refused(room: Room) -> None:
    for name in ("build.txt", "Build.txt", "build.txt/x"):
        with pytest.raises(InvalidParameterValue):
            room.desk().add(name)
        with pytest.raises(InvalidParameterValue):
            room.desk().rename("handler.py", to=name.replace("build.txt/", "build.txt/y"))
    assert room.desk().look().draft.revision == ""


def test_what_is_not_there_cannot_be_renamed_or_deleted(room: Room) -> None:
    with pytest.raises(ResourceNotFound, match=r"no file 'gone\.py' any more"):
        room.desk().rename("gone.py", to="there.py")
    with pytest.raises(ResourceNotFound):
        room.desk().delete("gone.py")


def test_the_last_file_stays(room: Room) -> None:
    room.desk().delete("build.txt")
    with pytest.raises(InvalidParameterValue, match="at least one file"):
        room.desk().delete("handler.py")


# -- zips


def test_an_upload_takes_the_place_of_every_file_and_can_be_taken_back(room: Room) -> None:
    room.desk().keep(code("mine"))
    logo = bytes(range(256))
    uploaded = room.desk().upload(zipped_files({"handler.py": b"theirs", "lib/logo.png": logo}))
    assert uploaded.texts == {"handler.py": "theirs"}
    assert [(one.name, one.size_bytes, one.text) for one in uploaded.files][1] == (
        "lib/logo.png",
        256,
        None,
    )
    assert uploaded.draft.files["lib/logo.png"] == logo
    assert room.whys() == ["uploaded", "start"]
    assert room.desk().restore(2).texts == {**FUNCTION.start, "handler.py": "mine"}
    assert room.desk().version(3).draft.files["lib/logo.png"] == logo


def test_a_download_is_an_upload_again(room: Room) -> None:
    room.desk().upload(zipped_files({"handler.py": b"x", "data.bin": b"\0\xff"}))
    before = room.desk().look().draft
    zipped = room.desk().zipped()
    room.desk().take_start(why="reset")
    assert room.desk().upload(zipped).draft.files == before.files
    assert room.desk().zipped() == zipped


HOSTILE = {
    "nothing": b"",
    "no zip": b"no zip",
    "empty": empty_zip(),
    "up": zipped(("../up.py", b"")),
    "absolute": zipped(("/etc/passwd", b"")),
    "backslash": zipped(("a\\b.py", b"")),
    "cannot be seen": zipped(("bidi\u202e.py", b"")),
    "file and folder": zipped(("a", b""), ("a/b", b"")),
    "alike": zipped(("A.py", b""), ("a.py", b"")),
    "link": with_mode("a", "/etc/passwd", mode=0o120777),
    "device": with_mode("a", "", mode=0o020666),
    "bomb": zipped(("bomb", b"\0" * (MOST_BYTES + 1))),
    "lying bomb": lying(zipped(("bomb", b"\0" * (MOST_BYTES + 1))), says_bytes=10),
    "encrypted": flagged(zipped(("a", b"x")), bits=1),
    "many": zipped(*((f"f{number}", b"") for number in range(MOST_FILES + 1))),
    "a list of a million": listing(1_000_000),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_zip_is_refused_and_the_draft_stays(room: Room, data: bytes) -> None:
    with pytest.raises(ServiceError) as refused:
        room.desk().upload(data)
    assert 400 <= refused.value.status < 500
    assert room.desk().look().draft.revision == ""


# -- going back


def test_a_version_is_restored_with_its_event_and_what_was_there_is_kept(room: Room) -> None:
    room.desk().keep(Edits(files={"handler.py": "one"}, event="[1]"))
    room.desk().mark(why="invoked")
    room.desk().keep(Edits(files={"handler.py": "two"}, event="[2]"))
    restored = room.desk().restore(2)
    assert (restored.texts["handler.py"], restored.draft.event) == ("one", "[1]")
    assert room.whys() == ["restored", "invoked", "start"]
    assert room.desk().version(3).draft.event == "[2]"
    with pytest.raises(ResourceNotFound, match="Version 99 is not kept"):
        room.desk().restore(99)


def test_marking_an_untouched_draft_keeps_nothing(room: Room) -> None:
    room.desk().mark(why="invoked")
    assert room.whys() == []


def test_when_the_lesson_changes_an_untouched_draft_goes_along(room: Room) -> None:
    room.change_lesson("new")
    assert room.desk().look().texts == {"handler.py": "new"}
    assert not room.desk().look().is_older


def test_when_only_the_text_of_the_lesson_changes_the_draft_is_not_older(room: Room) -> None:
    room.desk().keep(code("mine"))
    room.lesson = replace(LESSON, version="2")
    assert not room.desk().look().is_older


def test_when_the_lesson_changes_the_draft_stays_and_both_can_be_had(room: Room) -> None:
    room.desk().keep(code("mine"))
    room.change_lesson("new")
    draft = room.desk().look()
    assert (draft.texts["handler.py"], draft.is_older) == ("mine", True)
    assert draft.start.files == {"handler.py": b"new"}
    taken = room.desk().take_start(why="lesson")
    assert (taken.texts, taken.is_older) == ({"handler.py": "new"}, False)
    assert room.whys() == ["lesson", "start"]
    assert room.desk().restore(2).texts["handler.py"] == "mine"
    assert room.desk().look().is_older


def test_who_stays_with_the_draft_finds_the_lessons_new_start_in_the_history(room: Room) -> None:
    room.desk().keep(code("mine"))
    room.change_lesson("new")
    stayed = room.desk().stay()
    assert (stayed.texts["handler.py"], stayed.is_older) == ("mine", False)
    assert room.whys() == ["lesson", "start", "start"]
    assert room.desk().version(2).texts == {"handler.py": "new"}
    assert room.desk().version(1).texts == FUNCTION.start


def test_another_function_than_the_labs_is_not_found(room: Room) -> None:
    with pytest.raises(ResourceNotFound, match="no function 'stranger'"):
        room.bench.desk("w", LESSON, function="stranger")

from webapp.storage.drafts import Draft, Drafts
from webapp.storage.storage import Storage


def test_a_lab_has_no_drafts_until_somebody_types(storage: Storage) -> None:
    assert storage.drafts.read("w", lab="greeter") == []


def test_a_draft_is_kept_by_file_with_the_version_of_its_lesson(storage: Storage) -> None:
    drafts = Drafts(storage.engine, storage.journal, now=lambda: 12.5)
    drafts.save("w", lab="greeter", file="z.py", text="", lesson_version="1")
    saved = drafts.save("w", lab="greeter", file="a.py", text="é\r\n\0", lesson_version="2")
    assert saved == Draft(file="a.py", text="é\r\n\0", lesson_version="2", updated=12.5)
    assert [draft.file for draft in drafts.read("w", lab="greeter")] == ["a.py", "z.py"]
    assert drafts.read("w", lab="greeter")[0] == saved


def test_saving_again_replaces_the_draft(storage: Storage) -> None:
    for text in ("one", "two"):
        storage.drafts.save("w", lab="greeter", file="a.py", text=text, lesson_version="1")
    assert [draft.text for draft in storage.drafts.read("w", lab="greeter")] == ["two"]


def test_deleting_drafts_leaves_other_labs_and_workspaces_alone(storage: Storage) -> None:
    for workspace, lab in (("w", "greeter"), ("w", "other"), ("v", "greeter")):
        storage.drafts.save(workspace, lab=lab, file="a.py", text="x", lesson_version="1")
    storage.drafts.delete("w", lab="greeter")
    assert storage.drafts.read("w", lab="greeter") == []
    assert len(storage.drafts.read("w", lab="other")) == 1
    assert len(storage.drafts.read("v", lab="greeter")) == 1

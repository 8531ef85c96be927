from aicheck.model.change import ChangeSet, Content, FileChange, Hunk
from aicheck.model.location import WHOLE_FILE, Location, Span
from aicheck.report.anchor import anchor, files_by_path

TEXT = Content("file", False, 40, b"a\n" * 20)


def _anchor(path: str, line: int, *files: FileChange) -> tuple[str, int]:
    place = anchor(Location(path, "before", Span(line, 3, line, 9)), files_by_path(ChangeSet(files, "b", "h", "")))
    assert place.side == "after"
    return place.path, place.span.line


def test_a_place_on_the_after_side_stays() -> None:
    place = Location("a.py", "after", Span(3, 1, 4, 2))
    assert anchor(place, {}) is place


def test_the_nearest_edited_line_is_chosen() -> None:
    file = FileChange("a.py", TEXT, TEXT, (Hunk(2, 1, 2, 1), Hunk(8, 3, 8, 0), Hunk(12, 2, 9, 3)))
    assert _anchor("a.py", 9, file) == ("a.py", 9)
    assert _anchor("a.py", 1, file) == ("a.py", 2)
    assert _anchor("a.py", 13, file) == ("a.py", 10)
    assert _anchor("a.py", 20, file) == ("a.py", 11)


def test_without_an_edited_line_the_one_after_the_removed_ones_is_chosen() -> None:
    file = FileChange("a.py", TEXT, Content("file", False, 30, b"a\n" * 15), (Hunk(3, 2, 3, 0), Hunk(10, 3, 8, 0)))
    assert _anchor("a.py", 4, file) == ("a.py", 3)
    assert _anchor("a.py", 6, file) == ("a.py", 4)
    assert _anchor("a.py", 11, file) == ("a.py", 8)
    assert _anchor("a.py", 20, file) == ("a.py", 15)


def test_an_emptied_file_has_line_one() -> None:
    assert _anchor("a.py", 9, FileChange("a.py", TEXT, Content("file", False, 0, b""), (Hunk(1, 20, 1, 0),))) == ("a.py", 1)


def test_a_removed_file_is_shown_where_it_went_or_nearby() -> None:
    gone = FileChange("src/a.py", TEXT, None, (Hunk(1, 20, 1, 0),))
    far = FileChange("docs/x.md", TEXT, TEXT, (Hunk(1, 1, 1, 1),))
    near = FileChange("src/b.py", TEXT, TEXT, (Hunk(1, 1, 1, 1),))
    heir = FileChange("lib/a.py", None, TEXT, (Hunk(1, 0, 1, 20),), moved_from="src/a.py")
    assert _anchor("src/a.py", 5, far, gone) == ("docs/x.md", 1)
    assert _anchor("src/a.py", 5, far, gone, near) == ("src/b.py", 1)
    assert _anchor("src/a.py", 5, far, gone, near, heir) == ("lib/a.py", 1)
    assert _anchor("src/a.py", 5, gone) == ("src/a.py", 1)


def test_a_file_that_became_a_link_is_gone() -> None:
    link = FileChange("a.py", TEXT, Content("symlink", False, 1, b"b"))
    assert anchor(Location("a.py", "before", WHOLE_FILE), {"a.py": link}).path == "a.py"

from aicheck.changes.moves import find_moves
from aicheck.changes.sources import from_commit
from tests.changes.conftest import Repo, by_path

LINES = [b"line %d\n" % number for number in range(20)]


def test_equal_and_similar_files_moved() -> None:
    moved = find_moves(
        {"a.py": b"".join(LINES), "b.py": b"".join(LINES[:10]) + b"x\ny\n", "c.py": b"unlike\n"},
        {"new/a.py": b"".join(LINES), "new/b.py": b"".join(LINES[:9]) + b"z\n", "d.py": b"nothing\n"},
    )
    assert moved == {"new/a.py": "a.py", "new/b.py": "b.py"}


def test_half_of_the_lines_is_enough_and_less_is_not() -> None:
    assert find_moves({"a": b"".join(LINES[:10])}, {"b": b"".join(LINES[:5]) + b"x\n" * 5}) == {"b": "a"}
    assert find_moves({"a": b"".join(LINES[:10])}, {"b": b"".join(LINES[:4]) + b"x\n" * 6}) == {}


def test_each_removed_file_is_continued_once_and_names_decide() -> None:
    data = b"".join(LINES)
    assert find_moves({"old/x": data, "old/y": data}, {"new/y": data, "new/x": data, "new/z": data}) == {"new/x": "old/x", "new/y": "old/y"}
    assert find_moves({"empty": b""}, {"other": b""}) == {}


def test_many_files_are_bounded_and_those_of_one_name_still_found() -> None:
    removed = {f"old/f{at}": b"".join(b"%d %d\n" % (at, line) for line in range(40)) for at in range(1500)}
    added = {f"new/f{at}": data + b"more\n" for at, data in enumerate(removed.values())}
    assert find_moves(removed, added) == {f"new/f{at}": f"old/f{at}" for at in range(1500)}


def test_moves_are_marked_on_the_added_file(repo: Repo) -> None:
    repo.commit({"a.py": b"".join(LINES)})
    repo.git("mv", "a.py", "b.py")
    repo.commit({"b.py": b"".join(LINES[:18])})
    files = by_path(from_commit(repo.open(), "HEAD"))
    assert (files["b.py"].moved_from, files["a.py"].moved_from) == ("a.py", None)
    assert files["b.py"].added == 18 and files["a.py"].removed == 20

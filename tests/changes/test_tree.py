import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.changes.tree import Entry, check_path, compare_entries, parse_tree
from aicheck.errors import ChangeError

ID = b"\x11" * 20


@given(
    st.lists(
        st.sampled_from(
            [b".git", b".GIT ", b"git~1", b"..", b".", b"", b"a", b"\n", b"\xe2\x80\x8c.git", b".g\xe2\x80\x8cit", b".\xef\xbb\xbfgit"]
        ),
        min_size=1,
        max_size=4,
    )
)
def test_the_quick_look_misses_nothing(parts: list[bytes]) -> None:
    if all(part in {b"a", b"\n"} for part in parts):
        assert check_path(b"/".join(parts))
    else:
        with pytest.raises(ChangeError, match="malformed tree"):
            check_path(b"/".join(parts))


@given(st.binary(min_size=1, max_size=30).filter(lambda raw: not set(raw) & set(b"/\0.~\xe2\xef")))
def test_any_plain_name_round_trips(raw: bytes) -> None:
    assert check_path(raw).encode("utf-8", "surrogateescape") == raw


@pytest.mark.parametrize(
    "name", [b"", b"/a", b"a/", b"a//b", b"..", b"a/..", b".git/config", b"a/.Git", b".git.", b".git::$INDEX_ALLOCATION", b"GIT~1"]
)
def test_names_that_leave_the_tree_or_enter_git_are_refused(name: bytes) -> None:
    with pytest.raises(ChangeError, match="malformed tree"):
        check_path(name)


@pytest.mark.parametrize("name", [b".gitignore", b".github/x", b"git", b"a.git", b"...", b".gitmodules", b"git~2", b"\xef\xbb\xbfx"])
def test_names_that_only_look_like_them_are_allowed(name: bytes) -> None:
    assert check_path(name)


def test_tree_objects() -> None:
    raw = b"40000 dir\0" + ID + b"100755 run\0" + ID + b"160000 sub\0" + ID
    assert {name: entry.mode for name, entry in parse_tree(raw, 20).items()} == {b"dir": "040000", b"run": "100755", b"sub": "160000"}


@pytest.mark.parametrize(
    "raw",
    [b"100600 x\0" + ID, b"100644 x\0" + ID[:-1], b"100644 x", b"nonsense", b"100644 x\0" + ID + b"100644 x\0" + ID, b"100644 ..\0" + ID],
)
def test_malformed_tree_objects_are_refused(raw: bytes) -> None:
    with pytest.raises(ChangeError, match="malformed tree"):
        parse_tree(raw, 20)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_tree_or_refused(raw: bytes) -> None:
    try:
        assert all(isinstance(entry, Entry) for entry in parse_tree(raw, 20).values())
    except ChangeError as error:
        assert "malformed tree" in str(error)


def test_two_trees_are_compared_entry_by_entry() -> None:
    def tree(*entries: tuple[bytes, bytes, bytes]) -> bytes:
        return b"".join(mode + b" " + name + b"\0" + identifier * 20 for mode, name, identifier in entries)

    before = tree((b"100644", b"a", b"1"), (b"100644", b"b", b"1"), (b"40000", b"d", b"1"), (b"100644", b"x", b"1"))
    after = tree((b"100644", b"a", b"1"), (b"100755", b"b", b"1"), (b"100644", b"d", b"2"), (b"120000", b"y", b"1"))
    one, two = b"1".hex() * 20, b"2".hex() * 20
    assert compare_entries(before, after, id_bytes=20) == {
        b"b": (Entry("100644", one), Entry("100755", one)),
        b"d": (Entry("040000", one), Entry("100644", two)),
        b"x": (Entry("100644", one), None),
        b"y": (None, Entry("120000", one)),
    }
    with pytest.raises(ChangeError, match="unknown mode 100000"):
        compare_entries(b"", tree((b"100000", b"a", b"1")), id_bytes=20)
    with pytest.raises(ChangeError, match="cut off"):
        compare_entries(b"", before[:-1], id_bytes=20)

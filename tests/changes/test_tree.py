import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.changes.tree import Entry, check_path, parse_differences, parse_tree
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


def test_an_unknown_mode_in_a_comparison_is_refused() -> None:
    zeros, ones = b"0" * 40, b"1" * 40
    assert parse_differences(b":000000 100644 %s %s A\0x\0" % (zeros, ones)) == {"x": (None, Entry("100644", "1" * 40))}
    with pytest.raises(ChangeError, match="unknown mode 100000"):
        parse_differences(b":000000 100000 %s %s A\0x\0" % (zeros, ones))

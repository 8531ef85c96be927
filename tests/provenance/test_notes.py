"""git-ai notes: the vectors of the format, what is rejected, and that no input breaks or stalls the reader."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.provenance.claims import Claim, RecordError
from aicheck.provenance.notes import parse_note

METADATA = {
    "schema_version": "authorship/3.0.0",
    "base_commit_sha": "...",
    "prompts": {"0123456789abcdef": {"agent_id": {"tool": "cursor", "id": "c1", "model": "m1"}}},
    "humans": {"h_00000000000002": {"author": "A <a@example.invalid>"}},
    "sessions": {"s_00000000000001": {"agent_id": {"tool": "claude", "id": "x", "model": "m2"}}},
}
ATTESTATIONS = """\
app/db.py
  s_00000000000001::t_0000000000000a 2-3,7
  h_00000000000002 4
"docs/my notes.md"
  0123456789abcdef 1
"""


def make_note(attestations: str = ATTESTATIONS, **changed: object) -> bytes:
    return f"{attestations}---\n{json.dumps(METADATA | changed)}".encode()


def read(note: bytes) -> dict[str, tuple[Claim, ...]]:
    record = parse_note(note)
    assert record is not None
    return {file.path: file.claims for file in record.files}


def test_sessions_prompts_people_and_quoted_paths() -> None:
    assert read(make_note()) == {
        "app/db.py": (Claim(2, 3, True, "claude", 2), Claim(7, 7, True, "claude", 2), Claim(4, 4, False, "", 3)),
        "docs/my notes.md": (Claim(1, 1, True, "cursor", 5),),
    }


def test_a_note_without_attestations_claims_nothing() -> None:
    record = parse_note(make_note("", prompts={}))
    assert record is not None
    assert (record.files, record.claims_ai) == ((), False)


def test_text_without_a_separator_is_no_such_note() -> None:
    assert parse_note(b"reviewed by Ada\n----\n") is None


@pytest.mark.parametrize("key", ["s_x::t_y", "ai_agent", "8d0b4a1c-6b6e-4a51-9c6e-0a6e6b1c2d3e", "0123456"])
def test_an_unknown_key_is_an_unknown_tool(key: str) -> None:
    assert read(make_note(f"a.py\n  {key} 1\n")) == {"a.py": (Claim(1, 1, True, "", 2),)}


@pytest.mark.parametrize("key", ["human", "h_00000000000002", "h_1"])
def test_a_key_of_a_person(key: str) -> None:
    assert read(make_note(f"a.py\n  {key} 1\n")) == {"a.py": (Claim(1, 1, False, "", 2),)}


def test_line_ends_of_windows_and_bytes_that_are_no_text() -> None:
    note = make_note().replace(b"\n", b"\r\n").replace(b"app/db.py", b"app/\xff.py")
    assert list(read(note)) == ["app/\udcff.py", "docs/my notes.md"]


@pytest.mark.parametrize(
    "attestations",
    [
        "  s_1 1\n",
        "a.py\n  s_1 5-3\n",
        "a.py\n  s_1 0\n",
        "a.py\n  s_1 a-b\n",
        "a.py\n  s_1 1, 2\n",
        "a.py\n  s_1  1\n",
        "a.py\n  s_1\n",
        "a.py\n  s_1 1,\n",
        "a.py\n s_1 1\n",
        "a.py\n   s_1 1\n",
        "a.py\n  s_1 " + "9" * 5000 + "\n",
        '""\n  s_1 1\n',
    ],
)
def test_a_malformed_attestation_rejects_the_note(attestations: str) -> None:
    with pytest.raises(RecordError, match="line"):
        parse_note(make_note(attestations))


@pytest.mark.parametrize(
    "metadata", [b"", b"{", b"[]", b'"x"', b'{"prompts": {}}', b"[" * 200_000, b'{"schema_version": 3}', b'{"\xff": 1}']
)
def test_bad_metadata_rejects_the_note(metadata: bytes) -> None:
    with pytest.raises(RecordError, match="JSON"):
        parse_note(b"a.py\n  s_1 1\n---\n" + metadata)


@pytest.mark.parametrize("version", ["authorship/4.0.0", "authorship/30.0.0", "other/3.0.0", ""])
def test_an_unknown_version_is_rejected_by_name(version: str) -> None:
    with pytest.raises(RecordError, match="unknown version"):
        parse_note(make_note(schema_version=version))


def test_a_later_minor_version_is_read() -> None:
    assert read(make_note(schema_version="authorship/3.7.1"))


pieces = st.one_of(
    st.sampled_from(["a.py\n", '"b c"\n', "  s_1 1-2,4\n", "  h_1 3\n", " ", "-", ",", "\r", "---\n", json.dumps(METADATA), "{", "\0"]),
    st.text(max_size=20),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(pieces, max_size=20).map("".join), st.booleans())
def test_any_text_is_read_or_rejected(text: str, ended: bool) -> None:
    note = text.encode("utf-8", "surrogatepass") + (b"\n---\n" + json.dumps(METADATA).encode() if ended else b"")
    try:
        record = parse_note(note)
    except RecordError:
        return
    for file in record.files if record else ():
        assert file.path
        assert all(0 < claim.first <= claim.last for claim in file.claims)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_rejected(data: bytes) -> None:
    try:
        parse_note(data)
    except RecordError:
        return

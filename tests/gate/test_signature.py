"""SSH signatures: made and checked by ssh-keygen, and hostile bytes that only look like one."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.errors import UsageError
from aicheck.gate.approval_tag import read_approval, write_payload
from aicheck.gate.signature import BEGIN, END, SignatureError, check_signature, sign, signing_key, split_signed
from aicheck.policy.roster import normal_identity
from tests.gate.company import fingerprint

HEAD = "a" * 40
PAYLOAD = write_payload(HEAD, "refs/heads/main", "Se <se@acme.example> 1790000000 +0000")


def test_a_signature_names_its_key_and_holds_for_its_payload_only(keys: Mapping[str, Path]) -> None:
    signature = sign(PAYLOAD, keys["se"])
    key = signing_key(signature)
    assert key.fingerprint == fingerprint(keys["se"])
    check_signature(PAYLOAD, signature, key)
    with pytest.raises(SignatureError, match="does not hold"):
        check_signature(PAYLOAD + b" ", signature, key)
    with pytest.raises(SignatureError, match="does not hold"):
        check_signature(PAYLOAD, signature, signing_key(sign(PAYLOAD, keys["jo"])))


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_other_kinds_of_keys_sign_too(tmp_path: Path, kind: str) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(tmp_path / "key")], check=True)
    approval = read_approval(PAYLOAD + sign(PAYLOAD, tmp_path / "key"))
    assert (approval.head, approval.branch, approval.at) == (HEAD, "refs/heads/main", 1_790_000_000)
    assert approval.fingerprint == normal_identity((tmp_path / "key.pub").read_text())


def test_a_signature_for_another_purpose_does_not_hold(tmp_path: Path, keys: Mapping[str, Path]) -> None:
    (tmp_path / "payload").write_bytes(PAYLOAD)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", str(keys["se"]), str(tmp_path / "payload")], check=True)
    with pytest.raises(SignatureError, match="does not hold"):
        read_approval(PAYLOAD + (tmp_path / "payload.sig").read_bytes())


@pytest.mark.parametrize(
    "payload",
    [
        PAYLOAD.replace(b"tag aicheck/approve/" + HEAD.encode(), b"tag v1"),
        PAYLOAD.replace(b"aicheck/approve/" + HEAD.encode(), b"aicheck/approve/" + b"b" * 40),
        PAYLOAD.replace(b"type commit", b"type tree"),
        PAYLOAD + b"and more\n",
        PAYLOAD.replace(b"approved for refs/heads/main", b"LGTM"),
        PAYLOAD.replace(b"tagger", b"object " + b"b" * 40 + b"\ntagger"),
    ],
)
def test_something_else_that_is_signed_is_no_approval(keys: Mapping[str, Path], payload: bytes) -> None:
    with pytest.raises(SignatureError, match="is not an approval"):
        read_approval(payload + sign(payload, keys["se"]))


def test_a_second_signature_is_refused(keys: Mapping[str, Path]) -> None:
    signature = sign(PAYLOAD, keys["se"])
    with pytest.raises(SignatureError, match="is not signed"):
        read_approval(PAYLOAD + signature + signature)


def test_what_cannot_sign_says_so(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key\n")
    with pytest.raises(UsageError, match="cannot sign"):
        sign(PAYLOAD, tmp_path / "key")


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_do_harm(data: bytes, armoured: bool) -> None:
    with pytest.raises(SignatureError):
        payload, signature = split_signed(BEGIN + b"\n" + data + b"\n" + END if armoured else data)
        signing_key(signature)
        raise SignatureError(payload)


def test_a_public_key_stands_for_its_fingerprint(keys: Mapping[str, Path]) -> None:
    text = Path(f"{keys['se']}.pub").read_text()
    assert normal_identity(text) == normal_identity(f"  {text.rsplit(' ', 1)[0]} ") == fingerprint(keys["se"])
    assert normal_identity("ssh-ed25519 AAAA") == "ssh-ed25519 aaaa"

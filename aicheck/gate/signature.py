"""SSH signatures: which key made one, whether it holds, and making one. ssh-keygen does the cryptography.

The format is that of PROTOCOL.sshsig in OpenSSH; `git` is the namespace in which git signs, so `git verify-tag` agrees.
"""

import base64
import binascii
import struct
import tempfile
from pathlib import Path

import msgspec

from aicheck.errors import UsageError
from aicheck.gate.programs import run_ssh_keygen
from aicheck.policy.roster import fingerprint_of
from aicheck.regex import regex

NAMESPACE = "git"
BEGIN = b"-----BEGIN SSH SIGNATURE-----"
END = b"-----END SSH SIGNATURE-----"
SIGNATURE_LIMIT = 16 * 1024
"""Bytes. Signatures of the largest keys have a tenth of it."""
_MAGIC = b"SSHSIG"
_BODY = regex(rb"[A-Za-z0-9+/=\s]+")
_KEY_TYPE = regex(rb"[a-z0-9@.-]{1,64}")


class SignatureError(ValueError):
    """Not a signature, or one that does not hold; the message completes `it ...`."""


class Key(msgspec.Struct, frozen=True):
    """A public key."""

    kind: str
    """As OpenSSH names it: `ssh-ed25519`."""
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """`SHA256:...`, as ssh-keygen prints it."""
        return fingerprint_of(self.blob)


def split_signed(data: bytes) -> tuple[bytes, bytes]:
    """What was signed, and the armoured signature that ends it. Raises SignatureError."""
    at = data.find(BEGIN)
    if at < 0 or (at > 0 and data[at - 1 : at] != b"\n") or data.count(BEGIN) > 1:
        raise SignatureError("is not signed with an SSH key")
    return data[:at], data[at:]


def signing_key(signature: bytes) -> Key:
    """The key that an armoured signature says it was made with. Raises SignatureError."""
    text = signature.strip()
    body = text.removeprefix(BEGIN).removesuffix(END)
    if len(text) > SIGNATURE_LIMIT or len(body) != len(text) - len(BEGIN) - len(END) or not _BODY.fullmatch(body):
        raise SignatureError("has a signature that cannot be read")
    try:
        raw = base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        raise SignatureError("has a signature that cannot be read") from None
    if not raw.startswith(_MAGIC):
        raise SignatureError("has a signature that cannot be read")
    blob = _string(raw, len(_MAGIC) + 4)
    kind = _string(blob, 0)
    if not _KEY_TYPE.fullmatch(kind):
        raise SignatureError("has a signature that cannot be read")
    return Key(kind.decode("ascii"), blob)


def _string(data: bytes, at: int) -> bytes:
    """The string of the SSH wire format (RFC 4251, section 5) that begins at a byte."""
    if len(data) < at + 4:
        raise SignatureError("has a signature that cannot be read")
    (length,) = struct.unpack_from(">I", data, at)
    found = data[at + 4 : at + 4 + length]
    if len(found) != length:
        raise SignatureError("has a signature that cannot be read")
    return found


def check_signature(payload: bytes, signature: bytes, key: Key) -> None:
    """Raises SignatureError unless this key made the signature over exactly this payload."""
    public = base64.b64encode(key.blob).decode("ascii")
    with tempfile.TemporaryDirectory(prefix="aicheck-") as made:
        folder = Path(made)
        (folder / "allowed_signers").write_text(f'signer namespaces="{NAMESPACE}" {key.kind} {public}\n', encoding="ascii")
        (folder / "signature").write_bytes(signature)
        holds, _ = run_ssh_keygen(
            folder, ("-Y", "verify", "-f", "allowed_signers", "-I", "signer", "-n", NAMESPACE, "-s", "signature"), payload
        )
    if not holds:
        raise SignatureError("has a signature that does not hold")


def sign(payload: bytes, key: Path) -> bytes:
    """An armoured signature. `key` is a private key, or a public one whose private half an SSH agent holds. Raises UsageError."""
    with tempfile.TemporaryDirectory(prefix="aicheck-") as made:
        folder = Path(made)
        (folder / "payload").write_bytes(payload)
        is_made, complaint = run_ssh_keygen(folder, ("-Y", "sign", "-n", NAMESPACE, "-f", str(key), "payload"))
        if not is_made:
            raise UsageError(f"{key} cannot sign: {complaint}; name an SSH key with --key, or set user.signingKey in git")
        return (folder / "payload.sig").read_bytes()

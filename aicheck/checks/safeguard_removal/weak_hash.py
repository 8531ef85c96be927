"""A hash that can be forged."""

from aicheck.authoring import RuffCode, bad, good


class WeakHash(RuffCode):
    """Adopts ruff's S324."""

    id = "safeguard-removal/weak-hash"
    codes = ("S324",)
    title = "A hash function is used that can be forged"
    why = "Two files with the same MD5 or SHA-1 can be made on a laptop, and passwords hashed with them are guessed by the billion."
    instead = "Use `hashlib.sha256`, or for passwords `hashlib.scrypt`; pass `usedforsecurity=False` where it is only a checksum."
    severity = "low"
    confidence = "medium"
    security = True
    cwe = (327, 328)
    references = ("https://docs.astral.sh/ruff/rules/hashlib-insecure-hash-function/",)
    examples = (
        bad("import hashlib\n\n\ndef sign(body, key):\n    return hashlib.md5(key + body).hexdigest()\n", "a signature"),
        bad("import hashlib\n\n\ndef store(password):\n    return hashlib.new('sha1', password).hexdigest()\n", "a password"),
        good("import hashlib\n\n\ndef sign(body, key):\n    return hashlib.sha256(key + body).hexdigest()\n", "one that holds"),
        good("import hashlib\n\n\ndef etag(body):\n    return hashlib.md5(body, usedforsecurity=False).hexdigest()\n", "a checksum"),
    )

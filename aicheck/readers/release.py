"""Versions, and what carries one (images, actions, modules): whether it is one release or moves by itself."""

import re

import msgspec

from aicheck.regex import regex

FLOATING = frozenset(
    {
        *("*", "x", "any", "canary", "current", "dev", "develop", "edge", "head", "latest", "lts", "main", "master", "newest", "next"),
        *("nightly", "rolling", "stable", "trunk", "unstable"),
    }
)
"""Names whose release moves."""
PICTURES = (".gif", ".ico", ".iso", ".jpeg", ".jpg", ".png", ".svg", ".webp")
_RELEASE = regex(r"v?(\d{1,9}(?:\.\d{1,9}){0,3})(?:[-+._]?((?:(?<=[-+._])|rc|alpha|beta|a|b|dev|post|p(?=\d))[0-9A-Za-z.+\-_]{0,99}))?")
_RANGE = regex(r"\s*(?:[~^<>=!]=?|~>|===)\s*v?(\d{1,9}(?:\.(?:\d{1,9}|[x*]))*)")
_COMMIT = regex(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REFERENCE = regex(r"[?&]ref=([^&]+)")


class Version(msgspec.Struct, frozen=True):
    """One version or range of versions."""

    release: tuple[int, ...]
    """Major, minor, patch as far as written, of a range its first bound; empty for a name. Compare with `<`."""
    is_pinned: bool
    """Whether it names exactly one release: three numbers, a commit, a digest."""
    is_floating: bool
    """Whether it moves by itself: a range, a wildcard, a branch, `latest`. `v4` and `1.2` are neither."""


class Image(msgspec.Struct, frozen=True):
    """A container image, an action or a module with its version."""

    repository: str
    """With the registry, without tag and digest."""
    tag: str
    """Empty when there is none."""
    digest: str
    version: Version
    """Of the digest, else of the tag; without either it floats."""


def read_version(text: str) -> Version | None:
    """What a text means where a version is expected; None when it is none."""
    text = text.strip()
    if text.lower() in FLOATING:
        return Version((), is_pinned=False, is_floating=True)
    if _COMMIT.fullmatch(text):
        return Version((), is_pinned=True, is_floating=False)
    found = _RELEASE.fullmatch(text)
    if found:
        numbers = _numbers(found[1])
        is_open = found[2] is not None and found[2].lower() in {"x", "x.x"}
        return Version(numbers, is_pinned=len(numbers) >= 3 and not is_open, is_floating=is_open)
    bound = _RANGE.match(text) or re.match(r"v?(\d{1,9}(?:\.\d{1,9})*)(?:\.[x*]|\s*(?:\|\||,| - ))", text)
    if bound is None:
        return None
    numbers = _numbers(bound[1])
    is_exact = text.startswith("=") and len(numbers) >= 2 and not re.search(r"[,|*x]", text)
    return Version(numbers, is_pinned=is_exact, is_floating=not is_exact)


def read_image(text: str) -> Image | None:
    """`registry/name:tag@digest`, `owner/action@ref` or `source?ref=tag`; None for a path and other texts."""
    text = text.strip()
    if not text or text.startswith((".", "/")) or text.endswith(PICTURES) or re.search(r"\s", re.sub(r"\{\{.*?\}\}", "", text)):
        return None
    reference = _REFERENCE.search(text)
    if reference:
        return Image(text[: reference.start()], reference[1], "", _version_of(reference[1].rpartition("/")[2]))
    name, _, behind = text.partition("@")
    is_digest = behind.startswith("sha256:")
    repository, colon, tag = name.rpartition(":")
    if not colon or "/" in tag or "}" in tag:
        repository, tag = name, ""
    if behind and not is_digest:
        return Image(name, behind, "", _version_of(behind))
    version = Version(_version_of(tag).release, is_pinned=True, is_floating=False) if is_digest else _version_of(tag or "latest")
    return Image(repository, tag, behind, version)


def _version_of(tag: str) -> Version:
    """Of a tag; one that says nothing of a version (`alpine`) is neither pinned nor floating."""
    return read_version(tag) or Version((), is_pinned=False, is_floating=False)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isascii() and part.isdigit())

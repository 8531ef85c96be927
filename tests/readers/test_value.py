from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.readers.permission import read_mode
from aicheck.readers.release import read_version
from aicheck.readers.value import Value, ValueKind, read_value


@pytest.mark.parametrize(
    ("text", "key", "kind", "amount"),
    [
        ("30s", "", "duration", 30),
        ("30000ms", "", "duration", 30),
        ("PT30S", "", "duration", 30),
        ("5 minutes", "", "duration", 300),
        ("5M", "ttl", "duration", 300),
        ("512Mi", "memory", "size", 512 << 20),
        ("512m", "mem_limit", "size", 512 * 10**6),
        ("512M", "Xmx", "size", 512 * 10**6),
        ("500m", "cpu", "number", Fraction(1, 2)),
        ("0.5", "cpu", "number", Fraction(1, 2)),
        ("1_000", "", "number", 1000),
        ("1e3", "", "number", 1000),
        ("3", "replicas", "count", 3),
        ("25%", "maxSurge", "percent", 25),
        ("*/5 * * * *", "schedule", "cron", 288),
        ("0 3 * * 1-5", "", "cron", Fraction(5, 7)),
        ("@daily", "", "cron", 1),
        ("rate(5 minutes)", "", "cron", 288),
        ("cron(0 12 * * ? *)", "", "cron", 1),
        ("@every 1h30m", "", "cron", 16),
    ],
)
def test_amounts(text: str, key: str, kind: ValueKind, amount: int | Fraction) -> None:
    found = read_value(text, key)
    assert (found.kind, found.amount) == (kind, amount)


def test_values_that_mean_the_same_are_equal() -> None:
    assert read_value("30s", "timeout") == read_value("30000ms", "timeout") == read_value("30000", "timeout_ms", "number")
    assert read_value("yes", "on", "boolean") == read_value("true", "on") == read_value("Enabled", "on")


@pytest.mark.parametrize(
    ("text", "key", "release", "pinned", "floating"),
    [
        ("1.2.3", "", (1, 2, 3), True, False),
        ("v1.2", "", (1, 2), False, False),
        ("v4", "ref", (4,), False, False),
        ("16", "version", (16,), False, False),
        ("1.2.3-rc.1", "", (1, 2, 3), True, False),
        ("== 1.2.3", "version", (1, 2, 3), True, False),
        ("~> 1.2", "", (1, 2), False, True),
        (">= 1.0, < 2", "version", (1, 0), False, True),
        ("^1.2.3", "", (1, 2, 3), False, True),
        ("1.x", "version", (1,), False, True),
        ("1.2.*", "version", (1, 2), False, True),
        ("latest", "", (), False, True),
        ("*", "version", (), False, True),
        ("main", "branch", (), False, True),
        ("a" * 40, "ref", (), True, False),
    ],
)
def test_versions(text: str, key: str, release: tuple[int, ...], pinned: bool, floating: bool) -> None:
    found = read_value(text, key)
    assert found.kind == "version"
    assert found.version is not None
    assert (found.version.release, found.version.is_pinned, found.version.is_floating) == (release, pinned, floating)


def test_versions_have_an_order() -> None:
    releases = [version.release for text in ("1.9.0", "1.10.0", "2.0.0-rc1") if (version := read_version(text))]
    assert releases == sorted(releases)
    assert len(releases) == 3


@pytest.mark.parametrize(
    ("text", "key", "repository", "tag", "pinned", "floating"),
    [
        ("redis:7.2.1", "image", "redis", "7.2.1", True, False),
        ("redis", "image", "redis", "", False, True),
        ("redis:alpine", "image", "redis", "alpine", False, False),
        ("host:5000/a/b:latest", "", "host:5000/a/b", "latest", False, True),
        ("ghcr.io/a/b:1@sha256:" + "0" * 64, "", "ghcr.io/a/b", "1", True, False),
        ("{{ .Values.image }}:latest", "image", "{{ .Values.image }}", "latest", False, True),
        ("actions/checkout@v4", "uses", "actions/checkout", "v4", False, False),
        ("actions/checkout@main", "uses", "actions/checkout", "main", False, True),
        ("git::https://h/x.git?ref=tags/0.3.0", "source", "git::https://h/x.git", "tags/0.3.0", True, False),
    ],
)
def test_images(text: str, key: str, repository: str, tag: str, pinned: bool, floating: bool) -> None:
    found = read_value(text, key)
    assert found.kind == "image"
    assert found.image is not None
    assert (found.image.repository, found.image.tag) == (repository, tag)
    assert (found.image.version.is_pinned, found.image.version.is_floating) == (pinned, floating)


@pytest.mark.parametrize(
    ("text", "key", "host", "port", "marks"),
    [
        ("0.0.0.0/0", "", "0.0.0.0/0", None, "wildcard"),
        ("::/0", "", "::/0", None, "wildcard"),
        ("*", "hosts", "*", None, "wildcard"),
        (":8080", "listen", "*", 8080, "wildcard"),
        ("0.0.0.0:80", "bind", "0.0.0.0", 80, "wildcard"),
        ("10.1.2.3/8", "", "10.0.0.0/8", None, "private"),
        ("127.0.0.1:5432", "addr", "127.0.0.1", 5432, "local"),
        ("localhost", "server", "localhost", None, "local"),
        ("unix:/run/x.sock", "listen", "unix:/run/x.sock", None, "local"),
        ("https://u:p@API.example.org:8443/x?y", "", "api.example.org", 8443, ""),
        ("db.internal", "DATABASE_HOST", "db.internal", None, ""),
        ("[2001:db8::1]:53", "nameserver", "2001:db8::1", 53, "private"),
    ],
)
def test_addresses(text: str, key: str, host: str, port: int | None, marks: str) -> None:
    found = read_value(text, key)
    assert found.kind == "address"
    address = found.address
    assert address is not None
    assert (address.host, address.port) == (host, port)
    flags = {"wildcard": address.is_wildcard, "local": address.is_local, "private": address.is_private}
    assert {name for name, value in flags.items() if value} == ({marks} if marks else set())


@pytest.mark.parametrize(
    ("text", "key", "grants", "rank", "is_open"),
    [
        ("0644", "", ("0644",), 2, False),
        ("777", "mode", ("0777",), 2, True),
        ("0o400", "chmod", ("0400",), 1, False),
        ("s3:GetObject", "", ("s3:GetObject",), 1, False),
        ("s3:*", "Action", ("s3:*",), 3, True),
        ("*", "actions", ("*",), 3, True),
        ("read|write", "permissions", ("read", "write"), 2, False),
        ("write-all", "permissions", ("write-all",), 3, False),
        ("none", "access", ("none",), 0, False),
    ],
)
def test_permissions(text: str, key: str, grants: tuple[str, ...], rank: int, is_open: bool) -> None:
    found = read_value(text, key)
    assert found.kind == "permission"
    assert found.permission is not None
    assert (found.permission.grants, found.permission.rank, found.permission.is_open) == (grants, rank, is_open)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("hello world", "x"),
        ("1 2 3 4 5", "ports"),
        ("a b c d e", "schedule"),
        ("path/to/file", "x"),
        ("./action", "uses"),
        ("logo.png", "image"),
        ("main", "source"),
        ("", "timeout"),
        ("1e999999999", "count"),
        ("x" * 3_000, "host"),
        ("note: see below", "x"),
    ],
)
def test_all_else_is_a_word(text: str, key: str) -> None:
    assert read_value(text, key) == Value("word", text)


def test_expressions_and_containers_are_words() -> None:
    assert read_value("var.timeout", "timeout", "expression").kind == "word"
    assert read_value("", "hosts", "list").kind == "word"


def test_a_mode_is_octal() -> None:
    assert read_mode("0888") is None


KEYS = st.sampled_from(["", "timeout", "version", "image", "host", "mode", "permissions", "schedule", "cpu", "source"])


@given(st.one_of(st.text(max_size=40), st.text("0123456789.:/*-@~^=<>, vxms", max_size=40)), KEYS)
def test_any_text_is_a_value(text: str, key: str) -> None:
    found = read_value(text, key)
    assert found == read_value(text, key)
    assert found.amount is None or found.amount + 0 == found.amount

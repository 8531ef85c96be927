import pytest

from aicheck.readers.language import is_generated, language_of


@pytest.mark.parametrize(
    ("path", "head", "language"),
    [
        ("a/HOSTILE.PY", b"", "python"),
        ("gui.pyw", b"", "python"),
        ("bin/tool", b"#!/usr/bin/env -S python3.12 -u\n", "python"),
        ("bin/tool", b"#! /bin/bash -e\n", "shell"),
        ("bin/tool", b"no shebang", ""),
        ("web/App.tsx", b"", "typescript"),
        ("x.mjs", b"", "javascript"),
        ("infra/prod.tfvars", b"", "terraform"),
        ("Dockerfile.release", b"", "dockerfile"),
        ("Makefile", b"", "makefile"),
        (".eslintrc", b"", "json"),
        ("tsconfig.jsonc", b"", "json"),
        ("package-lock.json", b"", "lockfile"),
        (".terraform.lock.hcl", b"", "lockfile"),
        ("poetry.lock", b"", "lockfile"),
        ("deploy.YML", b"", "yaml"),
        ("README", b"", "text"),
        ("photo.raw", b"#!/bin/sh", ""),
        (".hidden", b"#!/bin/sh\n", "shell"),
    ],
)
def test_names_come_before_suffixes_and_suffixes_before_the_first_line(path: str, head: bytes, language: str) -> None:
    assert language_of(path, head) == language


def test_generated_files_are_known_by_name() -> None:
    assert is_generated("web/pnpm-lock.yaml")
    assert is_generated("data/icons.min.json")
    assert not is_generated("config/clock.yaml")

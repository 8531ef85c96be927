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
        (".env", b"", "dotenv"),
        (".env.production", b"", "dotenv"),
        ("deploy/web.env", b"", "dotenv"),
        (".env.ts", b"", "typescript"),
        (".envrc", b"", "shell"),
        (".npmrc", b"", "ini"),
        ("my.cnf", b"", "ini"),
        ("app.yaml.j2", b"", "yaml"),
        ("app.yml.erb", b"", "yaml"),
        ("app.json.tpl", b"", "yaml"),
        ("nginx.conf.j2", b"", "ini"),
        ("prod.env.j2", b"", "dotenv"),
        ("web.service.j2", b"", "systemd"),
        ("run.sh.j2", b"", ""),
        ("a.j2.j2", b"", ""),
        ("example.org.zone", b"", "dnszone"),
        ("zones/10.in-addr.arpa", b"$ORIGIN x.\n", "dnszone"),
        ("templates/wmnet", b"; note\n@ 1H IN SOA a. b. 1 2 3 4 5\n", "dnszone"),
        ("notes.org", b"some text\n", ""),
    ],
)
def test_names_come_before_suffixes_and_suffixes_before_the_first_line(path: str, head: bytes, language: str) -> None:
    assert language_of(path, head) == language


def test_generated_files_are_known_by_name() -> None:
    assert is_generated("web/pnpm-lock.yaml")
    assert is_generated("data/icons.min.json")
    assert not is_generated("config/clock.yaml")

"""Ruff for adopted codes and syntax errors."""

from pathlib import Path

import pytest

from aicheck.authoring import RuffCode
from aicheck.catalogue import load_catalogue
from aicheck.checks.access_broadening.world_writable import WorldWritable
from aicheck.checks.safeguard_removal.test_accepts_any_error import TestAcceptsAnyError
from aicheck.checks.safeguard_removal.tls_verification_off import TlsVerificationOff
from aicheck.checks.swallowed_errors.bare_except import BareExcept
from aicheck.model.location import Span
from aicheck.plugins import collect_checks
from aicheck.runners import ruff
from aicheck.runners.ruff import run_ruff
from aicheck.runners.staging import Source

CODES: dict[str, type[RuffCode]] = {"S501": TlsVerificationOff, "E722": BareExcept}


def source(text: str, path: str = "app.py") -> Source:
    return Source(path, "after", "python", text.encode())


def test_columns_are_code_points() -> None:
    matches, failures = run_ruff([source('x = "é😀"; import requests; requests.get("u", verify=False)\n')], CODES)
    assert [(match.rule, match.location.span) for match in matches] == [("safeguard-removal/tls-verification-off", Span(1, 46, 1, 58))]
    assert not failures


def test_a_suppression_comment_of_ruff_does_not_count() -> None:
    matches, _ = run_ruff([source("# ruff: noqa\ntry:\n    pass\nexcept:  # noqa\n    pass\n")], CODES)
    assert [match.rule for match in matches] == ["swallowed-errors/bare-except"]


def test_a_syntax_error_is_a_failure_of_its_file_alone() -> None:
    matches, failures = run_ruff([source("x = (\n", "broken.py"), source("try:\n    pass\nexcept:\n    pass\n")], CODES)
    assert [(failure.path, failure.reason) for failure in failures] == [("broken.py", "syntax error at line 2")]
    assert [match.location.path for match in matches] == ["app.py"]


def test_newest_syntax_is_read() -> None:
    assert run_ruff([source('name = "x"\ngreeting = t"hello {name}"\n')], CODES) == ((), ())


def test_a_file_that_kills_ruff_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for ruff that dies whenever one certain file is among its arguments."""
    real = ruff.find_ruff()
    program = tmp_path / "ruff"
    hostile = 'for f in "$@"; do if [ -f "$f" ] && grep -q "kills ruff" "$f"; then kill -ABRT $$; fi; done'
    script = ["#!/bin/sh", hostile, f'exec {real} "$@"', ""]
    program.write_text("\n".join(script))
    program.chmod(0o755)
    monkeypatch.setattr(ruff, "find_ruff", lambda: str(program))
    bare = "try:\n    pass\nexcept:\n    pass\n"
    sources = [source(bare, f"f{number}.py") for number in range(5)] + [source("# kills ruff\n", "hostile.py")]
    matches, failures = run_ruff(sources, CODES)
    assert sorted(match.location.path for match in matches) == [f"f{number}.py" for number in range(5)]
    assert [(failure.path, failure.reason) for failure in failures] == [("hostile.py", "nested too deeply or too large for ruff")]


@pytest.mark.parametrize("output", ["echo garbage", "echo '{}'", "exit 7", "true", "kill -SEGV $$"])
def test_an_engine_that_answers_nonsense_fails_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    program = tmp_path / "ruff"
    program.write_text(f"#!/bin/sh\n{output}\n")
    program.chmod(0o755)
    monkeypatch.setattr(ruff, "find_ruff", lambda: str(program))
    matches, failures = run_ruff([source("a = 1\n", "a.py"), source("b = 1\n", "b.py")], CODES)
    assert not matches
    assert {failure.path for failure in failures} == {"a.py", "b.py"}


def test_a_missing_engine_is_a_failure_not_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruff, "find_ruff", lambda: None)
    assert run_ruff([source("a = 1\n")], CODES)[1][0].reason == "ruff is not installed"


def test_codes_that_mean_one_thing_make_one_match_a_line() -> None:
    codes = dict.fromkeys(TestAcceptsAnyError.codes, TestAcceptsAnyError)
    text = "import pytest\n\nwith pytest.raises(Exception):\n    f()\nwith pytest.raises(OSError):\n    g()\n"
    matches, _ = run_ruff([source(text)], codes)
    assert [match.location.span.line for match in matches] == [3, 5]


def test_a_rule_can_refuse_what_ruff_reports() -> None:
    matches, failures = run_ruff([source("import os\n\nos.chmod('a', 0o755)\nos.chmod('b', 0o757)\n")], {"S103": WorldWritable})
    assert [match.location.span.line for match in matches] == [4]
    assert not failures


def test_every_adopted_code_belongs_to_one_rule_and_is_known_to_ruff() -> None:
    adopted = [code for check in collect_checks() if issubclass(check, RuffCode) for code in check.codes]
    assert len(adopted) == len(set(adopted))
    assert run_ruff([source("a = 1\n")], load_catalogue().ruff_codes()) == ((), ())

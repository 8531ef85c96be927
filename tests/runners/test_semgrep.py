"""Semgrep rules through semgrep-core, and through the command when that program does not answer as expected."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from aicheck.model.location import Span
from aicheck.rule_files import SemgrepRule
from aicheck.runners import semgrep
from aicheck.runners.semgrep import normalise, run_semgrep
from aicheck.runners.staging import Source

RULE = SemgrepRule(
    rule="broad-deletion/unproven-path",
    languages=("javascript",),
    needles=(("rmSync",),),
    definition={"id": "x", "languages": ["javascript"], "severity": "ERROR", "message": "found", "pattern": "fs.rmSync($X, ...)"},
    source="test",
)


def source(text: str, path: str = "app.js") -> Source:
    return Source(path, "after", "javascript", text.encode())


def test_byte_columns_become_code_points() -> None:
    matches, failures = run_semgrep([source('const a = "é😀"; fs.rmSync(x, {recursive: true});\n')], [RULE])
    assert [match.location.span for match in matches] == [Span(1, 17, 1, 48)]
    assert not failures


def test_nosemgrep_in_the_change_does_not_count() -> None:
    matches, _ = run_semgrep([source("fs.rmSync(x); // nosemgrep\n")], [RULE])
    assert len(matches) == 1


def test_a_broken_file_is_a_failure_and_the_others_are_read() -> None:
    matches, failures = run_semgrep([source("fs.rmSync(x\n", "broken.js"), source("fs.rmSync(y);\n")], [RULE])
    assert [match.location.path for match in matches] == ["app.js"]
    assert [(failure.path, failure.engine) for failure in failures] == [("broken.js", "semgrep")]


def test_the_command_answers_when_the_core_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'const a = "é😀"; fs.rmSync(x, {recursive: true});\n'
    by_core = run_semgrep([source(text)], [RULE])
    program = tmp_path / "semgrep-core"
    program.write_text('#!/bin/sh\necho \'{"results": [], "errors": [], "paths": {"scanned": []}}\'\n')
    program.chmod(0o755)
    monkeypatch.setattr(semgrep, "find_core", lambda: str(program))
    assert run_semgrep([source(text)], [RULE]) == by_core
    assert len(by_core[0]) == 1


def test_no_engine_is_a_failure_of_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semgrep, "find_core", lambda: None)
    monkeypatch.setattr(semgrep, "find_command", lambda: None)
    matches, failures = run_semgrep([source("fs.rmSync(x);\n")], [RULE])
    assert not matches
    assert [failure.reason for failure in failures] == ["semgrep did not answer as expected"]


def test_nothing_is_started_without_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semgrep, "find_core", lambda: pytest.fail("asked for the program"))
    assert run_semgrep([source("fs.rmSync(x);\n")], []) == ((), ())


def test_renaming_a_local_keeps_the_text() -> None:
    assert normalise("fs.rmSync( target, opts )") == normalise("fs.rmSync(folder, options)")
    assert normalise("fs.rmSync(target)") != normalise("fs.rmdirSync(target)")
    assert normalise("run(a, b, a)") != normalise("run(a, b, b)")


def test_other_quotes_keep_the_text() -> None:
    assert normalise("fs.rmSync('a')") == normalise('fs.rmSync("a")')
    assert normalise("fs.rmSync('\"')") != normalise('fs.rmSync("")')


@pytest.mark.parametrize("change", [{"pattern": "fs.rmSync(((("}, {"min-version": "99.0.0"}])
@pytest.mark.parametrize("by_command", [False, True])
def test_a_rule_that_semgrep_cannot_use_is_a_failure(change: dict[str, str], by_command: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if by_command:
        monkeypatch.setattr(semgrep, "find_core", lambda: None)
    broken = replace(RULE, rule="mine/broken", definition={**RULE.definition, **change}, source="mine/broken.yaml")
    matches, failures = run_semgrep([source("fs.rmSync(x);\n")], [RULE, broken])
    assert [match.rule for match in matches] == [RULE.rule]
    assert [(failure.path, failure.rule) for failure in failures] == [("", "mine/broken")]
    assert failures[0].reason.endswith("in rule file mine/broken.yaml")

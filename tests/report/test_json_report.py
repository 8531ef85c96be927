import json
from typing import Any
from urllib.parse import unquote_to_bytes

from msgspec.structs import replace

from aicheck.model.finding import Excerpt
from aicheck.report import json_report
from tests.report.sample import BYTES_NAME, CLEAN_DECISION, CLEAN_REPORT, DECISION, FINDINGS, NEWLINE_NAME, REPORT

TOP_KEYS = "schema version change trusted provenance findings failures coverage unused_suppressions decision"
FINDING_KEYS = (
    "rule family title why instead path side line end_line column end_column severity shifts confidence state message before provenance "
    "fingerprint suppression engine fix"
)


def _value() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(json_report.render(REPORT, DECISION))
    return value


def test_the_keys_of_schema_version_1() -> None:
    value = _value()
    assert " ".join(value) == TOP_KEYS
    assert value["schema"] == 1
    assert list(value["change"]) == ["base", "head", "files", "added", "removed", "partial", "notes"]
    assert list(value["trusted"]) == ["policy", "config", "roster", "rules_digest", "engines"]
    assert list(value["provenance"]) == ["state", "bot", "tools", "evidence"]
    assert list(value["provenance"]["evidence"][0]) == ["kind", "source", "strength", "text"]
    assert all(list(finding) == FINDING_KEYS.split() for finding in value["findings"])
    assert list(value["failures"][0]) == ["path", "side", "engine", "reason", "rule"]
    assert list(value["coverage"][0]) == ["path", "side", "outcome", "reason"]
    assert list(value["decision"]) == ["level", "verdict", "summary", "because", "needs", "notes", "approvals", "override", "observed"]
    assert list(value["decision"]["because"][0]) == ["escalation", "level", "why", "findings"]
    assert list(value["decision"]["needs"][0]) == ["level", "who", "met", "cheapest", "escalations", "missing", "candidates"]


def test_nothing_is_dropped() -> None:
    value = _value()
    assert [finding["fingerprint"] for finding in value["findings"]] == [finding.fingerprint for finding in FINDINGS]
    assert len(value["failures"]) == len(REPORT.failures)
    assert len(value["coverage"]) == len(REPORT.coverage)
    assert {entry["outcome"] for entry in value["coverage"]} == {"analyzed", "not-applicable", "unanalyzed"}


def test_a_differential_finding() -> None:
    finding = _value()["findings"][3]
    assert finding["before"] == {"path": "infra/db.tf", "line": 3, "text": "  deletion_protection = true"}
    assert (finding["line"], finding["column"], finding["end_line"], finding["end_column"]) == (3, 25, 3, 30)
    assert (finding["rule"], finding["family"]) == ("lost-safeguard/deletion-protection-removed", "lost-safeguard")
    assert finding["title"] == "Deletion protection removed"
    assert finding["why"].startswith("The next apply")
    assert finding["instead"].startswith("Keep the protection")


def test_states_and_suppressions() -> None:
    findings = _value()["findings"]
    assert [finding["state"] for finding in findings].count("absent") == 1
    assert findings[6]["suppression"] == {
        "path": "src/client.py", "line": 11, "rule": "injection/shell-true", "reason": "input is a constant", "added": False, "problem": "",
    }  # fmt: skip
    assert findings[7]["suppression"]["added"] is True
    assert findings[0]["suppression"] is None


def test_paths_survive() -> None:
    findings = _value()["findings"]
    assert findings[0]["path"] == "caf%E9/100%2525.py"
    assert unquote_to_bytes(findings[0]["path"]) == BYTES_NAME.encode("utf-8", "surrogateescape")
    assert findings[2]["path"] == NEWLINE_NAME


def test_the_change_is_counted() -> None:
    change = json.loads(json_report.render(CLEAN_REPORT, CLEAN_DECISION))["change"]
    assert (change["files"], change["added"], change["removed"], change["partial"]) == (1, 5, 0, False)


def test_quotations_are_short_and_hold_no_lone_surrogate() -> None:
    finding = replace(FINDINGS[3], before=Excerpt("a.py", 1, "\udcff" * 300))
    text = json.loads(json_report.render(replace(REPORT, findings=(finding,)), DECISION))["findings"][0]["before"]["text"]
    assert text.startswith("\\xff")
    assert len(text) == 200

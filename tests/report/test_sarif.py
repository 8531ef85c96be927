import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from aicheck.model.decision import Decision
from aicheck.report import sarif
from aicheck.report.line_hash import line_hashes
from aicheck.report.sarif import SarifOptions
from tests.report.conftest import SarifTools
from tests.report.sample import (
    BASE,
    CLEAN_DECISION,
    CLEAN_REPORT,
    CLIENT,
    DECISION,
    FINDINGS,
    HEAD,
    REPORT,
    RULES,
    SENIOR,
    SHELL,
    SWITCHED_OFF,
)

LOGS = {
    "full": sarif.render(REPORT, DECISION),
    "github": sarif.render(REPORT, DECISION, SarifOptions("github", repository_uri="https://example.org/shop")),
    "clean": sarif.render(CLEAN_REPORT, CLEAN_DECISION),
    "failed": sarif.failed_run("RuntimeError: \x1b[31mno", "0.1.0"),
}


def _run(log: str = LOGS["full"]) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(log)["runs"][0]
    return run


@pytest.mark.parametrize("name", LOGS)
def test_the_schema_has_no_objection(name: str, sarif_tools: SarifTools) -> None:
    assert sarif_tools.schema_errors(LOGS[name]) == []


def test_the_second_validator_has_no_objection(sarif_tools: SarifTools, tmp_path: Path) -> None:
    assert sarif_tools.complaints(LOGS, tmp_path) == []


def test_the_schema_refuses_a_canary(sarif_tools: SarifTools) -> None:
    assert sarif_tools.schema_errors(LOGS["full"].replace('"level": "warning"', '"level": "critical"'))


def test_the_second_validator_refuses_a_canary(sarif_tools: SarifTools, tmp_path: Path) -> None:
    log = json.loads(LOGS["full"])
    del log["runs"][0]["tool"]["driver"]["rules"][0]["help"]
    log["runs"][0]["results"][0]["ruleIndex"] = 99
    complaints = sarif_tools.complaints({"canary": json.dumps(log)}, tmp_path)
    assert any(" GH2012 " in complaint for complaint in complaints)
    assert any(" SARIF1009 " in complaint for complaint in complaints)


def test_every_rule_in_force_is_described() -> None:
    rules = _run()["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in RULES]
    assert all(0 < len(rule[key]["text"]) <= 1024 for rule in rules for key in ("shortDescription", "fullDescription"))
    assert all(rule["help"]["text"] and rule["help"]["markdown"] for rule in rules)
    assert rules[-1]["name"] == "RetryWithoutStop"
    assert rules[-1]["helpUri"].startswith("https://")


def test_only_security_rules_are_tagged_as_such() -> None:
    rules = {rule["id"]: rule for rule in _run()["tool"]["driver"]["rules"]}
    assert [identity for identity, rule in rules.items() if "security" in rule["properties"]["tags"]] == [SHELL.id]
    assert [identity for identity, rule in rules.items() if "security-severity" in rule["properties"]] == [SHELL.id]
    assert re.fullmatch(r"\d\.\d", rules[SHELL.id]["properties"]["security-severity"])
    assert "external/cwe/cwe-078" in rules[SHELL.id]["properties"]["tags"]
    assert all(len(rule["properties"]["tags"]) <= 10 for rule in rules.values())


def test_severity_decides_the_level() -> None:
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in _run()["tool"]["driver"]["rules"]}
    assert levels == {rule.id: {"low": "note", "medium": "warning", "high": "error", "critical": "error"}[rule.severity] for rule in RULES}


def test_relationships_point_to_the_weaknesses() -> None:
    run = _run()
    taxa = run["taxonomies"][0]["taxa"]
    for rule in run["tool"]["driver"]["rules"]:
        for relationship in rule.get("relationships", ()):
            target = relationship["target"]
            assert taxa[target["index"]]["id"] == target["id"]
    assert [taxon["id"] for taxon in taxa] == ["78", "400", "835"]


def test_the_engines_are_extensions() -> None:
    assert {part["name"]: part["version"] for part in _run()["tool"]["extensions"]} == dict(REPORT.trusted.engines)


def test_the_full_profile_drops_nothing() -> None:
    run = _run()
    assert [result["partialFingerprints"]["aicheck/v1"] for result in run["results"]] == [finding.fingerprint for finding in FINDINGS]
    assert all(run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert {result["kind"] for result in run["results"]} == {"fail"}
    assert [result["baselineState"] for result in run["results"]] == [finding.state for finding in FINDINGS]
    assert len(run["properties"]["aicheck/coverage"]) == len(REPORT.coverage)
    assert "ai/origin" not in LOGS["full"]


def test_the_github_profile_holds_what_counts() -> None:
    results = _run(LOGS["github"])["results"]
    assert [result["partialFingerprints"]["aicheck/v1"] for result in results] == [
        finding.fingerprint for finding in FINDINGS if finding.counts
    ]


def test_the_github_profile_keeps_the_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "GITHUB_MOST_RESULTS", 2)
    results = _run(sarif.render(REPORT, DECISION, SarifOptions("github")))["results"]
    assert [result["partialFingerprints"]["aicheck/v1"] for result in results] == [FINDINGS[3].fingerprint, FINDINGS[4].fingerprint]


def test_the_first_sentence_says_who_must_look() -> None:
    text = _run()["results"][4]["message"]["text"]
    assert text == f"`fetch` is retried without a limit; {SENIOR} must look at it."


def test_untrusted_text_makes_no_link() -> None:
    assert "[a\\](1)" in _run()["results"][1]["message"]["text"]


def test_a_differential_finding_links_what_it_replaced() -> None:
    result = _run()["results"][3]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 25, "endLine": 3, "endColumn": 30, "snippet": {"text": "false"}}
    (related,) = result["relatedLocations"]
    assert f"]({related['id']})" in result["message"]["text"]
    assert related["physicalLocation"]["region"] == {"startLine": 3, "snippet": {"text": "  deletion_protection = true"}}
    assert related["properties"] == {"side": "before"}


def test_a_deletion_is_shown_on_a_line_that_is_left() -> None:
    results = _run()["results"]
    lost, removed = results[8], results[9]
    assert lost["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "src/guard.py", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 8},
    }  # fmt: skip
    assert lost["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 9
    assert lost["properties"]["aicheck/finding"]["side"] == "before"
    assert removed["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] != "tests/test_client.py"
    assert removed["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "tests/test_client.py"


def test_escalation_and_provenance_are_carried() -> None:
    properties = _run()["results"][4]["properties"]
    assert properties["aicheck/escalation"] == {
        "level": "senior",
        "escalations": ["assisted-high"],
        "why": ["AI-assisted code with a finding of high severity"],
        "who": [SENIOR],
        "satisfied": False,
    }
    assert properties["aicheck/provenance"] == {"state": "marked", "assisted": "yes"}
    ranks = [result["rank"] for result in _run()["results"]]
    assert ranks[3] > ranks[4] > ranks[0]


def test_suppressions_are_carried() -> None:
    results = _run()["results"]
    assert [(mark["kind"], mark["status"], mark["justification"]) for mark in results[6]["suppressions"]] == [
        ("inSource", "accepted", "input is a constant")
    ]
    assert results[7]["suppressions"][0]["status"] == "rejected"
    assert results[0]["suppressions"] == []


def test_a_rule_that_the_policy_switches_off_is_an_external_suppression() -> None:
    report = replace(REPORT, findings=(replace(FINDINGS[0], suppression=SWITCHED_OFF),))
    (mark,) = _run(sarif.render(report, DECISION))["results"][0]["suppressions"]
    assert (mark["kind"], mark["status"]) == ("external", "accepted")
    assert mark["location"]["physicalLocation"]["artifactLocation"]["uri"] == ".aicheck/policy.toml"


def test_line_hashes_are_those_of_github() -> None:
    hashes = line_hashes(CLIENT, {4})
    assert _run()["results"][4]["partialFingerprints"]["primaryLocationLineHash"] == hashes[4]
    assert "primaryLocationLineHash" not in _run()["results"][5]["partialFingerprints"]  # the file ends before its line


def test_failures_are_notifications() -> None:
    run = _run()
    invocation = run["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 1
    notifications = invocation["toolExecutionNotifications"]
    assert len(notifications) == len(REPORT.failures)
    descriptors = run["tool"]["driver"]["notifications"]
    assert all(descriptors[item["descriptor"]["index"]]["id"] == item["descriptor"]["id"] for item in notifications)
    assert notifications[1]["associatedRule"]["id"] == "unbounded-retry/retry-without-stop"


def test_a_file_that_was_not_analyzed_is_a_notification_even_without_a_failure() -> None:
    invocation = _run(sarif.render(replace(REPORT, failures=()), DECISION))["invocations"][0]
    assert [item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for item in invocation["toolExecutionNotifications"]] == [
        "src/big.py"
    ]
    assert invocation["executionSuccessful"] is False


@pytest.mark.parametrize(
    ("verdict", "code", "successful"), [("satisfied", 0, True), ("pending", 1, True), ("blocked", 1, True), ("error", 3, False)]
)
def test_the_verdict_decides_the_invocation(verdict: Any, code: int, successful: bool) -> None:
    invocation = _run(sarif.render(CLEAN_REPORT, Decision("none", verdict)))["invocations"][0]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (code, successful)
    assert _run(sarif.render(CLEAN_REPORT, Decision("none", verdict), SarifOptions(exit_code=0)))["invocations"][0]["exitCode"] == 0


def test_a_failed_run_is_not_a_clean_one() -> None:
    run = _run(LOGS["failed"])
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["exitCode"] == 70
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "RuntimeError: \\x1b[31mno"


def test_the_stream_and_the_revisions_are_named() -> None:
    assert _run()["automationDetails"] == {"id": "aicheck/change/"}
    assert "versionControlProvenance" not in _run()
    (details,) = _run(LOGS["github"])["versionControlProvenance"]
    assert (details["revisionId"], details["properties"]["base"]) == (HEAD, BASE)


def test_uris_are_relative_and_hold_the_bytes() -> None:
    uris = re.findall(r'"uri": "([^"]*)"', LOGS["full"])
    assert "caf%E9/100%2525.py" in uris
    assert "evil%0A%3A%3Aerror%20file%3Dapp.py%2Cline%3D1%3A%3Aowned.py" in uris
    assert all(re.fullmatch(r"[A-Za-z0-9_.~%-][A-Za-z0-9_.~/%-]*", uri) for uri in uris)


def test_no_hidden_character_is_in_any_text() -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for item in value.values() for text in texts(item)]
        return [text for item in value for text in texts(item)] if isinstance(value, list) else [value] if isinstance(value, str) else []

    run = _run()
    shown = texts(run["results"]) + texts(run["invocations"])
    assert shown
    assert not [text for text in shown if re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)]


PROGRAM = """
import sys
from tests.report.sample import DECISION, REPORT, RULES
from aicheck.report import github, json_report, rule_page, sarif, text
parts = [reporter.render(REPORT, DECISION) for reporter in (sarif, json_report, github, text)]
sys.stdout.buffer.write("".join([*parts, rule_page.rules_index(RULES), *map(rule_page.render, RULES)]).encode())
"""


def test_equal_inputs_give_equal_bytes() -> None:
    outputs = set()
    for seed, locale, zone in (("0", "C", "UTC"), ("1", "C.UTF-8", "Asia/Tokyo"), ("4242", "POSIX", "America/Lima")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
        outputs.add(subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True).stdout)
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000


def test_a_fix_says_what_is_deleted_and_inserted() -> None:
    (fixes,) = (result["fixes"] for result in _run()["results"] if "fixes" in result)
    (change,) = fixes[0]["artifactChanges"]
    region = {"startLine": 3, "startColumn": 25, "endLine": 3, "endColumn": 30}
    assert change["artifactLocation"]["uri"] == "infra/db.tf"
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "true"}}]
    assert fixes[0]["description"]["text"] == "Put deletion_protection back to \\x1b[31mtrue."

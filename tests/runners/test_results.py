"""What the worker says about both sides, as failures of the change."""

from tests.changesets import scan_files

PLAIN = "service:\n  replicas: 5\n  timeout: 30s\n"
TEMPLATE = "service:\n  replicas: 0\n  timeout: 0\n{% for host in hosts %}\n  {{ host }}: [\n{% endfor %}\n"


def test_settings_that_become_a_template_can_no_longer_be_compared() -> None:
    report, decision = scan_files({"deploy/app.yaml": PLAIN}, {"deploy/app.yaml": TEMPLATE})
    assert [(row.side, row.outcome) for row in report.coverage] == [("after", "unanalyzed"), ("before", "analyzed")]
    assert [failure.reason for failure in report.failures] == ["template, not plain YAML, unlike before"]
    assert decision.level == "senior"


def test_a_template_that_was_one_is_judged_by_nothing() -> None:
    report, decision = scan_files({"deploy/app.yaml": TEMPLATE}, {"deploy/app.yaml": f"{TEMPLATE}# more\n"})
    assert {row.outcome for row in report.coverage} == {"not-applicable"}
    assert decision.level == "none"

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


def test_a_byte_order_mark_is_no_part_of_the_text_that_rules_search() -> None:
    tests = "from shop.tax import tax\n\ndef test_a():\n    assert tax(1) == 1\n\ndef test_b():\n    assert tax(2) == 2\n"
    before = {"shop/tax.py": "def tax(x):\n    return x * 0.19\n", "tests/test_tax.py": tests}
    after = {
        "shop/tax.py": "\ufeffdef tax(x):\n    return x * 0.2\n",
        "tests/test_tax.py": tests.replace("def test_a():\n    assert tax(1) == 1\n\n", ""),
    }
    report, _ = scan_files(before, after)
    assert [finding.rule for finding in report.findings] == ["safeguard-removal/tests-removed"]

"""Every fix that a rule offers on its own examples: the finding is gone, nothing else came, and the rest is as it was."""

from functools import cache

import pytest
from msgspec.structs import replace

from aicheck.config import DEFAULTS
from aicheck.fixing import Judged, fix_change, holds, is_offered, make_fixes
from aicheck.model.change import ChangeSet
from aicheck.model.finding import Finding
from aicheck.model.fix import Edit, Fix, apply_edits, overlap
from aicheck.model.location import Span
from aicheck.policy.policy_file import default_policy
from aicheck.provenance.attribute import attribute_change
from aicheck.scan import Request, scan, scan_together
from tests.changesets import catalogue, change_set, scan_files

EXAMPLES = [(rule.id, number, example) for rule in catalogue().rules for number, example in enumerate(rule.examples) if example.bad]
OFFERING = 60
"""Rules that offer a fix on some example of theirs; more is welcome."""


def request(change: ChangeSet) -> Request:
    return Request(change, attribute_change(()), catalogue(), DEFAULTS, default_policy(), 2)


@cache
def offers() -> list[tuple[str, Request, Judged, Finding]]:
    """(name, request, judgement, finding) of each offered fix; all examples in one scan."""
    requests = [request(change_set(dict(example.before), dict(example.after))) for _, _, example in EXAMPLES]
    return [
        (f"{name}-{number}", asked, judged, finding)
        for (name, number, _), asked, judged in zip(EXAMPLES, requests, scan_together(requests), strict=True)
        for finding in judged[0].findings
        if finding.rule == name and is_offered(finding, unsafe=True)
    ]


def test_offered_fixes_cure_their_findings_and_bring_no_others() -> None:
    requests = [request(make_fixes(asked.change, [finding])) for _, asked, _, finding in offers()]
    wrong = []
    for (name, _, judged, finding), (report, _) in zip(offers(), scan_together(requests), strict=True):
        before = [one.rule for one in judged[0].findings if one.counts]
        after = [one.rule for one in report.findings if one.counts]
        before.remove(finding.rule)
        if report.failures or any(after.count(rule) > before.count(rule) for rule in after):
            wrong.append((name, finding.fix, after, report.failures))
    assert wrong == []


def test_many_rules_offer_a_fix() -> None:
    safe = {finding.rule for _, _, _, finding in offers() if finding.fix and finding.fix.safe}
    assert len({finding.rule for _, _, _, finding in offers()}) >= OFFERING
    assert len(safe) >= 15


def test_a_safe_fix_only_writes_what_stood_there_before() -> None:
    """Each stretch that it writes is in the before side, word by word."""
    for name, asked, _, finding in offers():
        assert finding.fix is not None
        file = next(file for file in asked.change.files if file.path == finding.location.path)
        before = file.before.data.decode() if file.before and file.before.data else ""
        if finding.fix.safe:
            assert all(edit.text.strip() in before for edit in finding.fix.edits), name


def test_the_text_outside_the_edits_is_untouched() -> None:
    """What a fix leaves, in order, is the text without the edited stretches."""
    for name, asked, _, finding in offers():
        assert finding.fix is not None
        file = next(file for file in asked.change.files if file.path == finding.location.path)
        assert file.after is not None and file.after.data is not None
        text = file.after.data.decode()
        marked = apply_edits(text, [Edit(edit.span, "\0") for edit in finding.fix.edits])
        pieces = marked.split("\0")
        fixed = apply_edits(text, finding.fix.edits)
        assert fixed.startswith(pieces[0]) and fixed.endswith(pieces[-1]), name
        assert sum(map(len, pieces)) + sum(len(edit.text) for edit in finding.fix.edits) == len(fixed), name


def test_only_the_setting_of_the_finding_goes_back() -> None:
    before = "db:\n  host: a.example # the old one\n  timeout: 30s\n  retries: 3\n"
    after = "db:\n  host: b.example # the new one\n  retries: 4\n"
    asked = request(change_set({"app.yaml": before}, {"app.yaml": after}))
    done = fix_change(asked, scan(asked))
    (file,) = done.change.files
    assert file.after is not None
    assert file.after.data == b"db:\n  host: b.example # the new one\n  timeout: 30s\n  retries: 4\n"
    assert [finding.rule for finding in done.fixed] == ["safeguard-removal/timeout-setting-removed"]


def test_unsafe_fixes_are_made_only_when_asked_for() -> None:
    code = "import requests\n\n\ndef load(url):\n    return requests.get(\n        url,  # (\n    )\n"
    asked = request(change_set({}, {"app.py": code}))
    judged = scan(asked)
    assert fix_change(asked, judged).fixed == ()
    (file,) = fix_change(asked, judged, unsafe=True).change.files
    assert file.after is not None and file.after.data is not None
    assert file.after.data.decode().count("timeout=10") == 0  # a comment stands where it would go


def test_a_fix_that_does_not_hold_is_refused() -> None:
    asked = request(change_set({"a.yaml": "db:\n  timeout: 30s\n  a: 1\n"}, {"a.yaml": "db:\n  a: 1\n"}))
    report, decision = scan(asked)
    (finding,) = (one for one in report.findings if one.fix)
    bad = Fix("Break it", (Edit(Span(1, 1, 1, 1), "{"),))
    broken = replace(report, findings=(replace(finding, fix=bad),))
    assert holds(asked, report, finding)
    assert not holds(asked, broken, broken.findings[0])
    done = fix_change(asked, (broken, decision))
    assert (done.fixed, done.refused, done.change.files) == ((), broken.findings, asked.change.files)


def test_two_findings_on_one_line_are_both_fixed() -> None:
    before, after = '{"pool": {"connectTimeout": 5000, "maxSize": 10, "readTimeout": 800}}', '{"pool": {"maxSize": 10}}'
    asked = request(change_set({"c.json": before}, {"c.json": after}))
    done = fix_change(asked, scan(asked))
    assert len(done.fixed) == 2
    assert done.change.files == ()


@pytest.mark.parametrize("span", [Span(1, 1, 1, 9), Span(3, 1, 3, 1), Span(2, 3, 1, 1), Span(1, 0, 1, 1)])
def test_edits_outside_the_text_are_refused(span: Span) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        apply_edits("abc\nde", [Edit(span, "x")])


def test_edits_that_touch_overlap() -> None:
    insert, word, next_word = (Edit(Span(1, start, 1, end), "x") for start, end in ((1, 1), (1, 4), (4, 6)))
    assert overlap([insert], [word])
    assert not overlap([word], [next_word])
    with pytest.raises(ValueError, match="do not fit"):
        apply_edits("abcdef", [word, Edit(Span(1, 2, 1, 3), "")])


def test_a_finding_of_a_moved_or_new_file_has_no_fix() -> None:
    report, _ = scan_files({}, {"app.yaml": "debug: true\n", "a.env": "DEBUG=1\n"})
    assert all(finding.fix is None for finding in report.findings)

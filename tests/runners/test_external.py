"""What ruff and Semgrep say of several changes."""

from aicheck.catalogue import load_catalogue
from aicheck.config import DEFAULTS
from aicheck.policy.policy_file import default_policy
from aicheck.provenance.attribute import attribute_change
from aicheck.runners.external import run_external
from aicheck.runners.plan import plan_reading
from aicheck.scan import Request, scan_together
from tests.changesets import change_set, new_findings

FETCH = "import requests\n\n\ndef load(url):\n    return requests.get(url)\n"


def test_a_content_that_two_changes_share_is_reported_in_both() -> None:
    catalogue = load_catalogue(())
    changes = [change_set({"a.py": "x = 1\n"}, {"a.py": FETCH}), change_set({"a.py": FETCH}, {"a.py": FETCH + "\n\nx = (\n"})]
    found = run_external([plan_reading(change, DEFAULTS, catalogue) for change in changes], catalogue)
    places = [
        [(match.rule, match.location.path, match.location.side, match.location.span.line) for match in matches] for matches, _ in found
    ]
    rule = "safeguard-removal/request-without-timeout"
    assert (rule, "a.py", "after", 5) in places[0]
    assert (rule, "a.py", "before", 5) in places[1]
    assert [(failure.path, failure.side) for _, failures in found for failure in failures] == [("a.py", "after")]


def test_what_stands_far_from_every_change_of_a_large_file_is_left_alone() -> None:
    catalogue = load_catalogue(())
    wipe = "const fs = require('fs');\nexport function wipe(folder) { fs.rmSync(folder, { recursive: true, force: true }); }\n"
    table = "".join(f"export const row{number} = ['{'x' * 100}'];\n" for number in range(6_000))
    rows, far = table.replace("row9 ", "row_9 "), table.replace("row5990 ", "row_5990 ")
    changes = [change_set({"a.js": table + wipe}, {"a.js": some + wipe}) for some in (rows, far)]
    plans = [plan_reading(change, DEFAULTS, catalogue) for change in changes]
    found = run_external(plans, catalogue)
    assert [len(matches) for matches, _ in found] == [0, 2]


def test_a_safeguard_counts_only_for_the_change_that_lost_it() -> None:
    """The two changes share a content: the first one adds what the second one leaves alone."""
    catalogue = load_catalogue(())
    guarded = 'package a\n\nfunc routes(mux *http.ServeMux) {\n\tmux.HandleFunc("/purge", RequireAdmin(purge))\n}\n'
    more = guarded + "\nfunc other() {}\n"
    plain = guarded.replace("RequireAdmin(purge)", "purge")
    changes = [change_set({"a.go": plain}, {"a.go": guarded}), change_set({"a.go": guarded}, {"a.go": more})]
    again = [*changes, change_set({"a.go": more}, {"a.go": more.replace("RequireAdmin(purge)", "purge")})]
    reports = [
        report
        for report, _ in scan_together([Request(one, attribute_change(()), catalogue, DEFAULTS, default_policy(), 1) for one in again])
    ]
    assert [[finding.rule for finding in new_findings(report)] for report in reports] == [[], [], ["safeguard-removal/auth-check-removed"]]

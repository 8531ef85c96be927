"""What ruff and Semgrep say of several changes."""

from aicheck.catalogue import load_catalogue
from aicheck.config import DEFAULTS
from aicheck.runners.external import run_external
from aicheck.runners.plan import plan_reading
from tests.changesets import change_set

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

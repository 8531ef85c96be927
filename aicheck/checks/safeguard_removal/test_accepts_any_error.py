"""A test that any error satisfies."""

from aicheck.authoring import RuffCode, bad, good


class TestAcceptsAnyError(RuffCode):
    """Adopts ruff's B017 and PT011."""

    id = "safeguard-removal/test-accepts-any-error"
    codes = ("B017", "PT011")
    found = "this test accepts errors that it does not mean"
    title = "A test accepts errors that it does not mean"
    why = "A misspelt name or a wrong argument raises too, so the test passes while what it was written for no longer works."
    instead = "Name the exception of the case, or give `match=` with words of its message."
    severity = "medium"
    references = (
        "https://docs.astral.sh/ruff/rules/assert-raises-exception/",
        "https://docs.astral.sh/ruff/rules/pytest-raises-too-broad/",
    )
    examples = (
        bad(
            "import pytest\n\nfrom shop import pay\n\n\ndef test_refused():\n    with pytest.raises(Exception):\n        pay(-1)\n",
            "any exception at all",
            path="tests/test_pay.py",
        ),
        bad(
            "import pytest\n\nfrom shop import pay\n\n\ndef test_refused():\n    with pytest.raises(ValueError):\n        pay(-1)\n",
            "an exception that much else raises",
            path="tests/test_pay.py",
        ),
        good(
            "import pytest\n\nfrom shop import pay\n\n\ndef test_refused():\n"
            "    with pytest.raises(ValueError, match='negative'):\n        pay(-1)\n",
            "by the words of its message",
            path="tests/test_pay.py",
        ),
        good(
            "import pytest\n\nfrom shop import Refused, pay\n\n\ndef test_refused():\n    with pytest.raises(Refused):\n        pay(-1)\n",
            "an exception of its own",
            path="tests/test_pay.py",
        ),
    )

    __test__ = False

"""What a check found in a region is remembered: it must be the same as if it had been looked for anew."""

from aicheck.authoring import PythonCheck
from aicheck.model.location import Span
from aicheck.plugins import collect_checks
from aicheck.runners.cst import check_python

CODE = "import shutil\nfrom shutil import rmtree as clear\n\n\ndef wipe(path):\n    shutil.rmtree(path)\n    clear(path)\n"
CHECKS = [check for check in collect_checks() if issubclass(check, PythonCheck) and check.id == "broad-deletion/unproven-path"]


def spans(code: str, path: str = "a.py") -> list[tuple[str, Span]]:
    matches, failures = check_python(path, "after", code.encode(), CHECKS)
    assert failures == ()
    return [(match.location.path, match.location.span) for match in matches]


def test_a_region_that_moved_is_found_where_it_stands_now() -> None:
    assert spans(CODE) == [("a.py", Span(6, 5, 6, 24)), ("a.py", Span(7, 5, 7, 16))]
    moved = CODE.replace("\n\n\ndef", "\n\nlimit = 1\n\n\n\ndef")
    assert spans(moved, "b.py") == [("b.py", Span(9, 5, 9, 24)), ("b.py", Span(10, 5, 10, 16))]


def test_a_region_whose_names_mean_something_else_is_looked_at_anew() -> None:
    assert len(spans(CODE)) == 2
    assert len(spans(CODE.replace("from shutil import rmtree as clear", "from mine import rmtree as clear"))) == 1


def test_a_region_of_another_symbol_names_it() -> None:
    code = "import shutil\n\n\nclass A:\n    def wipe(self, path):\n        shutil.rmtree(path)\n"
    found = [check_python("a.py", "after", text.encode(), CHECKS)[0] for text in (code, code.replace("class A", "class B"))]
    assert [match.symbol for matches in found for match in matches] == ["A.wipe", "B.wipe"]


def test_a_check_that_looks_at_the_file_around_is_asked_anew() -> None:
    code = "import boto3\n\n\ndef clear(bucket):\n    boto3.resource('s3').Bucket(bucket).objects.all().delete()\n"
    checks = [check for check in collect_checks() if issubclass(check, PythonCheck) and check.id == "broad-deletion/bucket-emptied"]
    found = [check_python(path, "after", text.encode(), checks)[0] for path, text in (("a.py", code), ("a.py", f"{code}\n\nimport moto\n"))]
    assert [len(matches) for matches in found] == [1, 0]
    assert check_python("tests/test_a.py", "after", code.encode(), checks)[0] == ()

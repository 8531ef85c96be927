"""A report with one of everything, made by hand: what the reporters are shown and compared on."""

from aicheck.model.change import ChangeSet, Commit, Content, FileChange, Hunk, Identity
from aicheck.model.coverage import Coverage, Failure
from aicheck.model.decision import Because, Decision, Need, Report, Trusted
from aicheck.model.finding import Excerpt, Finding, Suppression
from aicheck.model.fix import Edit, Fix
from aicheck.model.location import WHOLE_FILE, Location, Span
from aicheck.model.provenance import Attribution, Evidence
from aicheck.model.rule import Example, Rule

BASE = "1" * 40
HEAD = "2" * 40

NEWLINE_NAME = "evil\n::error file=app.py,line=1::owned.py"
ESCAPE_NAME = "docs/\x1b]0;owned\x07\x1b[2J[bold]##[error]x.py"
BYTES_NAME = "caf\udce9/100%25.py"
HOSTILE_TEXT = "x = '\u202e\x1b[31m[red]%s%%\n::error::' ##[error] `@admin` <img src=x> [a](1) {0}"

RETRY = Rule(
    id="unbounded-retry/retry-without-stop",
    title="Retry without a stop condition",
    why="When the service behind it goes down, every client retries for ever and keeps it down. `@retry` alone has no limit.",
    instead="Bound the attempts or the time (`stop=stop_after_attempt(5)`), and wait longer from try to try.",
    severity="high",
    confidence="high",
    engine="cst",
    kind="snapshot",
    languages=("python",),
    cwe=(835, 400),
    references=("https://sre.google/sre-book/addressing-cascading-failures/", "A post-mortem without an address"),
    examples=(
        Example(True, (), (("app.py", "@retry\ndef fetch():\n    return get()\n"),), "no stop="),
        Example(False, (), (("app.py", "@retry(stop=stop_after_attempt(5))\ndef fetch():\n    return get()\n"),), "bounded"),
    ),
)
PROTECTION = Rule(
    id="lost-safeguard/deletion-protection-removed",
    title="Deletion protection removed",
    why="The next apply or a mistaken destroy takes the data with it.",
    instead="Keep the protection, and take it away in a change of its own that a person plans.",
    severity="critical",
    confidence="high",
    engine="facts",
    kind="differential",
    languages=("terraform",),
    examples=(
        Example(
            True,
            (("main.tf", 'resource "aws_db_instance" "main" {\n  deletion_protection = true\n}\n'),),
            (("main.tf", 'resource "aws_db_instance" "main" {\n  deletion_protection = false\n}\n'),),
            "true became false",
        ),
        Example(
            False,
            (("main.tf", 'resource "aws_db_instance" "main" {\n  deletion_protection = true\n}\n'),),
            (("main.tf", 'resource "aws_db_instance" "main" {\n  deletion_protection = true\n  tags = {}\n}\n'),),
            "still protected",
        ),
    ),
)
SHELL = Rule(
    id="injection/shell-true",
    title="Command line built for a shell",
    why="Whoever controls a part of the text runs commands as this process.",
    instead="Pass a list of arguments without `shell=True`.",
    severity="medium",
    confidence="medium",
    engine="ruff",
    kind="snapshot",
    languages=("python",),
    cwe=(78,),
    security=True,
    source="S602",
)
TEST_LOST = Rule(
    id="lost-safeguard/test-removed",
    title="Test removed with the code still there",
    why="The next mistake in this code reaches production unseen.",
    instead="Keep the test, or move it to where the code went.",
    severity="low",
    confidence="low",
    engine="facts",
    kind="change",
    languages=(),
)
RULES = tuple(sorted((RETRY, PROTECTION, SHELL, TEST_LOST), key=lambda rule: rule.id))

CLIENT = b"import tenacity\n\n\n@retry\ndef fetch(url):\n\treturn get(url)\n"
TERRAFORM = b'resource "aws_db_instance" "main" {\n  engine = "postgres"\n  deletion_protection = false\n}\n'


def content(data: bytes) -> Content:
    return Content("file", False, len(data), data)


def _file(path: str, before: bytes | None, after: bytes | None, *hunks: Hunk) -> FileChange:
    return FileChange(path, None if before is None else content(before), None if after is None else content(after), hunks)


FILES = (
    _file("assets/logo.png", None, b"\x89PNG"),
    _file(BYTES_NAME, None, b"import os\nos.system(x)\n", Hunk(1, 0, 1, 2)),
    _file(ESCAPE_NAME, None, b"a\n", Hunk(1, 0, 1, 1)),
    _file(NEWLINE_NAME, None, b"a\n" * 9, Hunk(1, 0, 1, 9)),
    _file("infra/db.tf", TERRAFORM.replace(b"false", b"true"), TERRAFORM, Hunk(3, 1, 3, 1)),
    _file("src/big.py", None, None),
    _file("src/client.py", b"import tenacity\n", CLIENT, Hunk(2, 0, 2, 5)),
    _file("src/guard.py", b"a\n" * 20, b"a\n" * 17, Hunk(8, 3, 8, 0)),
    _file("tests/test_client.py", b"def test_fetch():\n    assert fetch()\n", None, Hunk(1, 2, 1, 0)),
)

EXCERPT = Excerpt("infra/db.tf", 3, "  deletion_protection = true")
ACCEPTED = Suppression("src/client.py", 11, SHELL.id, "input is a constant", added=False, covers=11)
ADDED = Suppression("src/client.py", 12, SHELL.id, "trust me", added=True, covers=12)

UNUSED = Suppression("src/client.py", 3, RETRY.id, "old", added=False, covers=4, problem="no finding of that rule there")
SWITCHED_OFF = Suppression(".aicheck/policy.toml", 7, SHELL.id, "another tool reports it", added=False)


def _finding(rule: Rule, location: Location, message: str, **more: object) -> Finding:
    values: dict[str, object] = {
        "severity": rule.severity,
        "confidence": rule.confidence,
        "state": "new",
        "fingerprint": f"v1:{rule.name}:{location.path.encode('utf-8', 'surrogateescape').hex()[:12]}:{location.span.line}",
        "engine": rule.engine,
        "provenance": "marked",
        **more,
    }
    return Finding(rule.id, location, message, **values)  # type: ignore[arg-type]


def _at(path: str, line: int, column: int, end_column: int) -> Location:
    return Location(path, "after", Span(line, column, line, end_column))


FINDINGS = (
    _finding(SHELL, _at(BYTES_NAME, 2, 1, 13), "a shell runs a text that is built here", line_text="os.system(x)"),
    _finding(SHELL, _at(ESCAPE_NAME, 1, 6, 12), "`\x1b[31m` and [red]text[/red] reach a shell; see [a](1)", line_text=HOSTILE_TEXT),
    _finding(TEST_LOST, Location(NEWLINE_NAME, "after", WHOLE_FILE), "a test went", state="unchanged"),
    _finding(
        PROTECTION,
        _at("infra/db.tf", 3, 25, 30),
        "deletion protection of `aws_db_instance.main` is now false",
        line_text="  deletion_protection = false",
        before=EXCERPT,
        fix=Fix("Put deletion_protection back to \x1b[31mtrue", (Edit(Span(3, 25, 3, 30), "true"),)),
    ),
    _finding(RETRY, _at("src/client.py", 4, 1, 7), "`fetch` is retried without a limit", line_text="@retry"),
    _finding(RETRY, _at("src/client.py", 9, 2, 8), "`fetch_日本` is retried without a limit", line_text="\t@retry  # 日本語"),
    _finding(
        SHELL,
        _at("src/client.py", 11, 1, 4),
        "a shell runs a text that is built here",
        suppression=ACCEPTED,
        line_text="run(x, shell=True)",
    ),
    _finding(
        SHELL, _at("src/client.py", 12, 1, 4), "a shell runs a text that is built here", suppression=ADDED, line_text="run(y, shell=True)"
    ),
    _finding(RETRY, Location("src/guard.py", "before", Span(9, 5, 9, 10)), "the loop lost its `raise`", line_text="    raise", state="new"),
    _finding(
        TEST_LOST, Location("tests/test_client.py", "before", Span(1, 1, 2, 20)), "`test_fetch` was removed", line_text="def test_fetch():"
    ),
    _finding(RETRY, Location("src/client.py", "before", Span(1, 1, 1, 5)), "`old` is retried without a limit", state="absent"),
)

FAILURES = (
    Failure("src/big.py", "after", "read", "larger than 5 MiB"),
    Failure("src/client.py", "after", "cst", "the rule crashed", rule="unbounded-retry/retry-without-stop"),
    Failure("", "after", "semgrep", "the engine is not installed"),
)
COVERAGE = (
    Coverage("assets/logo.png", "after", "not-applicable", "binary file"),
    Coverage(BYTES_NAME, "after", "analyzed"),
    Coverage(ESCAPE_NAME, "after", "analyzed"),
    Coverage(NEWLINE_NAME, "after", "analyzed"),
    Coverage("infra/db.tf", "before", "analyzed"),
    Coverage("infra/db.tf", "after", "analyzed"),
    Coverage("src/big.py", "after", "unanalyzed", "larger than 5 MiB"),
    Coverage("src/client.py", "before", "analyzed"),
    Coverage("src/client.py", "after", "analyzed"),
    Coverage("src/guard.py", "before", "analyzed"),
    Coverage("src/guard.py", "after", "analyzed"),
    Coverage("tests/test_client.py", "before", "analyzed"),
)
PROVENANCE = Attribution(
    "marked",
    tools=("claude",),
    extent="authored",
    evidence=(
        Evidence(
            "claude-co-author", f"{HEAD}:message:5", "structured", "Co-Authored-By: Claude <noreply@anthropic.com>", "claude", "authored"
        ),
    ),
)
TRUSTED = Trusted("built-in", "defaults", "sha256:" + "ab" * 32, (("libcst", "1.8.2"), ("ruff", "0.14.1"), ("semgrep", "1.140.0")))
CHANGE = ChangeSet(
    FILES,
    BASE,
    HEAD,
    BASE,
    (Commit(HEAD, (BASE,), Identity("Jo", "jo@example.org"), Identity("Jo", "jo@example.org"), "Retry the fetch\n"),),
    notes=("merge commit: compared with its first parent",),
)
REPORT = Report("0.1.0", CHANGE, TRUSTED, PROVENANCE, RULES, FINDINGS, FAILURES, COVERAGE, (UNUSED,))
SENIOR = "a senior engineer who did not write the change"
OWNER = "an owner of infra/db.tf"
DECISION = Decision(
    level="owner",
    verdict="pending",
    because=(
        Because("critical-loss", "owner", "a safeguard of stored data was removed", (FINDINGS[3].fingerprint,)),
        Because(
            "assisted-high",
            "senior",
            "AI-assisted code with a finding of high severity",
            (FINDINGS[4].fingerprint, FINDINGS[8].fingerprint),
        ),
        Because("not-fully-read", "senior", "one file could not be analyzed"),
    ),
    needs=(
        Need("owner", OWNER, False, "Set deletion_protection back to true.", ("critical-loss",)),
        Need("senior", SENIOR, False, "Bound the two retries, or ask a senior to approve.", ("assisted-high", "not-fully-read")),
    ),
    summary="An owner of infra/db.tf and a senior engineer must look: a safeguard of stored data was removed and a retry has no limit.",
    notes=("no roster: people with write access count as seniors",),
)

CLEAN_REPORT = Report(
    "0.1.0",
    ChangeSet((_file("src/client.py", b"import tenacity\n", CLIENT, Hunk(2, 0, 2, 5)),), BASE, HEAD, BASE),
    TRUSTED,
    Attribution("unknown"),
    RULES,
    (),
    (),
    (Coverage("src/client.py", "after", "analyzed"),),
)
CLEAN_DECISION = Decision("none", "satisfied", summary="Nobody needs to look: no finding.")

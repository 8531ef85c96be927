"""`aicheck replay --compare` over a repository that the test makes."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_main import RETRY
from tests.demo import aicheck, git, run
from tests.replay.samples import DAY, MONDAY

CLAUDE = "\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
NOTES = 'schema = 1\n[[escalate]]\nid = "notes"\nwhen = { paths = ["*.md"] }\nto = "senior"\nwhy = "notes matter"\n'
WEDNESDAY = '[[escalate]]\nid = "wednesday"\nwhen = { hours = ["wed"] }\nto = "dual"\nwhy = "on Wednesdays two look"\n'
PEOPLE = """\
schema = 1
[rank]
junior = ["@jo"]
mid = ["@mi"]
senior = ["@se", "@si"]
[identity]
"@jo" = ["jo@acme.example"]
"@mi" = ["mi@acme.example"]
"@se" = ["se@acme.example"]
"""


def commit(folder: Path, who: str, day: int, message: str, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".", 1)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    when = f"{MONDAY + day * DAY} +0000"
    identity = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", who), ("EMAIL", f"{who}@acme.example"), ("DATE", when))
    }
    assert run("git", "add", "-A", cwd=folder).returncode == 0
    done = run("git", "commit", "-q", "--allow-empty", "-m", message, cwd=folder, **identity)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five changes in three weeks, one of them merged from a branch; the roster comes with the last."""
    folder = tmp_path_factory.mktemp("history") / "shop"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "se", 0, "Start", readme_md="shop\n", shared__notes_toml=NOTES)
    git(folder, "tag", "start")
    commit(folder, "jo", 1, f"Say more{CLAUDE}", readme_md="shop\nmore\n")
    commit(folder, "jo", 2, f"Retry <b>{CLAUDE}", app_py=RETRY)
    git(folder, "checkout", "-q", "-b", "side")
    commit(folder, "mi", 14, "Note", note_md="one\n")
    git(folder, "checkout", "-q", "main")
    commit(folder, "se", 15, f"Retry too{CLAUDE}", other_py=RETRY)
    git(folder, "merge", "-q", "--no-commit", "--no-ff", "side")
    commit(folder, "se", 15, "Merge side")
    (folder / ".aicheck").mkdir()
    (folder / ".aicheck" / "people.toml").write_text(PEOPLE)
    commit(folder, "se", 16, "Say who works here")
    git(folder, "checkout", "-q", "-b", "later")
    commit(folder, "se", 17, f"Retry again{CLAUDE}", again_py=RETRY)
    git(folder, "checkout", "-q", "main")
    return folder


def compared(folder: Path, *arguments: str) -> dict[str, Any]:
    done = aicheck("replay", "start..main", "--compare", "blanket", "--format", "json", "--jobs", "1", *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    value: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])["summary"]["comparison"]
    return value


def levels(value: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {row["level"]: (row["blanket"], row["policy"]) for row in value["load"]["levels"] if row["blanket"] or row["policy"]}


def test_the_roster_at_the_end_holds_for_the_whole_history(history: Path) -> None:
    value = compared(history)
    assert levels(value) == {"none": (2, 2), "peer": (0, 1), "senior": (3, 1), "owner": (0, 1)}
    assert {row["name"]: row["changes"] for row in value["load"]["ranks"]} == {"junior": 2, "mid": 1, "senior": 2}
    assert value["terms"]["seniors"] == 2
    assert value["blanket"]["per_week_and_senior"] == 0.5
    assert (value["load"]["weeks"], value["saved"]) == (3, 0.3333)
    assert value["terms"]["roster"].startswith(".aicheck/people.toml at ")


def test_the_main_line_counts_a_merged_branch_as_one_change_of_its_authors(history: Path) -> None:
    value = compared(history, "--first-parent")
    assert levels(value) == {"none": (2, 2), "peer": (0, 1), "senior": (3, 1), "owner": (0, 1)}
    assert {row["name"]: row["changes"] for row in value["load"]["ranks"]} == {"junior": 2, "mid": 1, "senior": 2}


def test_people_policy_and_terms_of_the_command_line(history: Path, tmp_path: Path) -> None:
    people, policy = tmp_path / "people.toml", tmp_path / "policy.toml"
    people.write_text("schema = 1\n")
    shared = git(history, "rev-parse", "start").strip()
    policy.write_text(f'schema = 1\nextends = ".@{shared}:shared/notes.toml"\n{WEDNESDAY}')
    kept = ("--resume", str(tmp_path / "kept"))
    with_roster = compared(history, *kept)
    value = compared(history, "--roster", str(people), "--policy", str(policy), "--seniors", "4", "--minutes-per-review", "60", *kept)
    assert levels(with_roster) != levels(value), "what was kept for other people is not taken over"
    assert levels(value) == {"senior": (5, 3), "dual": (0, 2)}, "the time is that of each commit"
    assert [row["name"] for row in value["load"]["ranks"]] == ["unknown"]
    assert {"notes", "wednesday"} <= {cause["name"] for cause in value["load"]["causes"]}
    assert value["blanket"]["hours_per_week_and_senior"] == round(5 / 3 / 4, 4)
    assert value["terms"]["policy"].startswith(f"{policy}, extending shared/notes.toml of ")
    assert value["terms"]["seniors_stated"] is True


def test_text_and_page(history: Path, tmp_path: Path) -> None:
    file = tmp_path / "load.html"
    done = aicheck("replay", "start..main", "--compare", "blanket", "--html", str(file), "--jobs", "1", cwd=history)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("33 % fewer senior sign-offs than the blanket rule\n3 of 5 changes pass without a senior")
    page = file.read_text()
    assert "Retry &lt;b&gt;" in page
    assert "unbounded-retry/" in page
    alone = aicheck("replay", "start..main", "--html", str(file), "--jobs", "1", cwd=history)
    assert alone.stdout.startswith("commits: 5 judged")
    assert "lanket" not in file.read_text().partition("<body>")[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--compare", "everything"),
        ("--html", "missing/load.html"),
        ("--html", "."),
        ("--roster", "readme.md"),
        ("--policy", "missing.toml"),
        ("--minutes-per-review", "0"),
        ("--seniors", "0"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_scanned(history: Path, arguments: tuple[str, ...]) -> None:
    done = aicheck("replay", "start..main", *arguments, cwd=history)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_plain_replay_knows_the_roster_of_each_parent_as_scans_do(history: Path) -> None:
    done = aicheck("replay", "main~2..later", "--format", "json", "--jobs", "1", cwd=history)
    outcomes = [json.loads(line) for line in done.stdout.splitlines()[:-1]]
    assert {one["about"]["subject"]: (one["about"]["author_rank"], one["level"]) for one in outcomes} == {
        "Note": ("", "none"),
        "Merge side": ("", "none"),
        "Say who works here": ("", "owner"),
        "Retry again": ("senior", "peer"),
    }


def test_only_a_range_has_a_main_line(history: Path, tmp_path: Path) -> None:
    table = tmp_path / "x.tsv"
    table.write_text("repo\tsha\tlabel\n")
    done = aicheck("replay", "--commits", str(table), "--repos", str(history), "--first-parent", cwd=history)
    assert (done.returncode, "is for a range" in done.stderr) == (2, True)

"""The README's promises: its commands run, its quotations are what the demo prints, its tables agree with the code."""

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from aicheck import errors
from aicheck.catalogue import load_catalogue
from aicheck.cli.main import VERBS
from aicheck.cli.output import FORMATS
from aicheck.cli.policy import SUBVERBS
from aicheck.model.decision import LEVELS
from aicheck.policy.condition_file import PREDICATES
from aicheck.policy.policy_file import load_policy
from tests.demo import SOURCE, aicheck, build_demo, git, run

README = (SOURCE / "README.md").read_text("utf-8")
CI_PAGE = (SOURCE / "docs" / "ci.md").read_text("utf-8")
MANIFEST = tomllib.loads((SOURCE / "pyproject.toml").read_text("utf-8"))
NEEDS_SOMEBODY = {
    "aicheck scan --base main --head agent/cleanup",
    "aicheck scan --before before --after after",
    "aicheck scan --patch change.patch",
    "aicheck scan --all stockroom",
    "aicheck scan --base main --head agent/cleanup --format text --format sarif=aicheck.sarif",
    "aicheck scan --base main --head agent/cleanup --format json",
}
LANGUAGE_NAMES = {
    "codeowners": "CODEOWNERS",
    "crontab": "crontabs",
    "dnszone": "DNS zones",
    "dockerfile": "Dockerfiles",
    "dotenv": "dotenv",
    "gitattributes": ".gitattributes",
    "go": "Go",
    "go-module": "go.mod",
    "ignore": "ignore files",
    "ini": "INI",
    "instructions": "agents' instructions",
    "java": "Java",
    "javascript": "JavaScript",
    "json": "JSON",
    "makefile": "Makefiles",
    "procfile": "Procfiles",
    "python": "Python",
    "requirements": "requirements files",
    "shell": "shell",
    "sql": "SQL",
    "systemd": "systemd units",
    "terraform": "Terraform",
    "toml": "TOML",
    "typescript": "TypeScript",
    "yaml": "YAML",
}


def blocks(language: str, page: str = README) -> list[str]:
    """The fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)


def one_block(language: str, start: str) -> str:
    """The only block of the language that starts so."""
    found = [block for block in blocks(language) if block.startswith(start)]
    assert len(found) == 1, found
    return found[0]


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo repository, with the folders and the patch that the commands name."""
    folder = build_demo(tmp_path_factory.mktemp("readme") / "repository")
    for name, branch in (("before", "main"), ("after", "agent/cleanup")):
        git(folder.parent, "clone", "-q", "--branch", branch, str(folder), name)
        shutil.rmtree(folder.parent / name / ".git")
        (folder.parent / name).rename(folder / name)
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "exclude").write_text("/before\n/after\n/change.patch\n")
    (folder / "change.patch").write_text(git(folder, "diff", "main", "agent/cleanup"))
    return folder


@pytest.mark.parametrize("command", [command for command in COMMANDS if command.startswith("aicheck ")])
def test_every_command_runs_and_ends_as_the_text_around_it_says(repository: Path, command: str) -> None:
    done = aicheck(*command.split()[1:], cwd=repository)
    assert done.returncode == (1 if command in NEEDS_SOMEBODY else 0), done.stdout + done.stderr
    assert done.stdout
    assert done.stderr == ""


def test_the_other_commands_are_what_the_checkout_offers() -> None:
    others = [command for command in COMMANDS if not command.startswith("aicheck ")]
    assert others == ["make demo", "make test", f"pip install {MANIFEST['project']['name']}", "pip install ."]
    targets = re.findall(r"^(\w+):", (SOURCE / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {"demo", "test"} <= set(targets)
    assert f"Python {MANIFEST['project']['requires-python'].removeprefix('>=')} or newer" in README


def test_the_quoted_finding_and_decision_are_what_the_demo_prints(repository: Path) -> None:
    printed = aicheck("scan", "--base", "main", "--head", "agent/cleanup", cwd=repository).stdout
    rest = printed
    for part in one_block("text", "stockroom/").split("...\n"):
        assert part in rest, f"the demo now prints:\n{printed}"
        rest = rest.partition(part)[2]


@pytest.mark.parametrize("page", [README, CI_PAGE], ids=["README", "ci"])
def test_the_exit_codes_are_those_of_the_code(page: str) -> None:
    rows = [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)]
    assert rows == sorted(value for name, value in vars(errors).items() if name.startswith("EXIT_"))


def test_exit_zero_changes_only_one_and_three(repository: Path) -> None:
    assert aicheck("scan", "--base", "main", "--head", "agent/cleanup", "--exit-zero", cwd=repository).returncode == 0
    assert aicheck("scan", "--base", "nowhere", "--exit-zero", cwd=repository).returncode == errors.EXIT_NO_CHANGE
    assert aicheck("scan", "nowhere.py", "--exit-zero", cwd=repository).returncode == errors.EXIT_USAGE


def test_an_unread_file_ends_with_three(tmp_path: Path) -> None:
    for side, text in (("before", "x = 1\n"), ("after", "x = = 1\nwhile True:\n    try:\n        f()\n    except E:\n        pass\n")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "app.py").write_text(text)
    done = aicheck("scan", "--before", "before", "--after", "after", cwd=tmp_path)
    assert done.returncode == errors.EXIT_INCOMPLETE
    assert "could not be analyzed" in done.stdout
    assert aicheck("scan", "--before", "before", "--after", "after", "--exit-zero", cwd=tmp_path).returncode == 0


def test_the_policy_is_one_that_works(repository: Path, tmp_path: Path) -> None:
    text = one_block("toml", "schema = 1\n\n[provenance]")
    policy = load_policy(text.encode(), load_catalogue().by_id().keys())
    assert [setting.rule for setting in policy.rules] == ["command-injection/subprocess-shell", "swallowed-errors/bare-except"]
    assert {escalation.to for escalation in policy.escalations} <= set(LEVELS)
    assert re.findall(r"`(\w+)`", README[README.index("An entry can only ask") :].partition("The file")[0]) == list(LEVELS[1:])

    git(tmp_path, "clone", "-q", str(repository), "clone")
    clone = tmp_path / "clone"
    (clone / ".aicheck").mkdir()
    (clone / ".aicheck" / "policy.toml").write_text(text)
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "-m", "Policy")
    brings_policy = json.loads(aicheck("scan", "--commit", "HEAD", "--format", "json", cwd=clone).stdout)
    assert brings_policy["decision"]["level"] == "owner"
    assert brings_policy["trusted"]["policy"] == "built-in"

    (clone / "migrations" / "0002_sku.sql").write_text("CREATE TABLE codes (id integer);\n")
    git(clone, "add", "-A")
    done = aicheck("scan", "--staged", "--format", "json", cwd=clone)
    decision = json.loads(done.stdout)["decision"]
    assert [because["escalation"] for because in decision["because"]] == ["migrations"]
    assert done.returncode == errors.EXIT_PENDING


def test_the_case_comes_out_and_every_condition_is_described(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "cases.toml").write_text(one_block("toml", "schema = 1\n\n[[case]]"))
    assert aicheck("policy", "test", "cases.toml", cwd=tmp_path).returncode == 0
    table = README[README.index("| condition | holds when |") :].partition("\n\n")[0]
    named = {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)(?: = [^`]*)?`", row.split("|")[1])}
    assert named == set(PREDICATES)
    assert all(f"policy {verb}" in README for verb in SUBVERBS)


def test_the_people_are_asked_and_their_approvals_count(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_text(one_block("toml", "# people"))
    head = git(repository, "rev-parse", "agent/cleanup").strip()
    review = json.loads(one_block("json", '{"author"').replace("HEAD-COMMIT-ID", head))
    del review["approvals"][0]["at"]

    def judge(approvals: list[dict[str, str]]) -> dict[str, Any]:
        (tmp_path / "review.json").write_text(json.dumps(review | {"approvals": approvals}))
        options = ("--roster", str(tmp_path / "people.toml"), "--review", str(tmp_path / "review.json"), "--format", "json")
        done = aicheck("scan", "--base", "main", "--head", "agent/cleanup", *options, cwd=repository)
        decision: dict[str, Any] = json.loads(done.stdout)["decision"]
        return decision

    alone = judge([])
    assert alone["verdict"] == "pending"
    assert {name for need in alone["needs"] for name in need["candidates"]} <= {"@alice", "@bob", "@carol", "@mi"}
    everybody = [{"by": name, "commit": head} for name in ("@alice", "@bob")]
    assert judge(everybody)["verdict"] == "satisfied"
    refused = judge([{"by": "@jo", "commit": head}, {"by": "@alice", "commit": "0" * 40}, {"by": "@eve", "commit": head}])
    assert refused["verdict"] == "pending"
    assert len(refused["approvals"]["not_counted"]) == 3


@pytest.mark.parametrize(("before", "after"), [("same-line", "later"), ("above", "above-later")])
def test_an_accepting_comment_counts_only_when_it_stood_there_before(tmp_path: Path, before: str, after: str) -> None:
    accepted = "import shutil\n\n\n" + one_block("python", "def drop")
    above = re.sub(r"( +)(shutil.*?)  (# aicheck.*)", r"\1\3\n\1\2", accepted)
    texts = {"none": "", "same-line": accepted, "above": above, "later": f"VERSION = 2\n{accepted}", "above-later": f"VERSION = 2\n{above}"}
    for folder, text in texts.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "app.py").write_text(text)
    added = aicheck("scan", "--before", "none", "--after", before, "--format", "json", cwd=tmp_path)
    report = json.loads(added.stdout)
    assert {finding["rule"] for finding in report["findings"]} == {
        "broad-deletion/unproven-path",
        "suppression-tampering/suppression-added",
    }
    assert report["decision"]["verdict"] == "pending"

    stands = json.loads(aicheck("scan", "--before", before, "--after", after, "--format", "json", cwd=tmp_path).stdout)
    assert [(finding["rule"], finding["state"], finding["suppression"]["reason"]) for finding in stands["findings"]] == [
        ("broad-deletion/unproven-path", "unchanged", "the caller made it with mkdtemp")
    ]
    assert stands["decision"]["verdict"] == "satisfied"


def test_the_acknowledgement_clears_what_the_author_may_clear(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(repository), "clone")
    clone = tmp_path / "clone"
    values = clone / "deploy" / "values.production.yaml"
    values.write_text(values.read_text().replace("replicas: 6", "replicas: 1"))
    git(clone, "commit", "-q", "-a", "-m", "One replica at night")
    assert aicheck("scan", "--commit", "HEAD", cwd=clone).returncode == errors.EXIT_PENDING
    git(clone, "commit", "-q", "--amend", "-m", f"One replica at night\n\n{one_block('text', 'Aicheck-Ack')}")
    done = aicheck("scan", "--commit", "HEAD", cwd=clone)
    assert done.returncode == errors.EXIT_SATISFIED, done.stdout


def test_an_undeclared_change_counts_as_assisted_unless_the_policy_reports_only(tmp_path: Path) -> None:
    for folder, text in (("before", ""), ("after", "import shutil\n\n\ndef drop(folder):\n    shutil.rmtree(folder)\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "app.py").write_text(text)
    scan = ("scan", "--before", "before", "--after", "after")
    assert aicheck(*scan, cwd=tmp_path).returncode == errors.EXIT_PENDING
    assert aicheck(*scan, "--provenance", "human", cwd=tmp_path).returncode == errors.EXIT_PENDING
    (tmp_path / "policy.toml").write_text('schema = 1\n[provenance]\nundeclared = "report"\n')
    assert aicheck(*scan, "--policy", "policy.toml", cwd=tmp_path).returncode == errors.EXIT_SATISFIED


def test_the_hook_of_the_readme_is_the_one_that_is_offered() -> None:
    wanted = yaml.safe_load(one_block("yaml", "repos"))["repos"][0]
    offered = yaml.safe_load((SOURCE / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in wanted["hooks"]] == [hook["id"] for hook in offered]


def test_the_output_has_the_keys_and_formats_that_are_named(repository: Path) -> None:
    report = json.loads(aicheck("scan", "--base", "main", "--head", "agent/cleanup", "--format", "json", cwd=repository).stdout)
    paragraph = README[README.index("The JSON object") :].partition("`coverage` names")
    assert re.findall(r"`(\w+)`", paragraph[0]) == list(report)
    assert {row["outcome"] for row in report["coverage"]} <= set(re.findall(r"`([\w-]+)`", paragraph[2][:150]))
    changed = set(git(repository, "diff", "--name-only", "main", "agent/cleanup").split())
    assert {row["path"] for row in report["coverage"]} == changed
    named = README[README.index("`--format` may be given") :].partition("(workflow")[0]
    assert set(re.findall(r"`(\w+)`", named)) == set(FORMATS)


def test_the_languages_are_those_of_the_catalogue() -> None:
    catalogue = load_catalogue()
    sentence = re.search(r"^- It reads (.*?)\.\s+Other", README, re.MULTILINE | re.DOTALL)
    assert sentence is not None
    assert set(re.split(r", | and ", " ".join(sentence[1].split()))) == {LANGUAGE_NAMES[name] for name in catalogue.languages()}


def test_every_verb_is_described() -> None:
    assert {verb for verb in VERBS if f"aicheck {verb}" not in README} == set()


@pytest.mark.parametrize("page", ["README.md", "docs/ci.md"])
def test_links_lead_somewhere(page: str) -> None:
    text = (SOURCE / page).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert ((SOURCE / page).parent / link).is_file(), link


def test_the_licence_is_whole_and_names_its_holder() -> None:
    text = (SOURCE / "LICENSE").read_text("utf-8")
    assert MANIFEST["project"]["license"] == "Apache-2.0"
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert "Copyright The aicheck authors" in text


def test_nothing_of_a_change_is_executed(repository: Path, tmp_path: Path) -> None:
    """A promise under Limits. The scanned tree has modules that leave a mark when they are imported or run."""
    git(tmp_path, "clone", "-q", str(repository), "clone")
    mark = tmp_path / "mark"
    for name in ("sitecustomize.py", "yaml.py", "conftest.py", "setup.py", "click.py"):
        (tmp_path / "clone" / name).write_text(f"import shutil\nopen({str(mark)!r}, 'w').close()\ndef f(p):\n    shutil.rmtree(p)\n")
    done = aicheck("scan", cwd=tmp_path / "clone")
    assert done.returncode == errors.EXIT_PENDING
    assert "sitecustomize.py" in done.stdout
    assert not mark.exists()
    assert run("git", "status", "--porcelain", cwd=tmp_path / "clone").stdout.count("??") == 5


def test_paths_narrow_the_change(repository: Path) -> None:
    done = aicheck("scan", "--base", "main", "--head", "agent/cleanup", "--format", "json", "terraform", cwd=repository)
    report = json.loads(done.stdout)
    assert report["change"]["partial"] is True
    assert {row["path"] for row in report["coverage"]} == {"terraform/database.tf"}


def test_other_files_are_listed_as_not_applicable(tmp_path: Path) -> None:
    names = ("main.rs", "Main.kt", "app.rb", "index.php")
    for name in names:
        (tmp_path / name).write_text("drop();\n")
    report = json.loads(aicheck("scan", "--all", "--format", "json", ".", cwd=tmp_path).stdout)
    assert {(row["path"], row["outcome"]) for row in report["coverage"]} == {(name, "not-applicable") for name in names}


def test_a_comment_that_accepts_nothing_is_listed(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("VALUE = 1  # aicheck: ignore[swallowed-errors/bare-except] there was one\n")
    done = aicheck("scan", "--all", "app.py", cwd=tmp_path)
    assert re.search(r"^unused +app\.py:1 ", done.stdout, re.MULTILINE), done.stdout

"""The pre-commit hook, run by real pre-commit at a real `git commit`."""

import shutil
import sys
from pathlib import Path

import yaml

from tests.demo import SOURCE, build_demo, git, put_aicheck_on_path, run

HOOK = yaml.safe_load((SOURCE / ".pre-commit-hooks.yaml").read_text("utf-8"))[0]
FOUND = "safeguard-removal/deletion-protection-off"


def install_hook(repository: Path, source: dict[str, object]) -> None:
    """Let pre-commit judge every commit in the repository."""
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [source]}))
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Hooks")
    done = run(sys.executable, "-m", "pre_commit", "install", cwd=repository, PRE_COMMIT_HOME=str(repository.parent / "home"))
    assert done.returncode == 0, done.stdout + done.stderr


def commit(repository: Path, *arguments: str, **variables: str) -> tuple[bool, str]:
    """Whether the commit was made, and what the hook printed."""
    before = git(repository, "rev-parse", "HEAD")
    home = str(repository.parent / "home")
    done = run("git", "commit", "-m", "Change", *arguments, cwd=repository, PRE_COMMIT_HOME=home, **variables)
    assert (done.returncode == 0) is (git(repository, "rev-parse", "HEAD") != before)
    return done.returncode == 0, done.stdout + done.stderr


def replace(file: Path, before: str, after: str) -> None:
    """Change one text in a file."""
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))


def exercise(repository: Path, **variables: str) -> None:
    """A harmless commit passes; a dangerous one is stopped with its finding, whichever way it reaches the index."""
    replace(repository / "README.md", "Takes orders", "Takes orders from the shop")
    replace(repository / "terraform" / "database.tf", "= true", "= false")
    git(repository, "add", "README.md")
    made, printed = commit(repository, **variables)
    assert made, printed
    assert "Passed" in printed

    made, printed = commit(repository, "--all", **variables)  # git hands the hook an index of its own
    assert not made
    assert FOUND in printed
    assert "Internal" not in printed

    git(repository, "add", "-A")
    made, printed = commit(repository, **variables)
    assert not made
    assert FOUND in printed
    assert "deletion protection of aws_db_instance.orders: true -> false" in printed


def test_the_hook_judges_only_what_is_staged(tmp_path: Path) -> None:
    """As a local hook with the same entry, whose program is this checkout: pre-commit need not install anything."""
    repository = build_demo(tmp_path / "repository")
    path = put_aicheck_on_path(tmp_path / "bin")
    install_hook(repository, {"repo": "local", "hooks": [{**HOOK, "language": "system"}]})
    exercise(repository, PATH=path)


def test_the_hook_can_be_passed_by(tmp_path: Path) -> None:
    repository = build_demo(tmp_path / "repository")
    install_hook(repository, {"repo": "local", "hooks": [{**HOOK, "language": "system", "entry": "false"}]})
    replace(repository / "README.md", "Takes orders", "Takes orders from the shop")
    git(repository, "add", "-A")
    assert not commit(repository)[0]
    made, printed = commit(repository, SKIP="aicheck")
    assert made, printed
    assert "Skipped" in printed


def test_the_offered_hook_is_valid() -> None:
    done = run(sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml", cwd=SOURCE)
    assert done.returncode == 0, done.stdout


def test_the_hook_installs_from_this_repository_and_judges(tmp_path: Path) -> None:
    """As users have it: pre-commit clones the repository, makes an environment and installs aicheck with what it needs."""
    origin = tmp_path / "aicheck"
    for name in filter(None, git(SOURCE, "ls-files", "-co", "--exclude-standard", "-z").split("\0")):
        if (SOURCE / name).is_file():
            (origin / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SOURCE / name, origin / name)
    git(origin, "init", "-q")
    git(origin, "add", "-A")
    git(origin, "commit", "-q", "-m", "All")
    revision = git(origin, "rev-parse", "HEAD").strip()
    repository = build_demo(tmp_path / "repository")
    install_hook(repository, {"repo": str(origin), "rev": revision, "hooks": [{"id": HOOK["id"]}]})
    exercise(repository, PYTHONPATH="")  # what is judged with is what was installed, not this checkout

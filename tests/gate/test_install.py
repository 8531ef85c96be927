"""Setting a gate up: again is no harm, and what belongs to others stays."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from aicheck.errors import ConfigError
from aicheck.gate.keyring import read_signers
from aicheck.gate.settings import GateSettings, load_settings, settings_file, write_settings
from tests.gate.company import HARMLESS, RISKY, Company, Done, fingerprint


def install(company: Company, *options: str, where: Path | None = None) -> Done:
    return company.run(
        company.folder, sys.executable, "-P", "-m", "aicheck", "gate", "git", "install", str(where or company.server), *options
    )


@pytest.fixture
def empty(tmp_path: Path, keys: Mapping[str, Path]) -> Company:
    return Company(tmp_path, keys)


def test_installing_again_changes_only_what_is_asked_for(empty: Company) -> None:
    assert install(empty, "--protect", "main", "--protect", "release/*").accepted
    hook, settings = empty.server / "hooks/pre-receive", settings_file(empty.server)
    before = (hook.read_text(), settings.read_text(), (empty.server / "config").read_text())
    again = install(empty)
    assert again.text == "the gate guards main, release/*, as before"
    assert (hook.read_text(), settings.read_text(), (empty.server / "config").read_text()) == before
    assert install(empty, "--require-pusher").text.splitlines()[0] == "set up: settings in aicheck/gate.toml"
    assert load_settings(empty.server) == GateSettings(("main", "release/*"), require_pusher=True)
    hook.chmod(0o644)
    assert "set up: hook hooks/pre-receive" in install(empty).text


def test_another_s_hook_is_not_overwritten(empty: Company) -> None:
    hook = empty.server / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho mine\n")
    done = install(empty)
    assert (done.code, "is another's hook" in done.text) == (2, True)
    assert hook.read_text() == "#!/bin/sh\necho mine\n"
    assert not settings_file(empty.server).exists()


def test_a_gate_stands_in_a_bare_repository_whose_hooks_git_looks_for_there(empty: Company) -> None:
    work = empty.folder / "work"
    empty.must(empty.folder, "git", "init", "-q", str(work))
    assert "is not a bare repository" in install(empty, where=work).text
    empty.must(empty.server, "git", "config", "core.hooksPath", "/elsewhere")
    assert "core.hooksPath" in install(empty).text


@pytest.mark.parametrize("option", ["--protect=refs/heads/main", "--protect=[m]ain", "--pusher-from=A-B"])
def test_settings_that_cannot_be_meant_are_refused(empty: Company, option: str) -> None:
    assert install(empty, option).code == 2
    assert not settings_file(empty.server).exists()


def test_settings_survive_their_own_loader(tmp_path: Path) -> None:
    settings = GateSettings(("main", 'odd "name"'), ("GL_USER",), True, "/etc/signers")
    settings_file(tmp_path).parent.mkdir()
    settings_file(tmp_path).write_text(write_settings(settings))
    assert load_settings(tmp_path) == settings
    settings_file(tmp_path).write_text("schema = 1\n")
    with pytest.raises(ConfigError, match="needs the key 'protect'"):
        load_settings(tmp_path)


def test_without_a_roster_the_server_s_list_of_signers_counts(empty: Company) -> None:
    signers = empty.folder / "signers"
    public = {name: " ".join(Path(f"{empty.keys[name]}.pub").read_text().split()[:2]) for name in ("se", "op", "eve")}
    signers.write_text(
        f'# people\nse@acme.example,se namespaces="git" {public["se"]}\n* {public["eve"]}\nca cert-authority {public["op"]}\nbroken\n'
    )
    assert read_signers(str(signers)) == {fingerprint(empty.keys["se"]): "se@acme.example"}
    assert install(empty, "--signers", str(signers)).accepted
    empty.commit("op", {"app.py": HARMLESS}, "First")
    assert empty.push("op").accepted
    head = empty.propose("jo", {"app.py": RISKY})
    assert "nobody here is known by the key" in empty.approve("eve", head).text
    assert not empty.push("jo").accepted
    assert empty.approve("se", head).accepted
    done = empty.push("jo")
    assert done.accepted, done.text
    assert "approved by se@acme.example" in done.text
    mine = empty.propose("se", {"lib.py": RISKY}, branch="mine")
    assert empty.approve("se", mine).accepted
    assert "it is of the author of the change" in empty.push("se").text

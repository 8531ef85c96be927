"""Signatures of tools that aicheck does not know: from the trusted side, and from plugins that somebody trusts."""

import json
import os
from pathlib import Path

from tests.demo import SOURCE, aicheck, git
from tests.test_trusted import commit, make

OWN = """
[[signature]]
id = "acme-bot"
where = ["co-author"]
match = "email"
values = ["bot@acme.example"]
tool = "acme"
strength = "structured"
source = "Acme handbook"
"""
MESSAGE = "Tidy up\n\nCo-authored-by: Acme <bot@acme.example>"
PLUGIN = f'import pluggy\n\n\n@pluggy.HookimplMarker("aicheck")\ndef aicheck_signatures():\n    return """{OWN}"""\n'


def change(folder: Path) -> None:
    (folder / "a.py").write_text("x = 2\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", MESSAGE)


def tools_of(folder: Path, *options: str, **variables: str) -> list[str]:
    done = aicheck("scan", "--commit", "HEAD", "--format", "json", *options, cwd=folder, **variables)
    tools: list[str] = json.loads(done.stdout)["provenance"]["tools"]
    return tools


def test_those_of_the_trusted_side_count_and_those_of_the_change_do_not(tmp_path: Path) -> None:
    make(tmp_path / "old", {"a.py": "x = 1\n"})
    (tmp_path / "old" / ".aicheck").mkdir()
    (tmp_path / "old" / ".aicheck" / "signatures.toml").write_text(OWN)
    change(tmp_path / "old")
    assert tools_of(tmp_path / "old") == []
    commit(tmp_path / "old", {"a.py": "x = 3\n"})
    git(tmp_path / "old", "commit", "-q", "--amend", "-m", MESSAGE)
    assert tools_of(tmp_path / "old") == ["acme"]
    told = json.loads(aicheck("provenance", "HEAD", "--format", "json", cwd=tmp_path / "old").stdout)
    assert (told["state"], told["tools"]) == ("marked", ["acme"])


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    make(tmp_path / "shop", {"a.py": "x = 1\n", ".aicheck/signatures.toml": OWN.replace('"structured"', '"weak"')})
    change(tmp_path / "shop")
    done = aicheck("scan", "--commit", "HEAD", cwd=tmp_path / "shop")
    assert done.returncode == 2
    assert ".aicheck/signatures.toml at" in done.stderr
    assert "'acme-bot': `strength` must be one of" in done.stderr


def test_those_of_a_trusted_plugin_count(tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    (installed / "acme_signs-1.0.dist-info").mkdir(parents=True)
    (installed / "acme_signs-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-signs\nVersion: 1.0\n")
    (installed / "acme_signs-1.0.dist-info" / "entry_points.txt").write_text("[aicheck]\nsigns = acme_signs\n")
    (installed / "acme_signs.py").write_text(PLUGIN)
    make(tmp_path / "shop", {"a.py": "x = 1\n"})
    change(tmp_path / "shop")
    path = os.pathsep.join((str(installed), str(SOURCE)))
    assert tools_of(tmp_path / "shop", PYTHONPATH=path) == []
    assert tools_of(tmp_path / "shop", "--trust-plugin", "acme-signs", PYTHONPATH=path) == ["acme"]

"""The wheel holds everything that a checkout has, and the command works from it."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from aicheck.catalogue import load_catalogue

SOURCE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contents of the wheel, as an installer would lay them out."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_catalogue_from_the_wheel_is_that_of_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    command = [sys.executable, "-P", "-m", "aicheck", "rules", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, env=environment)
    listed = {rule["id"]: rule["languages"] for rule in json.loads(done.stdout)}
    assert listed == {rule.id: list(rule.languages) for rule in load_catalogue(whole=True).rules}
    assert "go" in listed["unbounded-retry/loop-without-exit"], "the Semgrep rules are packed"


def test_the_wheel_holds_the_packaged_data_and_no_tests(unpacked: Path) -> None:
    for name in ("py.typed", "policy/default.toml", "provenance/signatures.toml"):
        assert (unpacked / "aicheck" / name).is_file()
    assert sorted(path.name for path in unpacked.iterdir() if path.suffix != ".dist-info") == ["aicheck"]
    (metadata,) = unpacked.glob("*.dist-info/METADATA")
    assert "License-Expression: Apache-2.0" in metadata.read_text()

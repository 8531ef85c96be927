"""The second SARIF validator, brought from npm into the user's cache: `@microsoft/sarif-multitool` and its JSON schema."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

VERSION = "5.7.0"
PACKAGE = f"@microsoft/sarif-multitool-linux@{VERSION}"
CONFIGURATION = """<?xml version="1.0" encoding="utf-8"?>
<Properties>
  <Properties Key="SARIF2006.UrisShouldBeReachable.Options">
    <Property Key="RuleEnabled" Value="Disabled" Type="Driver.RuleEnabledState" />
  </Properties>
</Properties>
"""
"""Without this rule, which asks the network for every address in a log."""


@dataclass(frozen=True)
class SarifTools:
    """Both validators."""

    folder: Path

    def schema_errors(self, log: str) -> list[str]:
        """What the JSON schema finds wrong."""
        schema = json.loads((self.folder / "sarif-2.1.0.json").read_text("utf-8-sig"))
        return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(json.loads(log))]

    def complaints(self, logs: Mapping[str, str], scratch: Path) -> list[str]:
        """Errors and warnings of the multitool, each with the log's name. Its exit code says nothing, so its own log is read."""
        for name, log in logs.items():
            (scratch / f"{name}.sarif").write_text(log, "utf-8")
        (scratch / "configuration.xml").write_text(CONFIGURATION, "utf-8")
        kinds = ("--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note", "-q", "true", "--log", "ForceOverwrite")
        names = [f"{name}.sarif" for name in logs]
        command = [str(self.folder / "Sarif.Multitool"), "validate", *names, "-c", "configuration.xml", "-o", "out.log", *kinds]
        subprocess.run(command, cwd=scratch, check=True, capture_output=True, timeout=120)
        run: dict[str, Any] = json.loads((scratch / "out.log").read_text("utf-8-sig"))["runs"][0]
        assert run["invocations"][0]["executionSuccessful"]
        places = [result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run["results"]]
        seen = {run["artifacts"][place["index"]]["location"]["uri"] if "uri" not in place else place["uri"] for place in places}
        assert len(seen) == len(logs)  # every log draws a note at least, so a log without any was not read
        found = [(place, result) for place, result in zip(places, run["results"], strict=True) if result.get("level", "warning") != "note"]
        return [f"{place.get('uri')}: {result['ruleId']} {result['message']}" for place, result in found]


@pytest.fixture(scope="session")
def sarif_tools() -> SarifTools:
    if shutil.which("npm") is None:
        pytest.skip("npm is missing, so the SARIF schema and the second validator cannot be brought here")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "aicheck-tests"
    target = cache / f"sarif-multitool-{VERSION}"
    package = target / "node_modules" / "@microsoft" / "sarif-multitool-linux"
    if not package.exists():
        _install(cache, target)
    tool = package / "Sarif.Multitool"
    tool.chmod(tool.stat().st_mode | 0o100)  # its install script would do this, and scripts are off
    return SarifTools(package)


def _install(cache: Path, target: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    scratch = tempfile.mkdtemp(dir=cache)
    subprocess.run(
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", scratch, PACKAGE],
        check=True,
        capture_output=True,
        timeout=300,
    )
    try:
        Path(scratch).rename(target)
    except OSError:  # another session was faster
        shutil.rmtree(scratch)

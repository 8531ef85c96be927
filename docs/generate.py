"""Writes the rule pages in `docs/rules/` from the rules themselves; `--check` only compares.

Run as `python -m docs.generate` from the repository's top folder.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from aicheck.catalogue import load_catalogue
from aicheck.report.rule_page import render, rules_index

FOLDER = Path(__file__).parent / "rules"
NOTICE = "<!-- Generated from the rules by `make docs`; edit the rule instead. -->\n\n"


def pages() -> Mapping[Path, str]:
    """Every generated page: its path below `docs/rules/` and its text."""
    rules = load_catalogue(whole=True).rules
    made = {Path("index.md"): rules_index(rules)}
    for rule in rules:
        made[Path(rule.family) / f"{rule.name}.md"] = render(rule)
    return {path: NOTICE + text.rstrip("\n") + "\n" for path, text in made.items()}


def differences() -> list[str]:
    """One line for each page that is missing, stale or left over."""
    wanted = pages()
    present = {path.relative_to(FOLDER) for path in FOLDER.rglob("*.md")}
    stale = [
        f"docs/rules/{path} is out of date" for path, text in wanted.items() if path in present and (FOLDER / path).read_text() != text
    ]
    missing = [f"docs/rules/{path} is missing" for path in wanted if path not in present]
    return sorted(stale + missing + [f"docs/rules/{path} has no rule" for path in present - set(wanted)])


def write() -> None:
    """Make `docs/rules/` hold exactly the generated pages."""
    wanted = pages()
    for path in {path.relative_to(FOLDER) for path in FOLDER.rglob("*.md")} - set(wanted):
        (FOLDER / path).unlink()
    for path, text in wanted.items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(text)


def main() -> None:
    """Write the pages, or say which ones differ and fail."""
    if "--check" not in sys.argv[1:]:
        write()
        return
    found = differences()
    if found:
        sys.exit("\n".join([*found, "run `make docs`"]))


if __name__ == "__main__":
    main()

"""Documentation of rules in Markdown, made from the rules themselves: the page of one, the index of all."""

import difflib
from collections.abc import Sequence

from aicheck.model.rule import Example, Rule, severity_rank
from aicheck.report.markdown_text import code_block, code_span, prose

_LANGUAGES = {
    "py": "python", "js": "javascript", "jsx": "jsx", "ts": "typescript", "tsx": "tsx", "go": "go", "tf": "hcl", "hcl": "hcl",
    "yml": "yaml", "yaml": "yaml", "json": "json", "toml": "toml", "sql": "sql", "sh": "sh", "ini": "ini", "cfg": "ini",
}  # fmt: skip
_NAMES = {"Dockerfile": "dockerfile", "Makefile": "makefile"}
_SLASH_COMMENTS = {"javascript", "typescript", "go", "jsx", "tsx", "java", "rust", "c", "cpp"}


def render(rule: Rule) -> str:
    """The page of one rule, ending in a line feed."""
    parts = [
        f"# {prose(rule.title)}",
        f"{code_span(rule.id)}: severity **{rule.severity}**, confidence **{rule.confidence}**, since {rule.since}. {_scope(rule)}",
        f"## Why it matters\n\n{prose(rule.why)}",
        f"## What to do instead\n\n{prose(rule.instead)}",
    ]
    for title, bad in (("## Found", True), ("## Not found", False)):
        shown = [render_example(example) for example in rule.examples if example.bad is bad]
        parts += [title, *shown] if shown else []
    parts.append(_accepting(rule))
    if rule.cwe or rule.references:
        weaknesses = [f"- [CWE-{number}](https://cwe.mitre.org/data/definitions/{number}.html)" for number in rule.cwe]
        parts.append("\n".join(("## References\n", *weaknesses, *(f"- {_reference(reference)}" for reference in rule.references))))
    return "\n\n".join(parts) + "\n"


def render_example(example: Example) -> str:
    """An example with its note: whole files when they are new, differences when there was something before."""
    before, after = dict(example.before), dict(example.after)
    paths = sorted({*before, *after})
    parts = [f"{prose(example.note[0].upper() + example.note[1:])}:"] if example.note else []
    for path in paths:
        if len(paths) > 1:
            parts.append(code_span(path) + ("" if path in after else ", removed"))
        if before:
            parts.append(code_block(_difference(before.get(path, ""), after.get(path, "")), "diff"))
        else:
            parts.append(code_block(after[path], fence_language(path)))
    return "\n\n".join(parts)


def rules_index(rules: Sequence[Rule]) -> str:
    """A table of the rules per family, each linked to `FAMILY/BAD-PATTERN.md`; families and rules sorted by name."""
    families = sorted({rule.family for rule in rules})
    sections = [f"## {family}\n\n{family_table([rule for rule in rules if rule.family == family])}" for family in families]
    return "\n\n".join((f"# Rules\n\n{len(rules)} rule{'' if len(rules) == 1 else 's'} in {len(families)} families.", *sections)) + "\n"


def family_table(rules: Sequence[Rule]) -> str:
    """The table of one family, worst first, without a final line feed."""
    ordered = sorted(rules, key=lambda rule: (-severity_rank(rule.severity), rule.id))
    rows = [
        f"| [{code_span(rule.name, in_table=True)}]({rule.id}.md) | {_cell(prose(rule.title))} | {rule.severity} | {rule.confidence} | "
        f"{_cell(', '.join(rule.languages) or 'any')} |"
        for rule in ordered
    ]
    return "\n".join(("| Rule | What it finds | Severity | Confidence | Languages |", "| --- | --- | --- | --- | --- |", *rows))


def fence_language(path: str) -> str:
    """The word after a code fence for a file of this name; empty when unknown."""
    name = path.rpartition("/")[2]
    return _NAMES.get(name) or _LANGUAGES.get(name.rpartition(".")[2], "")


def _scope(rule: Rule) -> str:
    languages = f" in {', '.join(rule.languages)}" if rule.languages else ""
    compared = {
        "snapshot": "Looks at the code" + languages,
        "differential": "Compares both sides of a file" + languages,
        "change": "Judges the change as a whole" + languages,
    }[rule.kind]
    counted = {"added": "", "removed": "; a match that the change removes counts", "present": "; a match that was there before counts, too"}
    return f"{compared}{counted[rule.when] if rule.kind == 'snapshot' else ''}."


def _accepting(rule: Rule) -> str:
    mark = "//" if rule.languages and set(rule.languages) <= _SLASH_COMMENTS else "#"
    comment = code_block(f"{mark} aicheck: ignore[{rule.id}] why this place is safe")
    return (
        f"## Accept one place\n\n{comment}\n\nThe reason is required. A comment that the change itself adds does not count: "
        "it has to be on the base branch already."
    )


def _reference(reference: str) -> str:
    return f"<{reference}>" if reference.startswith("https://") and not set(reference) & set("<> \n") else prose(reference)


def _difference(before: str, after: str) -> str:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3))[2:]  # without the file names
    return "\n".join(line for line in lines if not line.startswith("@@")) or after


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

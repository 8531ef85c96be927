import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from aicheck.model.rule import Example, Rule
from aicheck.report.rule_page import fence_language, render, render_example, rules_index
from tests.report.golden import check
from tests.report.sample import PROTECTION, RETRY, RULES


@pytest.mark.parametrize("rule", [PROTECTION, RETRY], ids=lambda rule: rule.name)
def test_the_page_as_a_whole(rule: Rule) -> None:
    check(f"{rule.name}.md", render(rule))


def test_every_example_is_shown() -> None:
    shown = render(RETRY)
    assert shown.count("```python") == 2
    assert shown.index("## Found") < shown.index("No stop=:") < shown.index("## Not found") < shown.index("Bounded:")


def test_an_example_of_several_files_names_them() -> None:
    example = Example(True, (("a.sql", "-- old\nselect 1;\n"), ("t.py", "x\n")), (("a.sql", "select 1;\n"),))
    shown = render_example(example)
    assert "`a.sql`\n\n```diff\n--- old\n select 1;\n```" in shown
    assert "`t.py`, removed\n\n```diff\n-x\n```" in shown


def test_code_cannot_leave_its_fence() -> None:
    rule = replace(RETRY, examples=(Example(True, (), (("a.py", "'''\n```\n<script>\n````\n'''\n"),)),))
    assert "<script>" not in MarkdownIt("commonmark", {"html": True}).render(render(rule))


def test_the_index_lists_every_rule_once_worst_first() -> None:
    index = rules_index(RULES)
    assert all(index.count(f"({rule.id}.md)") == 1 for rule in RULES)
    assert index.index("deletion-protection-removed") < index.index("test-removed")
    assert "4 rules in 3 families." in index
    assert MarkdownIt("commonmark").enable("table").render(index).count("<tr>") == 4 + 3


@pytest.mark.parametrize(
    ("path", "language"), [("a/b.py", "python"), ("x.tf", "hcl"), ("docker/Dockerfile", "dockerfile"), ("LICENSE", ""), ("a.unknown", "")]
)
def test_fences_follow_the_file_name(path: str, language: str) -> None:
    assert fence_language(path) == language

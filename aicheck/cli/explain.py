"""`aicheck explain RULE`: the rule's documentation page in the terminal."""

import difflib
import sys

import click

from aicheck.catalogue import load_catalogue
from aicheck.errors import UsageError
from aicheck.model.rule import is_imported
from aicheck.report.rule_page import render


@click.command("explain")
@click.argument("rule")
@click.option(
    "--format", "output", type=click.Choice(["text", "markdown"]), default="text", show_default=True, help="How to print the page."
)
def command(rule: str, output: str) -> None:
    """Explain RULE (its id, for example broad-deletion/unproven-path): why it matters, examples, what to do instead."""
    rules = load_catalogue(whole=True).by_id()
    if is_imported(rule):
        raise UsageError(
            f"rule {rule} is another tool's; that tool's documentation explains it, and SARIF output links it where the log did"
        )
    if rule not in rules:
        names = [known for known in rules if known.endswith(f"/{rule}")] or difflib.get_close_matches(rule, rules, n=1)
        hint = f"; did you mean {names[0]}?" if names else "; `aicheck rules` lists them"
        raise UsageError(f"there is no rule {rule}{hint}")
    page = render(rules[rule])
    if output == "markdown" or sys.stdout is None or not sys.stdout.isatty():
        click.echo(page)
        return
    from rich.console import Console  # only for a terminal
    from rich.markdown import Markdown

    Console().print(Markdown(page))

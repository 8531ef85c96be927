"""`aicheck rules`: the catalogue as a table."""

import json

import click
import msgspec

from aicheck.catalogue import load_catalogue
from aicheck.cli.output import look_at_terminal
from aicheck.model.rule import Rule


@click.command("rules")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print the rules.")
def command(output: str) -> None:
    """List the rules: id, severity, languages, and what each looks for."""
    rules = load_catalogue().rules
    if output == "json":
        click.echo(json.dumps([_value(rule) for rule in rules], indent=2))
    else:
        _print_table(rules)


def _value(rule: Rule) -> dict[str, object]:
    value: dict[str, object] = msgspec.to_builtins(rule)
    del value["needles"], value["source"]
    return {"id": value.pop("id"), "family": rule.family, **value}


def _print_table(rules: tuple[Rule, ...]) -> None:
    from rich import box  # half of this command's time; JSON does not need it
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(
        Column("rule", no_wrap=True), "severity", "languages", "what it looks for", box=box.SIMPLE, show_edge=False, pad_edge=False
    )
    for rule in rules:
        table.add_row(rule.id, rule.severity, ", ".join(rule.languages), rule.title)
    Console(markup=False, highlight=False, width=look_at_terminal("auto").width).print(table)

"""The table of kinds of commands."""

import shlex

import pytest

from aicheck.authoring.command_patterns import kind_of, kinds, parse_pattern
from aicheck.authoring.command_words import take_apart
from aicheck.model.facts import Command
from aicheck.model.location import Span

RULES = ("environment", "database", "state", "volume", "store", "history", "network", "apply", "migrate", "deploy", "test", "backup")


def command(line: str) -> Command:
    return Command(tuple(shlex.split(line)), Span(1, 1, 1, 2))


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("environment", "terraform -chdir=infra destroy -auto-approve"),
        ("environment", "kubectl delete ns shop"),
        ("environment", "helm -n shop uninstall web"),
        ("database", "prisma migrate reset --force"),
        ("database", "rails db:drop db:create"),
        ("database", 'psql "$URL" -c "drop schema public cascade"'),
        ("database", 'mongosh --eval "db.dropDatabase()"'),
        ("database", "aws --region eu-west-1 rds delete-db-instance --db-instance-identifier x"),
        ("state", "terraform state rm aws_db_instance.x"),
        ("volume", "docker compose -f a.yml down --volumes"),
        ("store", "redis-cli -h cache FLUSHALL"),
        ("network", "iptables -F"),
        ("migrate", "python manage.py migrate --no-input"),
        ("backup", "pg_dump shop"),
    ],
)
def test_kinds(rule: str, line: str) -> None:
    assert kind_of(rule, command(line)) is not None


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("environment", "terraform plan -destroy"),
        ("environment", "terraform destroy --help"),
        ("environment", "kubectl delete ns shop --dry-run=client"),
        ("environment", "kubectl delete pod x"),
        ("database", "prisma migrate deploy"),
        ("database", 'psql -c "select * from dropped"'),
        ("database", "python manage.py migrate"),
        ("database", "prisma db push"),
        ("volume", "docker compose down"),
        ("store", "redis-cli DEL x"),
        ("network", "iptables -t nat -L"),
    ],
)
def test_look_alikes(rule: str, line: str) -> None:
    assert kind_of(rule, command(line)) is None


def test_a_pattern() -> None:
    pattern = parse_pattern("a|b x|y * -v|--volumes !--keep")
    assert pattern.fits(take_apart(("a", "y", "any", "-v")))
    assert not pattern.fits(take_apart(("a", "y", "any")))
    assert not pattern.fits(take_apart(("b", "x", "any", "--volumes", "--keep")))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_kinds(rule: str) -> None:
    assert kinds(rule)
    assert all(kind.by_program or kind.text for kind in kinds(rule))

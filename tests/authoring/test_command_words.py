"""Command lines taken apart."""

import pytest

from aicheck.authoring.command_words import started, take_apart


@pytest.mark.parametrize(
    ("line", "positionals"),
    [
        ("kubectl -n shop delete ns x", ("delete", "ns", "x")),
        ("terraform -chdir=x destroy -auto-approve", ("destroy",)),
        ("aws --profile shop s3 rb s3://b", ("s3", "rb", "s3://b")),
        ("git push -f origin main", ("push", "origin", "main")),
    ],
)
def test_options_before_the_subcommand(line: str, positionals: tuple[str, ...]) -> None:
    assert take_apart(tuple(line.split())).positionals == positionals


def test_the_value_of_an_unknown_option_is_not_certain() -> None:
    words = take_apart(("shopctl", "--color", "red", "purge"))
    assert words.positionals == ("red", "purge")
    assert words.certain == ("purge",)


@pytest.mark.parametrize("option", ["-auto-approve", "--auto-approve", "--auto-approve=true"])
def test_spellings_of_an_option(option: str) -> None:
    assert take_apart(("terraform", "apply", option)).has("auto-approve")


def test_an_option_that_is_switched_off_is_not_there() -> None:
    assert not take_apart(("terraform", "apply", "--auto-approve=false")).has("auto-approve")


def test_letters_together() -> None:
    words = take_apart(("rm", "-rf", "x"))
    assert words.has("-r") and words.has("-f")
    assert not take_apart(("terraform", "-rf")).has("-r")


def test_a_negative_number_is_no_option() -> None:
    assert take_apart(("find", "x", "-mtime", "-7")).value("mtime") == "-7" or take_apart(("find", "x", "-mtime", "-7")).has("mtime")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("docker compose down -v", "docker-compose down -v"),
        ("tofu destroy", "terraform destroy"),
        ("python -m alembic upgrade head", "alembic upgrade head"),
        ("python3.12 src/manage.py flush", "manage.py flush"),
        ("yarn prisma db push", "prisma db push"),
        ("pnpm run build", "pnpm run build"),
        ("python -c print", "python -c print"),
        ("php artisan migrate:fresh", "artisan migrate:fresh"),
    ],
)
def test_the_program_that_is_really_run(line: str, expected: str) -> None:
    assert started(tuple(line.split())) == tuple(expected.split())


def test_no_words() -> None:
    assert take_apart(()).program == ""

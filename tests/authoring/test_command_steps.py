"""Commands of both sides of a change compared."""

from msgspec.structs import replace

from aicheck.authoring.command_steps import CommandFile, CommandSteps, compare_commands
from aicheck.model.facts import Command, Where
from aicheck.model.location import Span


def commands(*lines: str, symbol: str = "", where: Where = "deploy") -> tuple[Command, ...]:
    return tuple(Command(tuple(line.split()), Span(n, 1, n, 2), symbol, where) for n, line in enumerate(lines, 1))


def compare(before: tuple[Command, ...], after: tuple[Command, ...]) -> CommandSteps:
    return compare_commands([CommandFile("a.sh", "a.sh", before, after, exists=True)])["a.sh"]


def words(found: tuple[Command, ...]) -> list[str]:
    return [" ".join(command.argv) for command in found]


def test_order_is_nothing() -> None:
    steps = compare(commands("a x", "b y"), commands("b y", "a x"))
    assert (steps.new, steps.changed, steps.lost) == ((), (), ())
    assert len(steps.kept) == 2


def test_another_option_is_a_change() -> None:
    steps = compare(commands("helm upgrade shop --atomic"), commands("helm upgrade shop"))
    assert [(pair.before.argv[-1], pair.after.argv[-1]) for pair in steps.changed] == [("--atomic", "shop")]
    assert steps.new == steps.lost == ()


def test_another_subcommand_is_new() -> None:
    steps = compare(commands("terraform plan"), commands("terraform destroy"))
    assert words(steps.new) == ["terraform destroy"]
    assert words(steps.lost) == ["terraform plan"]


def test_the_likest_pair_up() -> None:
    steps = compare(commands("cp a x", "cp b y"), commands("cp b y -f", "cp a x -f", "cp c z"))
    assert words(steps.new) == ["cp c z"]
    assert {(pair.before.argv[1], pair.after.argv[1]) for pair in steps.changed} == {("a", "a"), ("b", "b")}


def test_one_more_of_the_same_is_new() -> None:
    assert words(compare(commands("drop x"), commands("drop x", "drop x")).new) == ["drop x"]


def test_what_went_with_its_job_is_not_lost() -> None:
    before = commands("backup x", symbol="job a") + commands("deploy", symbol="job b")
    assert compare(before, commands("deploy", symbol="job b")).lost == ()


def test_a_move_to_another_file() -> None:
    files = [
        CommandFile("a.sh", "a.sh", commands("drop x"), (), exists=True),
        CommandFile("b.sh", "b.sh", (), commands("drop x"), exists=True),
    ]
    steps = compare_commands(files)
    assert steps["b.sh"].new == () and steps["a.sh"].lost == ()
    assert [pair.before_path for pair in steps["b.sh"].kept] == ["a.sh"]


def test_a_move_into_a_riskier_place_is_new() -> None:
    files = [
        CommandFile("a.sh", "a.sh", commands("drop x", where="test"), (), exists=True),
        CommandFile("b.sh", "b.sh", (), commands("drop x", where="deploy"), exists=True),
    ]
    assert words(compare_commands(files)["b.sh"].new) == ["drop x"]


def test_what_is_only_set_up_differently_counts_as_gained() -> None:
    (before,) = commands("git commit")
    steps = compare((before,), (replace(before, environment=(("HUSKY", "0"),)),))
    assert [command.argv for _, command in steps.gained()] == [("git", "commit")]
    assert steps.new == ()


def test_many_commands_take_linear_time() -> None:
    many = commands(*(f"cp {n} x" for n in range(3_000)))
    other = commands(*(f"cp {n} y" for n in range(3_000)))
    steps = compare(many, other)
    assert len(steps.changed) + len(steps.new) == 3_000

"""What a shell text executes: argv, where it stands, and what it stands under."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.readers.commands.shell import ShellCommand, parse_shell, split_argv
from aicheck.readers.unreadable import Unreadable


def lines(text: str) -> list[str]:
    return [" ".join(command.argv) for command in parse_shell(text)]


def only(text: str) -> ShellCommand:
    (command,) = parse_shell(text)
    return command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("terraform destroy -auto-approve", ["terraform destroy -auto-approve"]),
        ("/usr/bin/rm -rf x", ["rm -rf x"]),
        ("# terraform destroy\n", []),
        ('echo "terraform destroy; rm -rf /"', ["echo terraform destroy; rm -rf /"]),
        ("cat <<EOF\nterraform destroy\nEOF\n", ["cat"]),
        ("python <<'EOF'\nos.system('terraform destroy')\nEOF\n", ["python"]),
        ("bash <<'EOF'\nterraform destroy\nEOF\n", ["bash", "terraform destroy"]),
        ("case $x in terraform) a;; *destroy*) b;; esac", ["a", "b"]),
        ('[[ "$x" =~ terraform.destroy ]] && ok', ["ok"]),
        ("BLOCKED='terraform destroy'\n", []),
        ("x=$(terraform output -raw a)\n", ["terraform output -raw a"]),
        ('echo "$(rm -rf y)" `ls`', ["echo $(rm -rf y) `ls`", "rm -rf y", "ls"]),
        ("diff <(a b) c", ["diff <(a b) c", "a b"]),
        ("(cd x && make) | tee log", ["cd x", "make", "tee log"]),
        ("for f in $(ls /x); do rm $f; done", ["ls /x", "rm $f"]),
        ("while read l; do x; done < <(y)", ["read l", "x", "y"]),
        ('rm -rf "$A"/\'b c\'"d"', ["rm -rf $A/b cd"]),
        ("rm \\\n  -rf x", ["rm -rf x"]),
        ("a &\nb ; ! c", ["a", "b", "c"]),
        ("export A=$(b) C='d e'", ["export A=$(b) C=d e", "b"]),
        ("sh script.sh <<EOF\nterraform destroy\nEOF\n", ["sh script.sh"]),
        ("cat <<'EOF' | sudo bash -s\nterraform destroy\nEOF\n", ["cat", "terraform destroy", "bash -s"]),
        ("cat <<EOF > f\nterraform destroy\nEOF\nx\n", ["cat", "x"]),
        ("su - db <<EOF\nterraform destroy\nEOF\n", ["su - db", "terraform destroy"]),
        ("psql <<EOF\ndrop table a; $(x)\nEOF\n", ["psql", "x"]),
        ('bash <<< "terraform destroy"', ["bash", "terraform destroy"]),
        ("ssh host <<EOF\nrm \\$A $(hostname)\nEOF\n", ["ssh host", "rm $A $(hostname)", "hostname"]),
        ('case "$(uname)" in a) b;; esac', ["uname", "b"]),
        ("rm >/dev/null -rf x", ["rm -rf x"]),
        ("cat <<E >g h && b\nx\nE\n", ["cat h", "b"]),
        ("a\r\nrm \\\r\n  -rf x\r\n", ["a", "rm -rf x"]),
        ("time { a; }", ["a"]),
        ('eval "$(ssh-agent -s)"', ["$(ssh-agent -s)", "ssh-agent -s"]),
        ("$(cat /x/y) b", ["$(cat /x/y) b", "cat /x/y"]),
        ('"$(dirname "$0")"/c.sh d', ["c.sh d", "dirname $0"]),
    ],
)
def test_executable_positions(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "argv", "wrapper"),
    [
        ("sudo -u root -E A=1 rm -rf x", "rm -rf x", ("sudo",)),
        ("env -u B A=1 timeout -k 5 30s terraform destroy", "terraform destroy", ("env", "timeout")),
        ("nohup nice -n 5 x y", "x y", ("nohup", "nice")),
        ("ls_ | xargs -0 -I {} rm {}", "rm {}", ("xargs",)),
        ("sh -ec 'rm -rf x'", "rm -rf x", ("sh",)),
        ("ssh -i key -p 22 host 'rm -rf x'", "rm -rf x", ("ssh",)),
        ("eval rm -rf x", "rm -rf x", ("eval",)),
        ("npx -y prisma migrate reset", "prisma migrate reset", ("npx",)),
        ("poetry run python manage.py flush", "python manage.py flush", ("poetry",)),
        ("uv run --with x alembic downgrade base", "alembic downgrade base", ("uv",)),
        ("pnpm exec prisma db push", "prisma db push", ("pnpm",)),
        ("kubectl -n x exec pod -- rm -rf y", "rm -rf y", ("kubectl",)),
        ("docker compose -f x.yml exec -T db dropdb x", "dropdb x", ("docker",)),
        ("docker --context x container exec -it c rm y", "rm y", ("docker",)),
        ("docker run --rm alpine rm y", "docker run --rm alpine rm y", ()),
        ("sudo -iu postgres psql -c x", "psql -c x", ("sudo",)),
        ("bash -euo pipefail -c 'rm x'", "rm x", ("bash",)),
        ("sh -c -- 'rm x' name", "rm x", ("sh",)),
        ("sh -x script.sh -c y", "sh -x script.sh -c y", ()),
        ("ssh host -t -- 'rm x'", "rm x", ("ssh",)),
        ("flock /lock -c 'rm x'", "rm x", ("flock",)),
        ("env -S 'A=b rm x'", "rm x", ("env",)),
        ("parallel -j 4 'rm {}' ::: a b", "rm {}", ("parallel",)),
        ("watch -n 5 'rm x'", "rm x", ("watch",)),
        ("su - db -c 'rm x'", "rm x", ("su",)),
        ("runuser -u db -- rm x", "rm x", ("runuser",)),
        ("find . -exec a {} \\; -exec sh -c 'rm {}' \\;", "rm {}", ("find", "sh")),
        ("trap -- 'rm x' EXIT", "rm x", ("trap",)),
        ("kubectl exec pod -- rm -rf y", "rm -rf y", ("kubectl",)),
        ("docker compose exec -T db dropdb x", "dropdb x", ("docker",)),
        ("find . -name x -exec rm -r {} +", "rm -r {}", ("find",)),
        ("flock -w 5 /lock backup now", "backup now", ("flock",)),
        ("trap 'rm -rf \"$T\"' EXIT", "rm -rf $T", ("trap",)),
        ("command -v terraform", "command -v terraform", ()),
    ],
)
def test_what_only_starts_a_program_is_left_out(text: str, argv: str, wrapper: tuple[str, ...]) -> None:
    command = parse_shell(text)[-1]
    assert (" ".join(command.argv), command.wrapper) == (argv, wrapper)


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ('CMD=(terraform destroy)\n"${CMD[@]}" -x', "terraform destroy -x"),
        ('FLAGS="-a -b"\nx $FLAGS', "x -a -b"),
        ('FLAGS="-a -b"\nx "$FLAGS"', "x -a -b"),
        ("BASE=/srv\nDIR=$BASE/x\nrm -rf ${DIR}/y", "rm -rf /srv/x/y"),
        ("D=1\nD=2\nrm $D", "rm $D"),
        ("for D in a; do rm $D; done", "rm $D"),
        ("D=a\nread D\nrm $D", "rm $D"),
        ('D="$1"\nrm "$D"', "rm $D"),
        ("D=$(mktemp -d)\nrm $D", "rm $D"),
        ('D="$(mktemp -d)"\nrm "$D"/*', "rm $D/*"),
        ('D="$(mktemp -d)/x"\nrm "$D"', "rm $(mktemp -d)/x"),
        ('F="--env $E -y"\na $F', "a --env $E -y"),
        ("D=${D:-/tmp}\nrm $D", "rm $D"),
        ("rm ${D:?}", "rm ${D:?}"),
        ("D=x\nrm '$D' \\$D \"\\$D\"", "rm $D $D $D"),
        ("D=x\nbash -c 'rm $D'", "rm $D"),
        ("D=x\nssh h <<EOF\nrm $D\nEOF\n", "rm x"),
        ("D=x\nssh h <<'EOF'\nrm $D\nEOF\n", "rm $D"),
        ("D=x\ntrap 'rm $D' EXIT", "rm x"),
        ("rm $D\nD=x", "rm $D"),
        ("f() { rm $D; }\nD=x", "rm x"),
        ("f() { local D=x; }\nrm $D", "rm $D"),
        ('D="$1"\nf() { rm "$D"; }', "rm $D"),
        ('D=""\nrm "$D"/*', "rm $D/*"),
        ("D=x\nunset D\nrm $D", "rm $D"),
        ("D=x\nprintf -v D y\nrm $D", "rm $D"),
        ("D=1\n((D++))\nrm $D", "rm $D"),
        ("D=1\nD=2 a\nrm $D", "rm $D"),
        ("D=(a)\nD+=(b)\nrm ${D[@]}", "rm ${D[@]}"),
        ("D=(a)\nD[1]=b\nrm ${D[@]}", "rm ${D[@]}"),
        ("D=${E:=x}\nE=y\nrm $E", "rm $E"),
    ],
)
def test_variables_that_are_known_are_filled_in(text: str, argv: str) -> None:
    assert lines(text)[-1] == argv


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("if [ -n $A ]; then x; fi", "[ -n $A ]"),
        ("if a; then b; else x; fi", "! (a)"),
        ("a && x", "a"),
        ("a || x", "! (a)"),
        ("case $e in prod|live) x;; esac", "$e = prod|live"),
        ("while a; do x; done", "a"),
        ("until a; do x; done", "! (a)"),
        ("if a; then :; elif b; then :; else x; fi", "! (a) && ! (b)"),
        ("a && b && x", "a && b"),
        ("a || b && x", "a || b"),
        ("a && b || x", "! (a && b)"),
        ("if " + "a" * 300 + "; then x; fi", "a" * 200),
        ("trap x EXIT", "trap EXIT"),
        ("f() { x; }", ""),
    ],
)
def test_conditions(text: str, condition: str) -> None:
    assert [command.condition for command in parse_shell(text) if command.argv == ("x",)] == [condition]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("x || true", True),
        ("x || :", True),
        ("x || exit 1", False),
        ("x; true", False),
        ("x || echo failed", True),
        ("x || /bin/true", True),
        ("x || { echo a; }", True),
        ("x || { echo a; exit 1; }", False),
        ("x || echo a && exit 1", False),
        ("x && y || true", True),
        ("x && y; z || true", False),
    ],
)
def test_masks(text: str, masked: bool) -> None:
    assert parse_shell(text)[0].masked == masked


def test_what_stands_around_a_command() -> None:
    command = only('A=1 B="x y" run "$C" $D ${E}f')
    assert command.environment == (("A", "1"), ("B", "x y"))
    assert command.unquoted == (2, 3)
    assert [command.feeds for command in parse_shell("curl -s u | sudo bash -s")] == ["bash", ""]
    assert [(command.function, command.argv) for command in parse_shell("f() { a; }\nf")] == [("f", ("a",)), ("", ("f",))]


def test_offsets_are_code_points() -> None:
    text = "echo é日; rm -rf x"
    command = parse_shell(text)[1]
    assert text[command.start : command.end] == "rm -rf x"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("é; bash -c 'a\nrm é'", "rm é"),
        ('ssh h "echo \\"é\\" && rm \\$X"', "rm \\$X"),
        ("bash -c 'echo '\\''é'\\''; rm x'", "rm x"),
        ("ssh h <<EOF\necho \\$é\nrm x\nEOF\n", "rm x"),
        ("é\r\nrm \\\r\n x\r\n", "rm \\\r\n x"),
        ('D=x; ssh h "a; rm $D"', 'ssh h "a; rm $D"'),
    ],
)
def test_a_command_in_a_script_in_a_word_stands_where_it_is_written(text: str, shown: str) -> None:
    command = parse_shell(text)[-1]
    assert (command.argv[0], text[command.start : command.end]) == ("rm", shown)


def test_lists_of_words() -> None:
    assert [command.argv for command in split_argv(["sh", "-c", "rm -rf x && y"])] == [("rm", "-rf", "x"), ("y",)]
    assert [command.argv for command in split_argv(["rm", "-rf", "a b"])] == [("rm", "-rf", "a b")]
    assert split_argv([]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "$(" * 2000 + ")" * 2000,
        "if a; then " * 2000,
        '"' * 9999,
        "a;" * 30000,
        "x" * 2_500_000,
        "eval " * 500 + "x",
        "sh -c " * 500,
        "X='" + "A=b;" * 2200 + "'\n" + 'eval "$X"\n' * 20000,
        'A="' + "x " * 4000 + '"\n' + "rm $A $A $A $A\n" * 5000,
        "A=" + "x" * 9000 + "\nB=" + "$A" * 9000 + "\nrm " + "$B" * 9000,
        "A=" + "x" * 90_000 + "\nrm " + "$A" * 90_000,
        "find " + "-exec " * 5_000,
        "case x in " * 5_000,
        "cat <<E\n" * 5_000,
        "a && " * 3_000 + "b",
    ],
)
def test_hostile_texts_end(text: str) -> None:
    try:
        assert len(parse_shell(text)) <= 20_000
    except Unreadable as error:
        assert "script" in error.reason or "commands" in error.reason, error.reason


def test_readers_of_output_are_looked_up_once_for_each_level() -> None:
    text = "x"
    for _ in range(60):
        text = f"a | b $({text})"
    assert len(parse_shell(text)) == 121


def test_values_that_multiply_stay_small() -> None:
    text = "A=x\n" + "".join(f"B{n}=${'A' if n == 0 else f'B{n - 1}'}" * 1 + "\n" for n in range(50)) + "rm $B49\n"
    assert len(lines(text)[-1]) < 100


@settings(max_examples=150, deadline=None)
@given(st.text("ab $(){}[]<>|&;\"'`\\\n=#!-/*?é", max_size=60))
def test_any_text_gives_commands_inside_it(text: str) -> None:
    try:
        found = parse_shell(text)
    except Unreadable:
        return
    assert all(0 <= command.start <= command.end <= len(text) and command.argv for command in found)

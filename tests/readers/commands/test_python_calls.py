import pytest

from aicheck.readers.commands.python_calls import read_python_commands
from aicheck.readers.unreadable import Unreadable
from tests.readers.commands.shown import show

IMPORTS = "import asyncio, os, shlex, subprocess, sys\n"


def commands(text: str, path: str = "app/x.py") -> list[str]:
    return show(read_python_commands(path, text.encode()))


def argv(text: str) -> list[tuple[str, ...]]:
    return [command.argv for command in read_python_commands("app/x.py", (IMPORTS + text).encode())]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("subprocess.run(['rm', '-rf', x])", "rm -rf {x}"),
        ("subprocess.Popen(args=('rm', f'-{a.b}', 1))", "rm -{a.b} 1"),
        ("subprocess.check_call(['a'] + ['b'] + more)", "a b {*more}"),
        ("subprocess.check_output(shlex.split('rm -rf x'))", "rm -rf x"),
        ("subprocess.call('rm -rf x'.split())", "rm -rf x"),
        ("subprocess.run([sys.executable, '-m', str(x), str('y')])", "python -m {str(x)} y"),
        ("subprocess.run(' '.join(['rm', '-rf', x]), shell=True)", "rm -rf {x}"),
        ("subprocess.run('rm %s' % x, shell=True)", "rm %s"),
        ("subprocess.run('rm {}/{a}'.format(x, a=1), shell=True)", "rm {}/{a}"),
        ("subprocess.getoutput('rm ' + x)", "rm {x}"),
        ("os.system('rm x')", "rm x"),
        ("os.popen(f'rm {x[0]}')", "rm {x[0]}"),
        ("os.execvp('rm', ['rm', '-rf', x])", "rm -rf {x}"),
        ("os.execlp('rm', 'rm', '-rf', x)", "rm -rf {x}"),
        ("os.spawnlp(os.P_WAIT, 'rm', 'rm', 'x')", "rm x"),
        ("asyncio.create_subprocess_exec('rm', *flags, 'x')", "rm {*flags} x"),
        ("asyncio.create_subprocess_shell('rm x')", "rm x"),
        ("from subprocess import check_call as cc\ncc(['rm'])", "rm"),
        ("import subprocess as sp\nsp.run(['rm'])", "rm"),
        ("run = subprocess.run\nrun(['rm'])", "rm"),
        ("BASE = ['terraform']\ndef f():\n  subprocess.run([*BASE, 'destroy'])", "terraform destroy"),
        (
            "def f():\n  c = ['rm']\n  c.append('-f')\n  c += ['x']\n  c.extend(['y'])\n  c.insert(0, 'a')\n  subprocess.run(c)",
            "a rm -f x y",
        ),
        ("def f():\n  cmd = ['rm']\n  if x:\n    cmd.append('-f')\n  subprocess.run(cmd)\n  cmd.append('late')", "rm -f"),
        ("NAME = 'x'\nos.system(f'rm {NAME}')", "rm x"),
        ("import sh\nsh.apt_get('remove', x, yes=True, _cwd='/')", "apt-get remove {x} --yes"),
        ("from sh import git\ngit.push('--force')", "git push --force"),
        ("from fabric.api import local\nlocal('rm x')", "rm x"),
        ("from invoke import task\n@task\ndef f(c):\n  c.run('rm x')", "rm x"),
        ("def run(cmd):\n  subprocess.run(cmd, shell=True)\nrun('rm x')", "rm x"),
    ],
)
def test_ways_to_start_a_program(text: str, words: str) -> None:
    assert [" ".join(command) for command in argv(text)] == [words]


def test_a_function_that_passes_its_arguments_on() -> None:
    text = "import subprocess\ndef git(*args):\n    subprocess.run(['git', *args])\ndef main(x):\n    git('push', '--force', x)\n"
    assert commands(text) == ["3:5 git {*args} | git | developer", "5:5 git push --force {x} | main | developer"]


def test_a_method_that_passes_its_argument_on() -> None:
    text = "import os\nclass A:\n    def sh(self, text):\n        os.system(text)\n    def go(self):\n        self.sh('rm x')\n"
    assert commands(text) == ["6:9 rm x | A.go | developer"]


@pytest.mark.parametrize(
    "text",
    [
        "DENY = ['rm', '-rf', '/']\nsubprocess.run(cmd)",
        "print('subprocess: rm -rf /')",
        "'''os.system('rm -rf /')'''",
        "def f(cmd):\n  subprocess.run(cmd)",
        "def system(x): pass\nsystem('rm -rf /')",
        "def f(os):\n  os.system('rm -rf /')",
        "import re\nre.compile('subprocess rm -rf').run('rm')",
        "asyncio.run(main('rm -rf /'))",
        "if x:\n  cmd = ['a']\nelse:\n  cmd = ['b']\nsubprocess.run(cmd)",
        "for cmd in [['rm']]:\n  subprocess.run(cmd)",
        "import sh\nraise sh.ErrorReturnCode('rm -rf /')",
        "mock.patch('subprocess.run')",
    ],
)
def test_what_runs_nothing_that_is_known(text: str) -> None:
    assert argv(text) == []


def test_places_symbols_conditions_and_environments() -> None:
    text = """\
import os, subprocess
class A:
    def f(self, dry, é):
        if not dry:
            subprocess.run(["rm", é], env={**os.environ, "A": "b"})
        elif é:
            pass
        else:
            os.system(f"rm {é}; ls x")
        subprocess.run('''
            set -e
            helm uninstall x
            ''', shell=True)
"""
    assert commands(text) == [
        "5:13 rm {é} | A.f | developer | if not dry | with A=b",
        "9:25 rm {é} | A.f | developer | if not (not dry) && not (é)",
        "9:33 ls x | A.f | developer | if not (not dry) && not (é)",
        "11:13 set -e | A.f | developer",
        "12:13 helm uninstall x | A.f | developer",
    ]


def test_remote_and_forgiving_calls() -> None:
    text = "from fabric import Connection\ndef f():\n    c = Connection('h')\n    c.sudo('rm x', warn=True)\n"
    assert commands(text) == ["4:13 rm x | f | developer | masked | by sudo"]


@pytest.mark.parametrize(
    "text",
    [
        "subprocess.run(" + "[" * 150 + "]" * 150 + ")",
        "subprocess.run(" + "(" * 5_000 + ")" * 5_000 + ")",
        "subprocess.run(" + "+".join(["['a']"] * 3_000) + ")",
        "a0 = ['x']\n" + "\n".join(f"a{n} = [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)) + "\nsubprocess.run(a59)",
        "a = b\nb = a\nsubprocess.run(a)",
        "subprocess.run(\x0c",
        "x = 1\n" * 100 + "os.system('\\ud800 \\x00 x')",
    ],
)
def test_hostile_files_end(text: str) -> None:
    try:
        assert isinstance(commands(IMPORTS + text), list)
    except Unreadable as error:
        assert error.reason


def test_a_file_without_any_such_call_is_not_parsed() -> None:
    assert commands("def (: this is no Python") == []

import pytest

from aicheck.readers.commands.javascript_calls import read_javascript_commands
from tests.readers.commands.shown import show

CHILD = 'const cp = require("child_process");\n'


def commands(text: str, language: str = "javascript") -> list[str]:
    return show(read_javascript_commands("app/x.js", language, text.encode()))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('const { exec } = require("child_process"); exec("rm x")', "rm x"),
        ('const { exec: e } = require("node:child_process"); e(`rm ${x.y}/a`)', "rm ${x.y}/a"),
        ('import { execSync as e } from "child_process"; e("rm " + x)', "rm ${x}"),
        ('import cp from "node:child_process"; cp.spawn("rm", ["-rf", x], { stdio: "inherit" })', "rm -rf ${x}"),
        ('import * as cp from "child_process"; cp.execFileSync("rm", args)', "rm ${args}"),
        ('require("child_process").spawnSync("rm", ["x"])', "rm x"),
        ('const cp = await import("child_process"); cp.fork("x.js", ["a"])', "node x.js a"),
        ('const util = require("util"); const run = util.promisify(require("child_process").exec); run("rm x")', "rm x"),
        ('const A = ["destroy"]; require("child_process").spawn("terraform", [...A, "-f"])', "terraform destroy -f"),
        ('const c = "rm x"; require("child_process").exec(c)', "rm x"),
        ('require("child_process").exec(["rm", x].join(" "))', "rm ${x}"),
        ('require("child_process").exec("rm \\"a b\\"")', "rm a b"),
        ('import { execa } from "execa"; await execa("npm", ["publish"])', "npm publish"),
        ('import { execaCommand } from "execa"; execaCommand("npm publish")', "npm publish"),
        ('import { $ } from "zx"; await $`rm -rf ${x}`', "rm -rf ${x}"),
        ('import { $ } from "execa"; $({ stdio: "pipe" })`rm x`', "rm x"),
        ("#!/usr/bin/env zx\nawait $`rm x`", "rm x"),
        ('const shell = require("shelljs"); shell.exec("rm x")', "rm x"),
        ('const shell = require("shelljs"); shell.rm("-rf", x)', "rm -rf ${x}"),
    ],
)
def test_ways_to_start_a_program(text: str, words: str) -> None:
    found = read_javascript_commands("app/x.js", "javascript", text.encode())
    assert [" ".join(command.argv) for command in found] == [words]


@pytest.mark.parametrize(
    "text",
    [
        CHILD + 'const deny = ["rm -rf /"];',
        CHILD + '// cp.exec("rm -rf /")\nconsole.log("cp.exec rm -rf /")',
        CHILD + "function f(x) { cp.exec(x) }",
        CHILD + '/rm/.exec("rm -rf /")',
        CHILD + 'db.exec("rm -rf /")',
        CHILD + "const x = `rm -rf /`",
        'function exec(x) {}\nconst s = "child_process"; exec("rm -rf /")',
        'import $ from "jquery"; const z = "zx"; $("rm -rf /")',
    ],
)
def test_what_runs_nothing_that_is_known(text: str) -> None:
    assert commands(text) == []


def test_places_symbols_and_conditions() -> None:
    text = CHILD + (
        "class A {\n  é(x) {\n    if (x.dry) { ls() } else if (x.go) cp.exec(`é && rm x`);\n    else { cp.spawn('a', []); }\n  }\n}\n"
        "const go = async () => { cp.exec('rm y') };\n"
    )
    assert commands(text) == [
        "4:49 é | A.é | developer | if not (x.dry) && x.go",
        "4:54 rm x | A.é | developer | if not (x.dry) && x.go && é",
        "5:12 a | A.é | developer | if not (x.dry) && not (x.go)",
        "8:35 rm y | go | developer",
    ]


def test_typescript() -> None:
    text = 'import { exec } from "child_process";\nconst c = "rm x" as const;\nexport function f(x: string): void { exec(c!); }\n'
    assert commands(text, "typescript") == ["3:38 rm x | f | developer"]


def test_hostile_files_end() -> None:
    deep = CHILD + "cp.exec(" + "(" * 3_000 + '"x"' + ")" * 3_000 + ")"
    assert isinstance(commands(deep), list)
    sums = CHILD + "cp.exec(" + " + ".join(['"x"'] * 3_000) + ")"
    assert isinstance(commands(sums), list)
    doubled = (
        CHILD
        + "const a0 = ['x'];\n"
        + "\n".join(f"const a{n} = [...a{n - 1}, ...a{n - 1}];" for n in range(1, 60))
        + "\ncp.spawn('x', a59)"
    )
    assert len(commands(doubled)) == 1

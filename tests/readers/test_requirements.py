import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.readers.requirements import read_go_replacements, read_requirements

TEXT = """\
# tools
-i https://pypi.example/simple
--trusted-host=pypi.example
Flask_Login==0.6.3 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
requests[socks] >= 2.31, <3 ; python_version < "3.13"  # why
shop @ git+https://git.example/shop@main
-e git+https://git.example/tool.git#egg=Tool
plain
"""


def test_a_file_says_packages_and_options() -> None:
    packages, options = read_requirements(TEXT)
    assert [(one.name, one.constraint, one.hashed) for one in packages] == [
        ("flask-login", "==0.6.3", True),
        ("requests", ">=2.31,<3", False),
        ("shop", "", False),
        ("tool", "", False),
        ("plain", "", False),
    ]
    assert packages[2].source == "git+https://git.example/shop@main"
    assert (packages[0].span.line, packages[0].span.end_line) == (4, 6)
    assert [(one.name, one.value) for one in options[:2]] == [
        ("index-url", "https://pypi.example/simple"),
        ("trusted-host", "pypi.example"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("replace a.example/b => ../b\n", [("a.example/b", "../b", "")]),
        ("replace (\n\ta.example/b v1.2.0 => c.example/b v1.2.1 // fork\n)\n", [("a.example/b", "c.example/b", "v1.2.1")]),
        ("// replace a => b\nrequire a.example/b v1.0.0\n", []),
    ],
)
def test_replacements_of_go(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(one.name, one.source, one.constraint) for one in read_go_replacements(text)] == expected


def test_white_space_costs_nothing() -> None:
    assert read_requirements("a" + " " * 100_000 + "!" + " " * 100_000 + "\n" + "a[" * 50_000)[0] is not None


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for package in read_requirements(text)[0]:
        assert 1 <= package.span.line <= package.span.end_line
    read_go_replacements(text)

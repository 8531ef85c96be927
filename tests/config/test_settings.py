"""The trusted settings."""

import pytest

from aicheck.config import DEFAULTS, Config, load_config
from aicheck.errors import ConfigError

FULL = b'exclude = ["vendor/**", "**/*.min.js"]\nplugins = ["aicheck-acme==1.2"]\njobs = 4\n'
VALUES = {"exclude": ("vendor/**", "**/*.min.js"), "plugins": ("aicheck-acme==1.2",), "jobs": 4}


def test_defaults() -> None:
    assert load_config(None, None) == DEFAULTS == Config((), (), None, "defaults")


def test_aicheck_toml() -> None:
    assert load_config(FULL, None) == Config(**VALUES, source="aicheck.toml")  # type: ignore[arg-type]


def test_pyproject_table() -> None:
    assert load_config(None, b"[project]\nname = 'x'\n[tool.aicheck]\n" + FULL) == Config(**VALUES, source="pyproject.toml")  # type: ignore[arg-type]


def test_aicheck_toml_wins_as_a_whole() -> None:
    assert load_config(b"jobs = 2", b"[tool.aicheck]\n" + FULL) == Config(jobs=2, source="aicheck.toml")
    assert load_config(b"", b"[tool.aicheck]\nnonsense = 1") == Config(source="aicheck.toml")


@pytest.mark.parametrize("pyproject", [b"[project]\nname = 'aicheck'", b"{{ template }}", b"tool = 'aicheck'", b"\xff"])
def test_pyproject_without_the_table_is_no_settings(pyproject: bytes) -> None:
    assert load_config(None, pyproject) == DEFAULTS


def test_excludes() -> None:
    config = load_config(FULL, None)
    assert config.excludes("vendor/a/b.py")
    assert config.excludes("web/a.min.js")
    assert not config.excludes("src/vendor.py")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jobs = 2\nexlude = ['a']", "line 2: has the unknown key 'exlude'; did you mean 'exclude'?"),
        ("exclude = 'a'\ncolour = 1", "line 2: has the unknown key 'colour'"),
        ("[tool.aicheck]\njobs = 1", "line 1: has the unknown key 'tool'"),
        ("exclude = []", "line 1: must have a non-empty list of strings as 'exclude'"),
        ("exclude = [1]", "line 1: must have a non-empty list of strings as 'exclude'"),
        ("\n\nexclude = ['[ab]/**']", "line 3: has the pattern '[ab]/**' in 'exclude', which may use only"),
        ("plugins = ['a b']", "line 1: has 'a b' in 'plugins'"),
        ("plugins = ['a>=1']", "line 1: has 'a>=1' in 'plugins'"),
        ("jobs = 0", "line 1: must have a whole number from 1 to 64 as 'jobs'"),
        ("jobs = true", "line 1: must have a whole number from 1 to 64 as 'jobs'"),
        ("jobs = 1.0", "line 1: must have a whole number from 1 to 64 as 'jobs'"),
        ("jobs = 1\njobs = 2", "cannot be read"),
    ],
)
def test_mistakes_name_file_line_and_key(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(text.encode(), None)
    assert str(caught.value).startswith("aicheck.toml")
    assert message in str(caught.value)


def test_mistakes_in_pyproject_name_the_table() -> None:
    with pytest.raises(ConfigError, match=r"^pyproject\.toml, line 5: \[tool\.aicheck\] has the unknown key 'job'; did you mean 'jobs'"):
        load_config(None, b"[project]\nname = 'x'\n\n[tool.aicheck]\njob = 1\n")
    with pytest.raises(ConfigError, match=r"^pyproject\.toml cannot be read"):
        load_config(None, b"[tool.aicheck\n")
    with pytest.raises(ConfigError, match="must have a table as 'aicheck'"):
        load_config(None, b"[tool]\naicheck = 3\n")

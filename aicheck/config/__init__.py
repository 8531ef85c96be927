"""The trusted settings: `aicheck.toml`, or the table `[tool.aicheck]` of `pyproject.toml`, into a `Config`.

Bytes in, values out: whoever calls this has taken the bytes from the trusted side of the change.
"""

from aicheck.config.globs import choose, glob_problem, matches_any, matches_glob
from aicheck.config.section import Section, did_you_mean, open_document
from aicheck.config.settings import CONFIG_FILE, DEFAULTS, PROJECT_FILE, Config, load_config, pyproject_table

__all__ = [
    "CONFIG_FILE",
    "DEFAULTS",
    "PROJECT_FILE",
    "Config",
    "Section",
    "choose",
    "did_you_mean",
    "glob_problem",
    "load_config",
    "matches_any",
    "matches_glob",
    "open_document",
    "pyproject_table",
]

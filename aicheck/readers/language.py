"""Which language a path is in: tables, nothing else.

A language names what the readers and rules of aicheck tell apart, so `.tsx` is `typescript` and `.tfvars` `terraform`.
"""

import re
from pathlib import PurePosixPath

from aicheck.readers.zone_sniff import looks_like_zone
from aicheck.regex import regex

SUFFIXES: dict[str, tuple[str, ...]] = {
    "c": ("c", "h"),
    "cpp": ("cc", "cpp", "cxx", "hh", "hpp"),
    "csharp": ("cs",),
    "crontab": ("cron", "crontab"),
    "css": ("css", "less", "scss"),
    "dnszone": ("zone",),
    "dockerfile": ("dockerfile",),
    "dotenv": ("env",),
    "elixir": ("ex", "exs"),
    "go": ("go",),
    "html": ("htm", "html"),
    "ini": ("cfg", "cnf", "conf", "ini", "properties"),
    "java": ("java",),
    "javascript": ("cjs", "js", "jsx", "mjs"),
    "json": ("json", "jsonc", "webmanifest"),
    "json5": ("json5",),
    "kotlin": ("kt", "kts"),
    "lockfile": ("lock", "lockfile"),
    "makefile": ("mak", "mk"),
    "notebook": ("ipynb",),
    "php": ("php",),
    "procfile": ("procfile",),
    "python": ("py", "pyi", "pyw"),
    "ruby": ("rb", "rake"),
    "rust": ("rs",),
    "shell": ("bash", "ksh", "sh", "zsh"),
    "sql": ("sql",),
    "swift": ("swift",),
    "systemd": ("service", "timer"),
    "terraform": ("hcl", "tf", "tfvars", "tofu"),
    "text": ("adoc", "md", "mdx", "rst", "txt"),
    "toml": ("toml",),
    "typescript": ("cts", "mts", "ts", "tsx"),
    "xml": ("xml",),
    "yaml": ("yaml", "yml"),
}
NAMES: dict[str, tuple[str, ...]] = {
    "codeowners": ("codeowners",),
    "dockerfile": ("containerfile", "dockerfile"),
    "go-module": ("go.mod",),
    "gitattributes": (".gitattributes",),
    "ignore": (".dockerignore", ".gcloudignore", ".gitignore", ".helmignore", ".npmignore", ".vercelignore"),
    "ini": (".bandit", ".coveragerc", ".editorconfig", ".flake8", ".gitconfig", ".npmrc", ".pylintrc", ".pypirc", "pylintrc", "setup.cfg"),
    "instructions": (
        *(".clinerules", ".cursorrules", ".goosehints", ".roorules", ".windsurfrules"),
        *("agents.md", "agents.override.md", "claude.local.md", "claude.md", "copilot-instructions.md", "gemini.md", "skill.md"),
    ),
    "json": (".babelrc", ".eslintrc", ".prettierrc", ".stylelintrc", ".swcrc", "composer.json"),
    "lockfile": (
        ".terraform.lock.hcl",
        "conda-lock.yml",
        "go.sum",
        "npm-shrinkwrap.json",
        "package-lock.json",
        "package.resolved",
        "packages.lock.json",
        "pnpm-lock.yaml",
    ),
    "crontab": ("crontab",),
    "makefile": ("gnumakefile", "makefile"),
    "procfile": ("procfile",),
    "ruby": ("gemfile", "rakefile", "vagrantfile"),
    "shell": (".bash_profile", ".bashrc", ".envrc", ".profile", ".zshrc"),
    "text": ("authors", "changelog", "copying", "license", "notice", "readme"),
    "toml": ("pipfile",),
    "yaml": (".clang-format", ".clang-tidy", ".yamllint"),
}
"""Whole file names, in lower case; they win over suffixes."""
INTERPRETERS: dict[str, tuple[str, ...]] = {
    "javascript": ("bun", "deno", "node", "nodejs"),
    "makefile": ("make",),
    "php": ("php",),
    "python": ("pypy", "pypy3", "python", "python2", "python3"),
    "ruby": ("ruby",),
    "shell": ("ash", "bash", "dash", "ksh", "sh", "zsh"),
}
SOURCE_LANGUAGES = frozenset(
    {
        "c",
        "cpp",
        "csharp",
        "elixir",
        "go",
        "java",
        "javascript",
        "kotlin",
        "php",
        "python",
        "ruby",
        "rust",
        "shell",
        "sql",
        "swift",
        "typescript",
    }
)
"""Languages that programs are written in."""
CONFIGURED = frozenset({"dnszone", "dotenv", "ini", "json", "terraform", "toml", "yaml"})
"""Languages that are read into settings as a whole."""
CONSTANTS = frozenset({"go", "javascript", "python", "typescript"})
"""Languages whose constants and arguments are read as settings."""
COMMAND_HOSTS = frozenset(
    {
        "crontab",
        "dockerfile",
        "javascript",
        "json",
        "makefile",
        "procfile",
        "python",
        "shell",
        "systemd",
        "terraform",
        "typescript",
        "yaml",
    }
)
"""Languages that may hold commands."""
STATEMENT_HOSTS = frozenset({"go", "javascript", "python", "sql", "typescript"})
"""Languages that may hold statements to a database."""
TEST_HOSTS = frozenset({"go", "java", "javascript", "python", "typescript"})
"""Languages of which the tests are read."""
FACT_LANGUAGES = CONFIGURED | CONSTANTS | COMMAND_HOSTS | STATEMENT_HOSTS | TEST_HOSTS
"""Languages of which some facts are read."""

TEMPLATE_SUFFIXES = frozenset({"ctmpl", "erb", "gotmpl", "j2", "jinja", "jinja2", "template", "tftpl", "tmpl", "tpl"})
"""Suffixes of templates; the suffix before them says of what."""
_TEMPLATED = {"dnszone": "dnszone", "dotenv": "dotenv", "ini": "ini", "json": "yaml", "systemd": "systemd", "yaml": "yaml"}
"""Language of what a template makes -> the language it is read as. JSON that is not rendered yet is read as YAML, which holds it."""

_REQUIREMENTS = regex(r"(?:[\w.-]*[-_.])?(?:requirements|constraints)(?:[-_.][\w.-]*)?\.(?:txt|in|pip)")
"""File names of what pip installs from; in a folder of that name any `.txt` and `.in` is one."""

_INSTRUCTIONS = regex(
    r"(?:.*/)?(?:\.(?:claude|codex|gemini|opencode|windsurf|roo|clinerules|continue|amazonq|kiro)/.+|\.cursor/rules/.+"
    r"|\.github/(?:instructions|prompts|chatmodes|agents)/.+)\.(?:md|mdc|mdx|txt)",
    re.IGNORECASE,
)
"""Texts that coding agents read as orders."""

_BY_SUFFIX = {suffix: language for language, suffixes in SUFFIXES.items() for suffix in suffixes}
_BY_NAME = {name: language for language, names in NAMES.items() for name in names}
_BY_INTERPRETER = {name: language for language, names in INTERPRETERS.items() for name in names}
_SHEBANG = regex(rb"#![ \t]*(?:\S*/)?(\S+)([^\n]*)")
_VERSION = regex(r"[\d.]+$")


def language_of(path: str, head: bytes) -> str:
    """The language of a file by name (in any case), else by its first bytes, the `head`; "" when unknown.

    The head tells by a `#!` line or by records of a DNS zone. `lockfile` stands for what a package manager writes, whatever its syntax.
    """
    name = PurePosixPath(path).name.lower()
    if _INSTRUCTIONS.fullmatch(path):
        return "instructions"
    folder = PurePosixPath(path).parent.name.lower()
    language = "crontab" if folder == "cron.d" else "requirements" if _is_requirements(folder, name) else _by_name(name)
    if language:
        return language
    stem, dot, suffix = name.rpartition(".")
    if suffix in TEMPLATE_SUFFIXES:
        return _TEMPLATED.get(_by_name(stem), "")
    return (_by_shebang(head) if not dot or not stem else "") or ("dnszone" if looks_like_zone(head) else "")


def _is_requirements(folder: str, name: str) -> bool:
    return _REQUIREMENTS.fullmatch(name) is not None or (folder == "requirements" and name.endswith((".txt", ".in")))


def _by_name(name: str) -> str:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(("dockerfile.", "containerfile.")):
        return "dockerfile"
    _, dot, suffix = name.rpartition(".")
    if dot and suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    return "dotenv" if name.startswith(".env.") and suffix not in TEMPLATE_SUFFIXES else ""


def is_named_template(path: str) -> bool:
    """Whether the name says that a template engine makes the file that is meant: `app.yaml.j2`."""
    return path.lower().rpartition(".")[2] in TEMPLATE_SUFFIXES


def is_generated(path: str) -> bool:
    """Whether the name says that a tool writes the file: lock files, minified files, recorded snapshots."""
    name = PurePosixPath(path).name.lower()
    stem = name.rpartition(".")[0]
    return language_of(path, b"") == "lockfile" or stem.endswith((".lock", "-lock", ".min", ".generated", ".snap"))


def _by_shebang(head: bytes) -> str:
    found = _SHEBANG.match(head)
    if found is None:
        return ""
    words = [found[1].decode(errors="replace"), *found[2].decode(errors="replace").split()]
    if words[0] == "env":
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word] or [""]
    name = PurePosixPath(words[0]).name
    return _BY_INTERPRETER.get(name) or _BY_INTERPRETER.get(_VERSION.sub("", name), "")

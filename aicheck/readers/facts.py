"""The one way from the bytes of a file to its facts. Readers are imported when a file of their kind comes."""

from aicheck.model.facts import Facts, Setting, TestCase
from aicheck.readers.commands import read_commands
from aicheck.readers.language import COMMAND_HOSTS, CONFIGURED, CONSTANTS, FACT_LANGUAGES
from aicheck.readers.outline import SCRIPTS
from aicheck.readers.place import place_of
from aicheck.readers.policy_text import unfold_policies
from aicheck.readers.python_text import decode
from aicheck.readers.resources import read_resources
from aicheck.readers.settings import read_settings
from aicheck.readers.source_text import SourceText
from aicheck.readers.statements import read_statements
from aicheck.readers.tests_go import read_go_tests
from aicheck.readers.tests_java import read_java_tests
from aicheck.readers.tests_javascript import read_javascript_tests
from aicheck.readers.tests_python import read_python_tests


def read_facts(path: str, language: str, data: bytes) -> Facts:
    """All facts of one side of a file, but for Python's calls and definitions; none for other languages. Raises Unreadable."""
    if language not in FACT_LANGUAGES:
        return Facts()
    data = _recoded(language, data)
    return Facts(
        settings=unfold_policies(_settings(path, language, data)),
        resources=read_resources(path, language, data),
        tests=read_tests(path, language, data),
        commands=read_commands(path, language, data) if language in COMMAND_HOSTS else (),
        statements=read_statements(path, language, data),
    )


def read_tests(path: str, language: str, data: bytes) -> tuple[TestCase, ...]:
    """The tests of a Python, JavaScript, TypeScript, Go or Java file whose path says that it holds tests. Raises Unreadable."""
    if place_of(path) != "test":
        return ()
    if language == "python":
        return read_python_tests(SourceText(_recoded(language, data)))
    if language in SCRIPTS:
        return read_javascript_tests(language, SourceText(data))
    if language == "java":
        return read_java_tests(SourceText(data))
    return read_go_tests(SourceText(data)) if language == "go" else ()


def _settings(path: str, language: str, data: bytes) -> tuple[Setting, ...]:
    if language in CONFIGURED or language == "systemd":
        return read_settings(path, language, data)
    if language in CONSTANTS:
        from aicheck.readers.constants import read_constants

        return read_constants(path, language, data)
    return ()


def _recoded(language: str, data: bytes) -> bytes:
    """Python as UTF-8: a coding cookie may name another encoding."""
    return decode(data).encode() if language == "python" and not data.isascii() else data

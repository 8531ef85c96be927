"""The one way from the bytes of a file to its facts."""

from aicheck.model.facts import NO_FACTS, Facts, TestCase
from aicheck.readers.outline import SCRIPTS
from aicheck.readers.place import place_of
from aicheck.readers.python_text import decode
from aicheck.readers.settings import READERS, read_settings
from aicheck.readers.source_text import SourceText
from aicheck.readers.terraform import read_resources
from aicheck.readers.tests_go import read_go_tests
from aicheck.readers.tests_javascript import read_javascript_tests
from aicheck.readers.tests_python import read_python_tests


def read_facts(path: str, language: str, data: bytes) -> Facts:
    """The settings, resources and tests of one side of a file; no facts for other languages. Raises Unreadable."""
    if language in READERS:
        return Facts(settings=read_settings(path, language, data))
    if language == "terraform":
        return Facts(resources=read_resources(data))
    tests = read_tests(path, language, data)
    return Facts(tests=tests) if tests else NO_FACTS


def read_tests(path: str, language: str, data: bytes) -> tuple[TestCase, ...]:
    """The tests of a Python, JavaScript, TypeScript or Go file whose path says that it holds tests. Raises Unreadable."""
    if place_of(path) != "test":
        return ()
    if language == "python":
        return read_python_tests(SourceText(decode(data).encode()))  # a coding cookie may name another encoding
    if language in SCRIPTS:
        return read_javascript_tests(language, SourceText(data))
    return read_go_tests(SourceText(data)) if language == "go" else ()

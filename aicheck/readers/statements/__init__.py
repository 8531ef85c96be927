"""Statements: what code and migrations do to a database, in one form, whatever it is written in."""

from aicheck.model.facts import Statement
from aicheck.readers.language import STATEMENT_HOSTS


def read_statements(path: str, language: str, data: bytes) -> tuple[Statement, ...]:
    """The statements of one side of a file, in file order; none for a language without statements. Raises Unreadable.

    Readers are imported when a file of their kind comes.
    """
    match language:
        case "sql":
            from aicheck.readers.statements.sql_files import read_sql_file

            return read_sql_file(path, data)
        case "python":
            from aicheck.readers.statements.python import read_python_statements

            return read_python_statements(path, data)
        case "go":
            from aicheck.readers.statements.go import read_go_statements

            return read_go_statements(path, data)
        case _ if language in STATEMENT_HOSTS:
            from aicheck.readers.statements.javascript import read_javascript_statements

            return read_javascript_statements(path, language, data)
    return ()

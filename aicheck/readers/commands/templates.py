"""Expressions that a tool fills in before a shell sees the text: hidden while the text is parsed, put back afterwards."""

import re

from aicheck.regex import regex

_FIRST = 0xE000
_COUNT = 6_400
"""Code points of the Unicode private use area: each stands for one expression, repeated to its length."""
_HIDDEN = regex(f"([{chr(_FIRST)}-{chr(_FIRST + _COUNT - 1)}])\\1*")
WORKFLOW = regex(r"\$\{\{(?:[^{}]|\}(?!\})|\{(?!\{))*\}\}")
"""`${{ expression }}` of GitHub and Azure."""
JINJA = regex(r"\{\{(?:[^{}]|\}(?!\})|\{(?!\{))*\}\}")
"""`{{ expression }}` of Ansible, Argo, Helm and Go templates."""
CIRCLE = regex(r"<<\s*[\w.\-]+\s*>>")
"""`<< parameters.name >>`."""
FORMAT = regex(r"\{[^{}]*\}|%\(\w+\)[a-z]")
"""`{name}` and `%(name)s` of Python's formatting."""
JINJA_STATEMENT = regex(r"\{[%#](?:[^%#{]|[%#](?!\})|\{(?![%#]))*[%#]\}")
"""`{% if x %}` and `{# remark #}`; no part of a word."""


class Expressions:
    """The expressions of one text or list of words."""

    def __init__(self, pattern: re.Pattern[str] | None) -> None:
        self._pattern = pattern
        self._found: list[str] = []

    def hide(self, text: str) -> str:
        """The text in the same length without its expressions."""
        return self._pattern.sub(self._hide, text) if self._pattern is not None else text

    def restore(self, word: str) -> str:
        """The word with its expressions as they stand in the source."""
        return _HIDDEN.sub(self._restore, word) if self._found else word

    def add(self, expression: str) -> str:
        """What stands for an expression of the source, in its length."""
        if len(self._found) >= _COUNT or not expression:
            return expression
        self._found.append(expression)
        return chr(_FIRST + len(self._found) - 1) * len(expression)

    def _hide(self, found: re.Match[str]) -> str:
        return self.add(found.group())

    def _restore(self, found: re.Match[str]) -> str:
        number = ord(found[1]) - _FIRST
        return self._found[number] if number < len(self._found) else found.group()

"""The words of a shell command: quotes removed, what only a run can tell kept as its source, known variables filled in."""

import re
from collections.abc import Callable, Iterator

from tree_sitter import Node

from aicheck.readers.commands.allowance import Allowance
from aicheck.readers.commands.shell_text import IN_QUOTES, OUTSIDE_QUOTES, Stretch, join, leave_out
from aicheck.readers.commands.shell_variables import Use, Variable, Variables
from aicheck.readers.commands.shell_word import Word
from aicheck.readers.syntax_tree import text_of
from aicheck.regex import regex

MOST_CHARACTERS = 10_000
"""Of one word with variables filled in."""
MOST_WORDS = 500
"""Of one word that a variable makes many of."""
EXPANSIONS = frozenset({"simple_expansion", "expansion", "command_substitution", "arithmetic_expansion", "process_substitution"})
_REFERENCE = regex(r"\$(?:(\w+)|\{(\w+)(\[[@*]\])?\})")
_ANSI_ESCAPE = regex(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|([0-7]{1,3})|(.))", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}


class WordReader:
    """Reads the words of one script."""

    def __init__(self, offset: Callable[[int], int], variables: Variables, allowance: Allowance) -> None:
        """`offset`: from bytes to code points."""
        self._offset = offset
        self._variables = variables
        self._allowance = allowance

    def words_of(self, node: Node, use: Use) -> tuple[Word, ...]:
        """The words that one argument becomes: one, or several where a variable with blanks stands outside quotes."""
        words = self._read(node, Use(node.start_byte, use.scope))
        self._allowance.spend_words(len(words), sum(len(word.text) for word in words))
        return words

    def _read(self, node: Node, use: Use) -> tuple[Word, ...]:
        if node.type in {"word", "number"} and not node.child_count:
            text = text_of(node)
            if "\\" not in text:
                return (Word(text, start=self._offset(node.start_byte)),)
        whole = self._whole(node, use)
        if whole is not None:
            return whole
        parts = list(self._parts(node, use))
        if any(part.start < 0 for part in parts) and sum(len(part.text) for part in parts) > MOST_CHARACTERS:
            parts = list(self._parts(node, None))
        joined = join(part.stretch for part in parts)
        return (Word(joined.text, any(part.unquoted for part in parts), joined.start, joined.gaps),)

    def _whole(self, node: Node, use: Use) -> tuple[Word, ...] | None:
        """The words of an argument that is one variable and nothing else."""
        if node.type not in {"simple_expansion", "expansion", "string", "command_name"} or node.end_byte - node.start_byte > 200:
            return None
        source = text_of(node)
        is_quoted = source.startswith('"')
        found = _REFERENCE.fullmatch(source[1:-1] if is_quoted else source)
        variable = self._variables.find(found[1] or found[2], use) if found else None
        if found is None or variable is None:
            return None
        if variable.is_list and found[3]:
            return variable.words[:MOST_WORDS]
        if is_quoted:
            return variable.words[:1]
        return tuple(Word(part, "$" in part) for part in variable.words[0].text.split()[:MOST_WORDS])

    def _parts(self, node: Node, use: Use | None) -> Iterator[Word]:
        """What an argument is made of. `use`: where known variables are filled in, None where none shall be."""
        kind = node.type
        if kind in {"concatenation", "command_name"} and node.child_count:
            for child in node.children:
                yield from self._parts(child, use)
        elif kind == "raw_string":
            yield Word(text_of(node)[1:-1], start=self._offset(node.start_byte + 1))
        elif kind == "ansi_c_string":
            yield Word(_ANSI_ESCAPE.sub(_ansi_character, text_of(node)[2:-1]))
        elif kind in {"string", "translated_string"}:
            yield from self._quoted(node, use)
        elif kind in EXPANSIONS:
            yield self._expansion(node, use, is_quoted=False)
        else:
            yield _word(leave_out(text_of(node), self._offset(node.start_byte), OUTSIDE_QUOTES))

    def _quoted(self, node: Node, use: Use | None) -> Iterator[Word]:
        raw, first = node.text or b"", node.start_byte
        at, end = first + raw.index(b'"') + 1 if b'"' in raw else first, first + len(raw) - 1
        for child in node.named_children:
            if child.type in EXPANSIONS:
                yield self._plain(raw[at - first : child.start_byte - first], at)
                yield self._expansion(child, use, is_quoted=True)
                at = child.end_byte
        yield self._plain(raw[at - first : max(end - first, at - first)], at)

    def _plain(self, data: bytes, at: int) -> Word:
        text, start = data.decode(errors="replace"), self._offset(at)
        return _word(leave_out(text, start, IN_QUOTES)) if "\\" in text else Word(text, start=start)

    def _expansion(self, node: Node, use: Use | None, *, is_quoted: bool) -> Word:
        source = text_of(node)
        found = _REFERENCE.fullmatch(source) if use is not None and node.type in {"simple_expansion", "expansion"} else None
        variable: Variable | None = self._variables.find(found[1] or found[2], use) if found and use is not None else None
        if variable is not None and (not variable.is_list or len(variable.words) == 1):
            text = variable.words[0].text
            return Word(text, not is_quoted and "$" in text)
        return Word(source, not is_quoted, self._offset(node.start_byte))


def _word(stretch: Stretch) -> Word:
    return Word(stretch.text, False, stretch.start, stretch.gaps)


def _ansi_character(found: re.Match[str]) -> str:
    """What an escape of `$'...'` stands for (Bash Reference Manual, 3.1.2.4); a NUL cannot be part of a word."""
    for digits, base in ((found[1], 16), (found[2], 16), (found[3], 8)):
        if digits:
            character = chr(int(digits, base) & 0xFFFF)
            return "" if character == "\0" or "\ud800" <= character <= "\udfff" else character
    return _ANSI_LETTERS.get(found[4], found[4])

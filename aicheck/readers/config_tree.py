"""Files that are called configuration (`.conf`, `.cfg`, `.ini`): their lines tell which form they have, and its tree."""

from itertools import islice

from aicheck.readers.directive_tree import NOT_KNOWN, PAIR_LINE, WORD_LINE, read_braces, read_words
from aicheck.readers.ini_tree import BARE, SECTION, fits, read_ini
from aicheck.readers.line_source import LineSource
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Node
from aicheck.readers.unreadable import Unreadable

SAMPLE = 2_000
"""Lines that are looked at to tell the form."""
MOST = 0.8
"""The part of them that must fit."""
SOME = 0.5
"""The part that must end a directive or block where there are blocks: directives may run over several lines."""
LONGEST = 2_000
"""Of a longer line its two ends are looked at."""


def read_documents(source: SourceText, path: str) -> tuple[Node, ...]:
    """The one mapping of the file. Raises Unreadable, not applicable when no form fits."""
    comments = "#;!" if ".properties" in path.lower() else "#;"
    held = (line.text for line in LineSource(source, comments).lines() if not line.is_blank)
    sample = [text if len(text) <= LONGEST else text[: LONGEST // 2] + text[-LONGEST // 2 :] for text in islice(held, SAMPLE)]
    texts = [text.strip() for text in sample]
    if not texts:
        return ()
    ends = sum(text.endswith((";", "{", "}")) or "{" in text for text in texts)
    braces = any(text.endswith("{") for text in texts)
    if ends >= (SOME if braces else MOST) * len(texts) and any(text.endswith(";") or {"{", ";"} <= set(text) for text in texts):
        return read_braces(source)
    pairs = sum(map(fits, sample))
    others = sum(BARE.fullmatch(text) is not None or text[0].isspace() for text in sample if not fits(text))
    is_ini = pairs >= others or any(SECTION.fullmatch(text) for text in sample)
    if pairs and is_ini and not braces and pairs + others >= MOST * len(texts):
        return read_ini(source, path)
    words = [found for text in sample if (found := WORD_LINE.fullmatch(text)) or (found := PAIR_LINE.fullmatch(text))]
    tags = sum(text.startswith(("<", "}")) or text.endswith("{") for text in texts)
    if len(words) + tags >= MOST * len(texts) and sum(found[1] is not None for found in words) * 2 > len(words):
        return read_words(source)
    raise Unreadable(NOT_KNOWN, applicable=False)

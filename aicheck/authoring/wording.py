"""Small pieces of messages that quote what stands in a scanned file."""

ELLIPSIS = "..."
EXCERPT_LIMIT = 200


def clip(text: str, limit: int) -> str:
    """The text on one line, cut to `limit` characters with `...` at its end."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - len(ELLIPSIS)] + ELLIPSIS


def clip_key(key: tuple[str, ...], limit: int) -> str:
    """A key path joined by dots; its end, which says most, is what remains when it is too long."""
    line = " ".join(".".join(key).split())
    return line if len(line) <= limit else ELLIPSIS + line[len(ELLIPSIS) - limit :]


def count(number: int, noun: str) -> str:
    """`1 test`, `2 tests`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"

"""The lines of an owners file."""

from aicheck.readers.owners import parse_owners


def test_a_line_knows_where_it_stands() -> None:
    line = parse_owners("\n  /infra/ @sre # us\n")[0]
    assert (line.pattern, line.owners) == ("/infra/", ("@sre",))
    assert (line.span.line, line.span.column) == (2, 3)

"""Which side of the comparison a match belongs to."""

from aicheck.model.facts import Definition, Facts
from aicheck.model.finding import Match
from aicheck.model.location import WHOLE_FILE, Location, Side, Span
from aicheck.pairing import judge_alone, pair_matches
from tests.changesets import Files, catalogue, change_set

RULE = "swallowed-errors/bare-except"
TEN = "".join(f"line {number}\n" for number in range(1, 11))


def match(line: int, side: Side = "after", path: str = "app.py", *, symbol: str = "") -> Match:
    return Match(RULE, Location(path, side, Span(line, 1, line, 2)), "found", symbol=symbol)


def states(before: Files, after: Files, *matches: Match, definitions: tuple[Definition, ...] = ()) -> list[str]:
    facts: dict[tuple[str, Side], Facts] = {("app.py", "after"): Facts(definitions=definitions)}
    return [pair.state for pair in judge_alone(change_set(before, after), matches, facts)]


def test_the_match_that_is_new_is_the_one_on_the_line_that_came() -> None:
    """Both stand in one symbol with one text, and the new one comes first."""
    change = change_set({"app.py": TEN}, {"app.py": f"new\n{TEN}"})
    paired = pair_matches(change, [match(5, "before"), match(1), match(6)], catalogue().by_id())
    assert {pair.match.location.span.line: pair.state for pair in paired} == {1: "new", 6: "unchanged"}


def test_a_match_on_an_untouched_line_pairs_whatever_it_stands_in() -> None:
    change = change_set({"app.py": TEN}, {"app.py": f"new\n{TEN}"})
    paired = pair_matches(change, [match(5, "before", symbol="old_name"), match(6, symbol="new_name")], catalogue().by_id())
    assert [pair.state for pair in paired] == ["unchanged"]


def test_alone_a_match_is_new_where_the_change_touched_its_lines() -> None:
    after = TEN.replace("line 3\n", "line three\n").replace("line 7\n", "")
    assert states({"app.py": TEN}, {"app.py": after}, match(3), match(4), match(6), match(7)) == ["new", "unchanged", "new", "unchanged"]


def test_alone_a_match_is_new_where_the_change_touched_the_definition_around_it() -> None:
    inner, outer = (Definition(name, Span(first, 1, last, 9), "") for name, first, last in (("f", 4, 6), ("C", 3, 9)))
    after = TEN.replace("line 6\n", "line six\n")
    found = states({"app.py": TEN}, {"app.py": after}, match(4), match(8), match(1), definitions=(inner, outer))
    assert found == ["new", "new", "unchanged"]
    assert states({"app.py": TEN}, {"app.py": after}, match(9), definitions=(inner,)) == ["unchanged"]


def test_alone_a_line_taken_from_the_end_of_a_definition_counts() -> None:
    definition = Definition("f", Span(2, 1, 4, 9), "")
    after = TEN.replace("line 5\n", "")
    assert states({"app.py": TEN}, {"app.py": after}, match(2), definitions=(definition,)) == ["new"]
    assert states({"app.py": TEN}, {"app.py": TEN.replace("line 1\n", "")}, match(2), definitions=(definition,)) == ["unchanged"]


def test_alone_everything_in_an_added_file_is_new_and_in_a_moved_one_what_differs() -> None:
    assert states({}, {"app.py": TEN}, match(1), match(10)) == ["new", "new"]
    moved = TEN.replace("line 3\n", "line three\n")
    assert states({"old.py": TEN}, {"app.py": moved}, match(3), match(4)) == ["new", "unchanged"]


def test_alone_a_file_that_moved_into_a_riskier_place_is_new() -> None:
    matches = [match(4, path=".github/workflows/deploy.yml")]
    assert states({"docs/deploy.yml": TEN}, {".github/workflows/deploy.yml": TEN}, *matches) == ["new"]


def test_alone_a_match_of_the_whole_file_is_new_with_the_file() -> None:
    whole = Match(RULE, Location("app.py", "after", WHOLE_FILE), "found")
    assert states({"app.py": TEN}, {"app.py": f"new\n{TEN}"}, whole) == ["unchanged"]
    assert states({}, {"app.py": TEN}, whole) == ["new"]

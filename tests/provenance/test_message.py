import pytest

from aicheck.provenance.message import LINE_LIMIT, Line, parse_message


def texts(message: str) -> list[str]:
    return [line.text for line in parse_message(message)]


def test_numbers_are_lines_of_the_message() -> None:
    lines = parse_message("Subject\n\nBody\n\n<!--\nhidden\n-->\nKey: value\r\n")
    assert [(line.number, line.text) for line in lines] == [(1, "Subject"), (3, "Body"), (8, "Key: value")]


def test_a_line_end_that_was_lost_keeps_the_number() -> None:
    lines = parse_message("Subject\nBody\\n\\nKey: a\\r\\nOther: b\rThird: c")
    assert [(line.number, line.key) for line in lines] == [(1, ""), (2, ""), (2, "key"), (2, "other"), (2, "third")]


@pytest.mark.parametrize("line", ['printf("a\\nKey: b")', "use `\\nKey: b`"])
def test_a_quoted_line_end_is_talked_about(line: str) -> None:
    assert [parsed.key for parsed in parse_message(f"Subject\n{line}")] == ["", ""]


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- x -->",
        "<!--\nx\n-->",
        "> x",
        "   > x",
        "- [ ] x",
        "* [ ] x",
        "1. [ ] x",
        "[ ] x",
        "- [] x",
        "```\nx\n```",
        "```text\nx\n````",
        "~~~\nx\n~~~",
        "  ```\n  x\n  ```",
    ],
)
def test_hidden(hidden: str) -> None:
    assert texts(f"Subject\n\n{hidden}\nEnd") == ["Subject", "End"]


@pytest.mark.parametrize("opener", ["<!--", "```", "~~~", "````\n```"])
def test_what_is_never_closed_hides_nothing(opener: str) -> None:
    assert texts(f"Subject\n\n{opener}\nx")[-1] == "x"


def test_an_underlined_heading_is_no_fence() -> None:
    assert "x" in texts("Subject\n\nOne\n~~~\nx\nTwo\n~~~")


def test_a_fence_needs_a_closing_one_of_its_own_length() -> None:
    assert texts("Subject\n````\n```\nx\n````\ny") == ["Subject", "y"]


@pytest.mark.parametrize(
    "line",
    [
        "Key: value",
        "  Key: value  ",
        "\tKEY: value",
        "Key : value",
        "**Key:** value",
        "_Key: value_",
        "\U0001f916 Key: value",
        "Key: value\r",
    ],
)
def test_trailers_are_read_with_tolerance(line: str) -> None:
    parsed = parse_message(f"Subject\n\n{line}")[-1]
    assert (parsed.key, parsed.value) == ("key", "value")


@pytest.mark.parametrize(
    "line",
    [
        "Co-authored-by: A <a@b.example>",
        "co-authored-by: A a@b.example",
        "Co-authored-by: A <a@b.example",
        "Co-authored-by: A < A@B.example >",
        "Co-authored-by: A [a@b.example](mailto:a@b.example)",
        "Co-authored-by: A <[a@b.example](mailto:a@b.example)>",
        "Co-authored-by: A <mailto:a@b.example>",
        "Co-authored-by: A &lt;a@b.example&gt;",
        "Co-authored-by: A \\<a@b.example\\>",
        "Co-authored-by: A <a@b.example>.",
        "Co-authored-by: A <a@b.example> (pair)",
        "Co-Authored by: A <a@b.example>",
        "Co-authored-by A <a@b.example>",
        "Coauthored-by: A <a@b.example>",
        "- Co-authored-by: A <a@b.example>",
        "- [x] Co-authored-by: A <a@b.example>",
    ],
)
def test_addresses_are_read_with_tolerance(line: str) -> None:
    parsed = parse_message(f"Subject\n\n{line}")[-1]
    assert (parsed.key, parsed.emails) == ("co-authored-by", ("a@b.example",))


def test_an_application_keeps_its_brackets() -> None:
    line = parse_message("Subject\n\nCo-authored-by: x[bot] <1+x[bot]@users.noreply.github.com>")[-1]
    assert line.emails == ("1+x[bot]@users.noreply.github.com",)


def test_several_addresses() -> None:
    line = parse_message("Subject\n\nCo-authored-by: A <a@x.example>, B <b@x.example>, A <a@x.example>")[-1]
    assert line.emails == ("a@x.example", "b@x.example")


@pytest.mark.parametrize(
    "line", ["Co-authored-by: A <a@b.example> is now written by the tool", "Reviewed-by: A <a@b.example>", "Co-authored-by: @a"]
)
def test_no_address(line: str) -> None:
    assert parse_message(f"Subject\n\n{line}")[-1].emails == ()


def test_subject_and_lists_are_told_apart() -> None:
    assert parse_message("\nfix: a\n\n* fix: b\nfix: c") == (
        Line(2, "fix: a", "fix", "a", subject=True),
        Line(4, "fix: b", "fix", "b", listed=True),
        Line(5, "fix: c", "fix", "c"),
    )


def test_long_lines_are_cut() -> None:
    assert len(parse_message("x" * 5 * LINE_LIMIT)[0].text) == LINE_LIMIT

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.model.facts import Setting
from aicheck.model.location import Span
from aicheck.readers.settings import read_settings
from aicheck.readers.unreadable import Unreadable

FORMATS = {
    "yaml": "server:\n  timeout: 30\n  hosts: [a, b]\n  tls: {on: true}\n  note: x y\n",
    "json": '{"server": {"timeout": 30, "hosts": ["a", "b"], "tls": {"on": true}, "note": "x y"}}',
    "toml": '[server]\ntimeout = 30\nhosts = ["a", "b"]\ntls.on = true\nnote = "x y"\n',
}


def read(language: str, text: str) -> dict[str, Setting]:
    return {".".join(setting.key): setting for setting in read_settings(f"file.{language}", language, text.encode())}


def values(language: str, text: str) -> set[tuple[str, str, str]]:
    return {(key, setting.value, setting.type) for key, setting in read(language, text).items()}


def reason(language: str, data: bytes) -> tuple[str, bool]:
    with pytest.raises(Unreadable) as caught:
        read_settings(f"file.{language}", language, data)
    return caught.value.reason, caught.value.applicable


def test_the_same_settings_in_three_formats_are_the_same_facts() -> None:
    expected = values("yaml", FORMATS["yaml"])
    assert ("server.hosts.[1]", "b", "string") in expected
    assert ("server.tls.on", "true", "boolean") in expected
    assert values("json", FORMATS["json"]) == expected == values("toml", FORMATS["toml"])


@pytest.mark.parametrize("language", FORMATS)
def test_line_ends_marks_and_comments_change_nothing(language: str) -> None:
    text = FORMATS[language]
    expected = values(language, text)
    comment = "// note\n" if language == "json" else "# note\n"
    assert values(language, "\ufeff" + text) == expected
    assert values(language, text.replace("\n", "\r\n")) == expected
    assert values(language, comment + text) == expected


@pytest.mark.parametrize(
    ("language", "text", "key", "span"),
    [
        ("yaml", "naïve: 1\nkey: 'äö'\n", "key", Span(2, 6, 2, 10)),
        ("yaml", "\ufeffa: é\r\nb: [1, ü, 3]\r\n", "b.[2]", Span(2, 11, 2, 12)),
        ("json", '{"é": 1, "b": "ü"}', "b", Span(1, 15, 1, 18)),
        ("toml", 'é."x" = 1\n'.replace("é", '"é"'), "é.x", Span(1, 11, 1, 12)),
    ],
)
def test_columns_count_code_points(language: str, text: str, key: str, span: Span) -> None:
    assert read(language, text)[key].span == span


def test_yaml_anchors_aliases_and_merge_keys_are_resolved() -> None:
    text = dedent("""
        base: &base {timeout: 30, retries: 2}
        web:
          <<: *base
          retries: 5
        jobs: [*base]
        all: {<<: [{a: 1}, {a: 2, b: 3}]}
    """)
    found = read("yaml", text)
    assert {key: found[key].value for key in ("web.timeout", "web.retries", "jobs.[0].timeout", "all.a", "all.b")} == {
        "web.timeout": "30",
        "web.retries": "5",
        "jobs.[0].timeout": "30",
        "all.a": "1",
        "all.b": "3",
    }
    assert found["web.timeout"].span.line == 2


def test_list_items_are_named_by_what_tells_them_apart() -> None:
    found = read("yaml", "a: [{name: web, port: 1}, {name: db, port: 2}]\nb: [{name: x}, {name: x}]\nc: [{id: 1}, {id: 2}]\n")
    assert {"a.name=web.port", "a.name=db.port", "b.[0].name", "b.[1].name", "c.id=2.id"} <= set(found)


def test_documents_are_told_apart() -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\na: 1\n---\nb: 2\n---\n# nothing\n"
    assert {"Service/web.kind", "document 2.a", "document 3.b"} <= set(read("yaml", text))
    assert set(read("yaml", "a: 1\n---\na: 2\n")) == {"a", "document 2.a"}


def test_empty_containers_nulls_and_repeated_keys() -> None:
    assert values("json", '{"a": {}, "b": [], "c": null, "d": 1, "d": 2}') == {
        ("a", "", "map"),
        ("b", "", "list"),
        ("c", "", "null"),
        ("d", "2", "number"),
    }
    assert (
        read_settings("empty.yaml", "yaml", b"") == read_settings("empty.json", "json", b"") == read_settings("a.toml", "toml", b"") == ()
    )


def test_json_with_comments_and_trailing_commas() -> None:
    text = '{\n  // one\n  "a": [1, 2,], /* two, } */\n  "b": "x,}", \n}'
    assert values("json", text) == {("a.[0]", "1", "number"), ("a.[1]", "2", "number"), ("b", "x,}", "string")}


def test_toml_tables_of_tables() -> None:
    found = read("toml", '[[jobs]]\nname = "a"\n[jobs.env]\nX = "\\u00e9"\n[[jobs]]\nname = "b"\nwhen = 1979-05-27\n')
    assert found["jobs.name=a.env.X"].value == "é"
    assert found["jobs.name=b.when"].value == "1979-05-27"


def test_list_items_without_a_name_are_named_by_what_they_are_about() -> None:
    found = read(
        "yaml", "a: [{uses: x/y@v4, with: 1}, {uses: x/z@v1}]\nb: [{image: 'r:5000/a:1@sha256:0'}, {image: b}]\nc: [{port: 1}, {port: 1}]\n"
    )
    assert {"a.uses=x/y.with", "a.uses=x/z.uses", "b.image=r:5000/a.image", "b.image=b.image", "c.[1].port"} <= set(found)


def test_lists_of_assignments_are_mappings() -> None:
    expected = values("yaml", "services: {web: {environment: {A: b, C: 'd=e', F: null}}}\n")
    assert values("yaml", "services: {web: {environment: [A=b, C=d=e, F]}}\n") == expected
    assert set(read("yaml", "environment: [A=b, A=c]\nargs: [A=b]\n")) == {"environment.[0]", "environment.[1]", "args.[0]"}


def test_calls_in_cloudformation_are_expressions_in_every_spelling() -> None:
    short = "Resources: {Db: {Type: A::B, Size: !Ref Size, Arn: !GetAtt Db.Arn, Name: !Join [-, [a, !Ref B]]}}\n"
    long = (
        '{"Resources": {"Db": {"Type": "A::B", "Size": {"Ref": "Size"}, "Arn": {"Fn::GetAtt": ["Db", "Arn"]},'
        ' "Name": {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}}}}'
    )
    expected = values("yaml", short)
    assert ("Resources.Db.Name", "!Join [-, [a, !Ref B]]", "expression") in expected
    assert values("json", long) == expected == values("yaml", long)
    assert values("json", '{"a": {"Ref": "x"}}') == {("a.Ref", "x", "string")}


def test_blocks_under_a_condition_and_unknown_tags_stay_visible() -> None:
    found = values("yaml", "a: !If [Big, {size: 5}, {size: 1}]\nb: !vault |\n  abc\nc: !Custom {d: 1}\ne: !!str 5\n")
    assert {("a.[1].size", "5", "number"), ("b", "!vault abc", "expression"), ("e", "5", "string")} <= found


@pytest.mark.parametrize(
    ("language", "data", "expected"),
    [
        ("yaml", b"a: [1\nb: 2\n", "syntax error at line 2"),
        ("yaml", b"[" * 3_000, "nested deeper than 200"),
        ("yaml", b"- " * 3_000 + b"1", "nested deeper than 200"),
        ("yaml", b"a: &a [1, *a]", "alias without an anchor before it at line 1"),
        ("yaml", b"a: &a 1\nb: [" + b"*a, " * 1_001 + b"]", "more than 1,000 aliases"),
        ("json", b'{"a": 1 "b": 2}', "syntax error at line 1"),
        ("json", b"[" * 3_000 + b"]" * 3_000, "nested deeper than 200"),
        ("json", b'{"a": \xff}', "not UTF-8 at line 1"),
        ("json", b'{"a": "\0"}', "holds a NUL byte"),
        ("toml", b"a = [\n", "syntax error at line 1"),
        ("toml", b"a = 1\na = 2\n", "not valid TOML: Cannot overwrite a value (at line 2, column 6)"),
        ("toml", b"a" + b".a" * 10_000 + b" = 1\n", "nested deeper than 200"),
    ],
)
def test_what_cannot_be_read_says_why(language: str, data: bytes, expected: str) -> None:
    why, applicable = reason(language, data)
    assert why.startswith(expected)
    assert applicable


def test_bombs_are_refused() -> None:
    aliases = b"a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9)
    )
    merges = b"m0: &m0 {a: 1}\n" + b"".join(
        b"m%d: &m%d {<<: [%s], k%d: 1}\n" % (n, n, b", ".join([b"*m%d" % (n - 1)] * 9), n) for n in range(1, 9)
    )
    long = b"a: &a " + b"x" * 100_000 + b"\nb: [" + b"*a, " * 900 + b"]"
    assert "aliases resolved" in reason("yaml", aliases)[0]
    assert "aliases resolved" in reason("yaml", long)[0]
    assert len(read_settings("m.yaml", "yaml", merges)) < 100


def test_lock_files_are_no_settings() -> None:
    with pytest.raises(Unreadable) as caught:
        read_settings("package-lock.json", "json", b"{}")
    assert not caught.value.applicable


PIECES = st.sampled_from(
    [
        b"a",
        b": ",
        b"\n",
        b"[",
        b"]",
        b"{",
        b"}",
        b'"',
        b"'",
        b"- ",
        b"&x ",
        b"*x",
        b"<<",
        b"=",
        b",",
        b"#",
        b"/*",
        b"\\ud800",
        "é".encode(),
        b"\r",
        b"|",
        b"1",
        b".",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["yaml", "json", "toml"]), st.one_of(st.binary(max_size=60), st.lists(PIECES, max_size=40).map(b"".join)))
def test_any_bytes_are_settings_inside_the_file_or_unreadable(language: str, data: bytes) -> None:
    try:
        found = read_settings("x", language, data)
    except Unreadable:
        return
    lines = data.removeprefix(b"\xef\xbb\xbf").decode().split("\n")
    for setting in found:
        span = setting.span
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.end_line <= len(lines)
        assert span.column <= len(lines[span.line - 1]) + 1
        assert span.end_column <= len(lines[span.end_line - 1]) + 1
        "".join((*setting.key, setting.value)).encode()

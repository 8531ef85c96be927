from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.model.facts import Resource
from aicheck.model.location import Span
from aicheck.readers.resources.terraform import read_terraform
from aicheck.readers.unreadable import Unreadable


def read(text: str) -> dict[str, Resource]:
    return {resource.address: resource for resource in read_terraform(dedent(text).encode())}


def attributes(resource: Resource) -> dict[str, str]:
    return {".".join(setting.key): setting.value for setting in resource.attributes}


def test_addresses_of_every_kind_of_block() -> None:
    found = read("""
        resource "aws_db_instance" "main" {}
        data "aws_vpc" "main" {}
        module "db" {}
        variable "size" {}
        provider "aws" {}
        provider "aws" {}
        provider "aws" { alias = "west" }
        locals {}
        moved {
          from = a.b
          to   = c.d
        }
        x = 1
    """)
    assert set(found) == {
        "aws_db_instance.main",
        "data.aws_vpc.main",
        "module.db",
        "variable.size",
        "provider.aws",
        "provider.aws#2",
        "provider.aws.west",
        "locals",
        "moved",
        "file",
    }
    assert found["aws_db_instance.main"].type == "aws_db_instance"
    assert found["data.aws_vpc.main"].type == "aws_vpc"
    assert attributes(found["moved"]) == {"from": "a.b", "to": "c.d"}


def test_nested_blocks_and_literal_objects_are_key_paths() -> None:
    found = read("""
        resource "aws_s3_bucket" "b" {
          lifecycle {
            prevent_destroy = true
          }
          rule { a = 1 }
          rule { a = 2 }
          dynamic "set" {
            content { n = 1 }
          }
          tags = { team = "x", "cost" : { center = 1 } }
          none = {}
        }
    """)
    assert attributes(found["aws_s3_bucket.b"]) == {
        "lifecycle.prevent_destroy": "true",
        "rule.[0].a": "1",
        "rule.[1].a": "2",
        "dynamic.set.content.n": "1",
        "tags.team": "x",
        "tags.cost.center": "1",
        "none": "",
    }


def test_values_are_free_of_layout_and_comments() -> None:
    first = attributes(read('a "b" {\n  x = var.y ? f( 1,  2 ) : /* no */ "a  b" # why\n}')["a.b"])
    second = attributes(read('a "b" {\n  x=var.y?f(1,2):"a  b"\n}')["a.b"])
    assert first == second == {"x": 'var.y?f(1,2):"a  b"'}


def test_words_of_a_for_expression_stay_apart() -> None:
    assert attributes(read("x = [for s in list : s if s]")["file"]) == {"x": "[for s in list:s if s]"}


def test_columns_count_code_points() -> None:
    (resource,) = read_terraform('module "é" { a = "ü", }'.replace(",", "").encode())
    assert resource.attributes[0].span == Span(1, 18, 1, 21)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'resource "a" "b" {\n  x = \n', "syntax error at line"),
        (b"x = " + b"(" * 3_000 + b"1" + b")" * 3_000 + b"\n", "nested deeper"),
        (b"x = " + b"[" * 3_000 + b"\n", "syntax error"),
        (b"\xff\xfe", "not UTF-8 at line 1"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, expected: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_terraform(data)
    assert caught.value.reason.startswith(expected)


PIECES = st.sampled_from(
    [
        b"a",
        b" ",
        b"\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b"${",
        b"= ",
        b"<<E\n",
        b"E\n",
        b"#",
        b"/*",
        "é".encode(),
        b"for ",
        b"1",
        b".",
        b"?",
        b":",
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.lists(PIECES, max_size=40).map(b"".join)))
def test_any_bytes_are_resources_inside_the_file_or_unreadable(data: bytes) -> None:
    try:
        found = read_terraform(data)
    except Unreadable:
        return
    lines = data.removeprefix(b"\xef\xbb\xbf").decode().split("\n")
    for span in [resource.span for resource in found] + [setting.span for resource in found for setting in resource.attributes]:
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert span.end_column <= len(lines[span.end_line - 1]) + 1

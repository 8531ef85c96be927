import pytest
from hypothesis import given, settings

from aicheck.model.location import Span
from aicheck.readers.settings import read_settings
from aicheck.readers.unreadable import Unreadable
from tests.readers.settings_of import check_inside, read, texts, values


def test_blocks_are_told_by_their_address() -> None:
    text = """
        terraform { required_version = ">= 1.5" }
        locals { a = 1 }
        locals { b = "x" }
        variable "size" { default = 3 }
        provider "aws" { region = "eu" }
        provider "aws" {
          alias  = "west"
          region = "us"
        }
        resource "aws_db_instance" "main" {
          multi_az = true
          lifecycle { prevent_destroy = true }
        }
        name = null
    """
    assert values("terraform", text) == {
        ("terraform", "required_version"): (">= 1.5", "string"),
        ("locals", "a"): ("1", "number"),
        ("locals", "b"): ("x", "string"),
        ("variable.size", "default"): ("3", "number"),
        ("provider.aws", "region"): ("eu", "string"),
        ("provider.aws.west", "alias"): ("west", "string"),
        ("provider.aws.west", "region"): ("us", "string"),
        ("aws_db_instance.main", "multi_az"): ("true", "boolean"),
        ("aws_db_instance.main", "lifecycle", "prevent_destroy"): ("true", "boolean"),
        ("name",): ("", "null"),
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"a\\"b"', ('a"b', "string")),
        ('""', ("", "string")),
        ("-5", ("-5", "number")),
        ('"${var.x}"', ("${var.x}", "expression")),
        ('"a-${var.x}"', ("a-${var.x}", "string")),
        ("var.x ? 1 : 2", ("var.x?1:2", "expression")),
        ("f( 1 )", ("f(1)", "expression")),
        ("<<-EOT\n    a\n    b\n  EOT", ("a\nb", "string")),
    ],
)
def test_types(expression: str, expected: tuple[str, str]) -> None:
    assert values("terraform", f"x = {expression}\n") == {("x",): expected}


def test_containers_and_what_leaves_them_as_they_are() -> None:
    expected = values("json", '{"x": {"Statement": [{"name": "a", "Action": ["s3:Get", "s3:Put"]}], "n": []}}')
    literal = '{ Statement = [{ name = "a", "Action" : ["s3:Get", "s3:Put"] }], n = [] }'
    assert values("terraform", f"x = {literal}\n") == expected == values("terraform", f"x = jsonencode({literal})\n")


def test_repeated_blocks_are_lists() -> None:
    one = values("terraform", 'resource "a" "b" {\n  ingress {\n    x = 80\n  }\n}\n')
    two = values("terraform", 'resource "a" "b" {\n  ingress {\n    x = 80\n  }\n  ingress {\n    x = 81\n  }\n}\n')
    assert set(one) == {("a.b", "ingress", "[0]", "x")}
    assert set(two) == {("a.b", "ingress", "[0]", "x"), ("a.b", "ingress", "[1]", "x")}
    named = values("terraform", 'resource "a" "b" {\n  dynamic "set" {\n    content {\n      n = 1\n    }\n  }\n}\n')
    assert set(named) == {("a.b", "dynamic", "set", "content", "n")} or set(named) == {("a.b", "dynamic", "set", "[0]", "content", "n")}


def test_order_layout_and_comments_change_nothing() -> None:
    first = values("terraform", 'module "m" {\n  a = 1 # note\n  b = [1, 2]\n}\n')
    second = values("terraform", 'module "m" {\r\n  /* x */ b = [\r\n    1,\r\n    2,\r\n  ]\r\n  a=1\r\n}\r\n')
    assert first == second


def test_places_are_those_of_the_value() -> None:
    assert read("terraform", 'é = "ü"\n')["é",].span == Span(1, 5, 1, 8)


@pytest.mark.parametrize("data", [b"x = " + b"[" * 400 + b"]" * 400, b"a {\n" * 400 + b"}\n" * 400, b"x = \n"])
def test_what_cannot_be_read_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_settings("a.tf", "terraform", data)


@settings(max_examples=100, deadline=None)
@given(texts("a", " ", "\n", "{", "}", "[", "]", '"', "${", "= ", "<<E\n", "E\n", "#", "/*", "é", "for ", "1", ".", "?", ":", "-", "null"))
def test_any_bytes_are_settings_inside_the_file_or_unreadable(data: bytes) -> None:
    check_inside("a.tf", "terraform", data)

import pytest
from hypothesis import given, settings

from aicheck.model.location import Span
from aicheck.readers.settings import read_settings
from aicheck.readers.unreadable import Unreadable
from aicheck.readers.zone_sniff import looks_like_zone
from tests.readers.settings_of import check_inside, read, texts, values

ZONE = """
$TTL 1h
$ORIGIN Example.org.
@ IN SOA ns1 admin.example.org. ( 2024010101 ; serial
    7200 3600
    1209600 300 )
  IN NS ns1
  IN NS ns2.other.net.
www 300 IN A 192.0.2.1
    300 IN A 192.0.2.2
api.example.org. CNAME www
@ MX 10 mail
txt IN TXT "v=spf1; -all" "more"
$ORIGIN sub
x IN 5M AAAA 2001:db8::1
"""


def test_records_are_told_by_owner_and_type() -> None:
    assert values("dnszone", ZONE) == {
        ("$TTL",): ("1h", "string"),
        ("example.org.", "SOA", "mname"): ("ns1", "string"),
        ("example.org.", "SOA", "rname"): ("admin.example.org.", "string"),
        ("example.org.", "SOA", "serial"): ("2024010101", "number"),
        ("example.org.", "SOA", "refresh"): ("7200", "number"),
        ("example.org.", "SOA", "retry"): ("3600", "number"),
        ("example.org.", "SOA", "expire"): ("1209600", "number"),
        ("example.org.", "SOA", "minimum"): ("300", "number"),
        ("example.org.", "NS", "data", "[0]"): ("ns1.Example.org.", "string"),
        ("example.org.", "NS", "data", "[1]"): ("ns2.other.net.", "string"),
        ("example.org.", "MX", "data"): ("10 mail.Example.org.", "string"),
        ("www.example.org.", "A", "ttl"): ("300", "number"),
        ("www.example.org.", "A", "data", "[0]"): ("192.0.2.1", "string"),
        ("www.example.org.", "A", "data", "[1]"): ("192.0.2.2", "string"),
        ("api.example.org.", "CNAME", "data"): ("www.Example.org.", "string"),
        ("txt.example.org.", "TXT", "data"): ("v=spf1; -allmore", "string"),
        ("x.sub.example.org.", "AAAA", "ttl"): ("5M", "string"),
        ("x.sub.example.org.", "AAAA", "data"): ("2001:db8::1", "string"),
    }


def test_layout_comments_and_relative_names_change_nothing() -> None:
    other = "$ORIGIN example.org.\n; note\nwww.example.org.\tIN\t300\tA\t( 192.0.2.1 ) ; note\r\n"
    assert values("dnszone", "$ORIGIN example.org.\nwww 300 IN A 192.0.2.1\n") == values("dnszone", other)


def test_what_a_template_fills_in_breaks_nothing() -> None:
    text = (
        "; {{ note }}\n{% if x %}\n@ 1H IN SOA a. b. {{ serial }} 12H 2H 2W 1H\n{% endif %}\n<%= include %>\nwww 300/10 IN DYNA geoip!x\n"
    )
    found = values("dnszone", text)
    assert found["@", "SOA", "serial"] == ("{{ serial }}", "expression")
    assert found["www", "DYNA", "data"] == ("geoip!x", "string")


def test_places_are_those_of_the_data() -> None:
    assert read("dnszone", "é IN A 192.0.2.1\n")["é", "A", "data"].span == Span(1, 8, 1, 17)


@pytest.mark.parametrize(
    ("data", "reason", "applicable"),
    [
        (b"a text\nabout A records\n", "not a zone file", False),
        (b"a IN A 1.2.3.4\n" * 9 + b"a IN B 1\n", "syntax error at line 10", True),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str, applicable: bool) -> None:
    with pytest.raises(Unreadable) as caught:
        read_settings("x", "dnszone", data)
    assert (caught.value.reason, caught.value.applicable) == (reason, applicable)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ZONE.encode(), True),
        (b"; note\n\n@ 1H IN SOA ns0.x. host.x. {{ serial }} 12H 2H 2W 1H\n", True),
        (b"$ORIGIN x.\n", True),
        (b"1 1H IN PTR a.b.\n2 1H IN PTR c.d.\n", True),
        (b"www A 192.0.2.1\nftp A 192.0.2.2\n", True),
        (b"www A 192.0.2.1\n", False),
        (b"This A is\nThat A was\n", False),
        (b"#!/bin/sh\nin a loop\n", False),
        (b"", False),
        (b"\0\xff" * 200, False),
        (b"root ALL=(ALL) ALL\n", False),
    ],
)
def test_a_zone_file_is_known_by_its_first_lines(head: bytes, expected: bool) -> None:
    assert looks_like_zone(head) is expected


def test_hostile_files_take_no_time() -> None:
    for data in (
        b"(" * 200_000,
        b'"' * 200_000,
        b"a IN A ( " + b"x " * 100_000,
        b"a IN A 1.2.3.4\n" * 20_000,
        b"$ORIGIN a\n" * 300,
        b"\\" * 200_000,
    ):
        check_inside("x", "dnszone", data)


@settings(max_examples=150, deadline=None)
@given(
    texts(
        "www", " ", "\n", "IN ", "A ", "1.2.3.4", "(", ")", '"', ";", "$ORIGIN ", "$TTL ", "@", "300 ", "CNAME ", "SOA ", "\\", "é", "TXT "
    )
)
def test_any_bytes_are_settings_inside_the_file_or_unreadable(data: bytes) -> None:
    check_inside("x", "dnszone", data)
    assert looks_like_zone(data) in {True, False}

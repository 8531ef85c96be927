import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.model.location import Span
from aicheck.readers.settings import read_settings
from aicheck.readers.unreadable import Unreadable
from tests.readers.settings_of import check_inside, read, texts, values


def test_sections_and_types_are_those_of_the_same_settings_in_yaml() -> None:
    ini = "[server]\ntimeout = 30\nname: web one\non = yes\nempty =\nurl = http://a/b?c=d ; note\n[empty]\n"
    expected = values("yaml", "server: {timeout: 30, name: web one, on: yes, empty: '', url: 'http://a/b?c=d'}\nempty: {}\n")
    assert values("ini", ini) == expected
    assert values("ini", "; x\n\n[server]\r\n" + ini.replace("\n", "\r\n").split("\r\n", 1)[1].replace("30", "30 # s")) == expected


def test_values_in_quotes_and_lines_that_go_on() -> None:
    text = """
        [a]
        b = "x # y"
        deps =
            one>=1
            two=2
        long = x
            y
        flag
    """
    assert values("ini", text) == {
        ("a", "b"): ("x # y", "string"),
        ("a", "deps", "[0]"): ("one>=1", "string"),
        ("a", "deps", "[1]"): ("two=2", "string"),
        ("a", "long"): ("x y", "string"),
        ("a", "flag"): ("", "null"),
    }


def test_columns_count_code_points() -> None:
    assert read("ini", "[ä]\nnaïve = é\n")["ä", "naïve"].span == Span(2, 9, 2, 10)


def test_dotted_keys_of_properties_are_paths() -> None:
    text = "! note\nspring.pool.size=10\nspring.pool=x\nspring.url:jdbc:a#b\nlong=a \\\n  b\n"
    assert values("ini", text, "app.properties") == {
        ("spring", "pool", "size"): ("10", "number"),
        ("spring", "pool."): ("x", "string"),
        ("spring", "url"): ("jdbc:a#b", "string"),
        ("long",): ("a b", "string"),
    }


def test_units_hold_lists_and_an_environment() -> None:
    text = '[Service]\nEnvironment=A=b "C=d e"\nEnvironment=F=$G\nExecStartPre=/a\nExecStartPre=/b\nRestartSec=5s\n'
    assert values("systemd", text, "web.service") == {
        ("Service", "Environment", "A"): ("b", "string"),
        ("Service", "Environment", "C"): ("d e", "string"),
        ("Service", "Environment", "F"): ("$G", "string"),
        ("Service", "ExecStartPre", "[0]"): ("/a", "string"),
        ("Service", "ExecStartPre", "[1]"): ("/b", "string"),
        ("Service", "RestartSec"): ("5s", "string"),
    }


def test_sections_of_git_and_of_other_tools() -> None:
    assert set(values("ini", '[remote "origin"]\n\turl = x\n[mysqld]\nskip-networking\n')) == {
        ("remote", "origin", "url"),
        ("mysqld", "skip-networking"),
    }


def test_blocks_of_directives() -> None:
    text = """
        worker_processes 4; # note
        http {
          server { listen 80; server_name a.org b.org; location /api { proxy_read_timeout 30s; } }
          server { listen 443 ssl; server_name a.org; add_header X-A "b; c" always; }
          allow 10.0.0.0/8; allow 1.2.3.4;
        }
    """
    assert values("ini", text, "nginx.conf") == {
        ("worker_processes",): ("4", "number"),
        ("http", "server a.org b.org", "listen"): ("80", "number"),
        ("http", "server a.org b.org", "server_name"): ("a.org b.org", "string"),
        ("http", "server a.org b.org", "location /api", "proxy_read_timeout"): ("30s", "string"),
        ("http", "server a.org", "listen"): ("443 ssl", "string"),
        ("http", "server a.org", "server_name"): ("a.org", "string"),
        ("http", "server a.org", "add_header", "X-A"): ('"b; c" always', "string"),
        ("http", "allow", "[0]"): ("10.0.0.0/8", "string"),
        ("http", "allow", "[1]"): ("1.2.3.4", "string"),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("maxmemory 2gb\nappendonly yes\nsave 900 1\nsave 60 10\n", {("maxmemory",), ("appendonly",), ("save", "[0]"), ("save", "[1]")}),
        ("Timeout 5\n<Directory /srv>\n  Options All\n</Directory>\n", {("Timeout",), ("Directory /srv", "Options")}),
        ("global\n  maxconn 100\nfrontend http\n  bind :80\n", {("global", "maxconn"), ("frontend http", "bind")}),
        ("a {\n  b = 1\n  c { d: x }\n}\n".replace("c { d: x }", "c {\n d: x\n }"), {("a", "b"), ("a", "c", "d")}),
    ],
)
def test_lines_of_directives(text: str, expected: set[tuple[str, ...]]) -> None:
    assert set(values("ini", text, "x.conf")) == expected


@pytest.mark.parametrize("data", [b"some prose, and more of it.\n- + : foo\n(x)\n", b"a {\n b;\n", b"a; } b;\n"])
def test_what_has_no_known_form_is_not_applicable(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read_settings("x.conf", "ini", data)
    assert not caught.value.applicable


@pytest.mark.parametrize(
    "data",
    [
        b"[a]\nb = " + b" " * 200_000 + b"x",
        b"a" + b" " * 200_000 + b"=\n",
        b"${" * 200_000 + b";",
        b'"' * 200_001 + b";\n",
        b'"\\' * 100_000 + b";\n",
        b"server {\n}\n" * 20_000 + b"a b;\n",
        b"a = 1\n" * 20_000,
        b"[a\n" * 50_000,
        b"a:" * 200_000 + b"\n",
        b"[Service]\nEnvironment=" + b"a" * 200_000,
    ],
)
def test_hostile_files_take_no_time(data: bytes) -> None:
    check_inside("x.conf", "ini", data)
    check_inside("x.service", "systemd", data)


def test_one_long_line_is_looked_at_too() -> None:
    assert values("ini", "a { b 1; " + "c 2; " * 1_000 + "d 3; }", "x.conf")["a", "d"] == ("3", "number")


def test_deep_blocks_are_refused() -> None:
    with pytest.raises(Unreadable, match="nested deeper"):
        read_settings("x.conf", "ini", b"a {\n" * 3_000 + b"b;\n" + b"}\n" * 3_000)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["a.ini", "b.properties", "c.service", "d.conf"]),
    texts(
        "[a]",
        "\n",
        "a",
        "=",
        ": ",
        " ",
        "{",
        "}",
        ";",
        '"',
        "'",
        "#",
        "\\",
        "<a>",
        "</a>",
        "é",
        "\r",
        "[",
        ".",
        "Environment=",
        "[Service]\n",
    ),
)
def test_any_bytes_are_settings_inside_the_file_or_unreadable(path: str, data: bytes) -> None:
    check_inside(path, "systemd" if path.endswith("service") else "ini", data)

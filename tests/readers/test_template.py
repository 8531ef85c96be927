from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.model.facts import Setting
from aicheck.model.location import Span
from aicheck.readers.settings import read_settings
from aicheck.readers.template import hide
from aicheck.readers.unreadable import Unreadable


def read(text: str, language: str = "yaml") -> dict[str, Setting]:
    return {".".join(setting.key): setting for setting in read_settings("app", language, dedent(text).encode())}


def values(text: str, language: str = "yaml") -> dict[str, tuple[str, str]]:
    return {key: (setting.value, setting.type) for key, setting in read(text, language).items()}


def test_a_chart_is_read_with_what_it_fills_in_as_expressions() -> None:
    found = read("""
        {{- $name := .Release.Name }}
        {{- if .Values.enabled }}
        spec:
          {{- if not .Values.autoscaling }}
          replicas: {{ .Values.replicas | default 3 }}
          {{- end }}
          strategy: {type: Recreate}
          image: "{{ .Values.image }}:latest"
          labels: {{- include "labels" . | nindent 4 }}
          resources:
        {{ toYaml .Values.resources | indent 4 }}
          env:
            {{- range .Values.env }}
            - name: {{ .name }}
              value: {{ .value | quote }}
            {{- end }}
            - name: MODE
              value: fast
        {{- end }}
    """)
    assert {key: (setting.value, setting.type) for key, setting in found.items()} == {
        "spec.replicas": ("{{ .Values.replicas | default 3 }}", "expression"),
        "spec.strategy.type": ("Recreate", "string"),
        "spec.image": ("{{ .Values.image }}:latest", "string"),
        "spec.labels": ('{{- include "labels" . | nindent 4 }}', "expression"),
        "spec.resources": ("{{ toYaml .Values.resources | indent 4 }}", "expression"),
        "spec.env.name={{ .name }}.name": ("{{ .name }}", "expression"),
        "spec.env.name={{ .name }}.value": ("{{ .value | quote }}", "expression"),
        "spec.env.name=MODE.name": ("MODE", "string"),
        "spec.env.name=MODE.value": ("fast", "string"),
    }
    assert found["spec.replicas"].span == Span(6, 13, 6, 47)
    assert found["spec.env.name=MODE.value"].span == Span(19, 14, 19, 18)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% if x %}\na: 1\n{% endif %}\n", {"a": ("1", "number")}),
        ("{# note\n of two lines #}\na: 1\n", {"a": ("1", "number")}),
        ("<% if @x %>\na: <%= @x %>\n<% end -%>\n", {"a": ("<%= @x %>", "expression")}),
        ("{{/* a: 2 }} */}}\na: 1\n", {"a": ("1", "number")}),
        ("{{ .key }}-x: 1\n", {"{{ .key }}-x": ("1", "number")}),
        ("a: {{ if .x }}1{{ else }}2{{ end }}\n", {"a": ("{{ if .x }}1{{ else }}2{{ end }}", "expression")}),
        ("a: '{{ x }}'\nb: [{{ y }}, 2]\n", {"a": ("{{ x }}", "expression"), "b.[0]": ("{{ y }}", "expression"), "b.[1]": ("2", "number")}),
        ("a: ${{ secrets.x }}\n", {"a": ("${{ secrets.x }}", "expression")}),
        ("{{ if .x }}\na: 1\n{{ else }}\na: 2\n{{ end }}\n", {"a": ("1", "number"), "a (else)": ("2", "number")}),
        ('a: {{ print "}}" }}\n', {"a": ('{{ print "}}" }}', "expression")}),
        ("a: {{ dict\n  1\n}}\nb: 2\n", {"a": ("{{ dict\n  1\n}}", "expression"), "b": ("2", "number")}),
        ("a: {b: {c: 1}}\nd: {{ x }}\n", {"a.b.c": ("1", "number"), "d": ("{{ x }}", "expression")}),
    ],
)
def test_the_marks_of_every_engine(text: str, expected: dict[str, tuple[str, str]]) -> None:
    assert values(text) == expected


def test_text_blocks_keep_their_control_lines() -> None:
    assert values("run: |\n  {% if x %}\n  start\n  {% endif %}\nb: 1\n") == {
        "run": ("{% if x %}\nstart\n{% endif %}\n", "string"),
        "b": ("1", "number"),
    }
    assert values("data:\n  a.conf: |\n{{ .Files.Get `a` | indent 4 }}\n  b: 1\n") == {
        "data.a.conf": ("{{ .Files.Get `a` | indent 4 }}", "expression"),
        "data.b": ("1", "number"),
    }


def test_lines_with_settings_only_are_read_the_same_in_other_formats() -> None:
    ini = "[a]\n{% if x %}\nport = {{ port }}\n{% endif %}\nname = x-{{ name }}\n"
    assert values(ini, "ini") == {"a.port": ("{{ port }}", "expression"), "a.name": ("x-{{ name }}", "string")}
    env = "<% if @x %>\nA=<%= @a %>\n<% end %>\nB=1\n"
    assert values(env, "dotenv") == {"A": ("<%= @a %>", "expression"), "B": ("1", "number")}


@pytest.mark.parametrize(
    ("data", "reason", "applicable"),
    [
        (b"{% for h in hosts %}\n{{ h }}: [\n{% endfor %}\n", "template, not plain YAML", False),
        ("a: {{ x }}\nb: \ue000\ue002\ue002\n".encode(), "a template that holds characters for private use", True),
        (b"{{" * 30_000, "more than 20,000 template expressions", True),
        (b"{{ x }}\n" + b"\n" * 200_001, "a template of more than 200,000 lines", True),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str, applicable: bool) -> None:
    with pytest.raises(Unreadable) as caught:
        read_settings("a.yaml", "yaml", data)
    assert (caught.value.reason, caught.value.applicable) == (reason, applicable)


def test_a_file_named_as_a_template_that_is_no_yaml_is_not_applicable() -> None:
    with pytest.raises(Unreadable) as caught:
        read_settings("a.yaml.tpl", "yaml", b"%{ if x }\na: [\n")
    assert not caught.value.applicable


PIECES = st.sampled_from(
    ["{{ a }}", "{{- if x }}", "{{ end }}", "{%", "%}", "{#", "<%=", "%>", "{{", "}}", '"', "'", "\\", "\n", "a: ", "  ", "- ", "|"]
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["yaml", "ini", "dotenv", "dnszone"]), st.lists(PIECES, max_size=30).map("".join))
def test_hidden_texts_keep_their_length_and_any_template_is_read_inside_the_file(language: str, text: str) -> None:
    template = hide(text)
    assert len(template.text) == len(text)
    assert template.restore(template.text) == text
    lines = text.split("\n")
    try:
        found = read_settings("a", language, text.encode())
    except Unreadable:
        return
    for setting in found:
        assert "\ue000" not in "".join((*setting.key, setting.value))
        assert setting.span.end_line <= len(lines)
        assert setting.span.end_column <= len(lines[setting.span.end_line - 1]) + 1

"""Policies in texts, through the one way from bytes to facts."""

import pytest

from aicheck.model.facts import Setting
from aicheck.readers.facts import read_facts

TERRAFORM = """resource "aws_iam_policy" "p" {
  policy = <<EOF
{
  "Statement": [
    {"Action": "s3:Get*", "Resource": %s}
  ]
}
EOF
}
"""
BLOCK = """spec:
  policy: |
    {
      "Statement": [{"Action": "s3:Get*"}]
    }
"""


def found(path: str, language: str, text: str) -> dict[str, Setting]:
    return {setting.key[-1]: setting for setting in read_facts(path, language, text.encode()).settings}


@pytest.mark.parametrize("resource", ['"${aws_s3_bucket.a.arn}/*"', "${jsonencode(local.names)}"])
def test_a_heredoc(resource: str) -> None:
    settings = found("a.tf", "terraform", TERRAFORM % resource)
    assert settings["Action"].value == "s3:Get*"
    assert settings["Action"].key == ("aws_iam_policy.p", "policy", "Statement", "[0]", "Action")
    assert settings["Action"].span.line == 5
    assert settings["Resource"].value == resource.strip('"')


def test_a_block_of_yaml() -> None:
    setting = found("a.yaml", "yaml", BLOCK)["Action"]
    assert (setting.value, setting.span.line) == ("s3:Get*", 4)


@pytest.mark.parametrize("text", ["a: '{\"Statement\": ['\n", "a: 'the \"Statement\" of'\n", 'a: \'{"Statement": ' + "[" * 5000 + "'\n"])
def test_what_is_no_policy_stays_a_text(text: str) -> None:
    (setting,) = read_facts("a.yaml", "yaml", text.encode()).settings
    assert setting.key == ("a",)


@pytest.mark.parametrize(
    "text",
    [
        'import boto3\n\ndef f(c):\n    c.put(Doc=json.dumps({"Statement": [{"Action": "s3:*", "Resource": f"{arn}"}]}))\n',
        'import boto3\n\ndef f(c):\n    doc = {"Statement": [{"Action": "s3:*", "Resource": arn}]}\n    c.put(doc)\n',
        'class A:\n    def f(self, c):\n        c.put(doc={"Statement": [{"Action": "s3:*", "Resource": arn}]})\n',
        'POLICY = json.dumps({"Statement": [{"Action": "s3:*", "Resource": arn}]})\n',
    ],
)
def test_python_keeps_what_it_cannot_tell(text: str) -> None:
    settings = found("a.py", "python", text)
    assert settings["Action"].value == "s3:*"
    assert settings["Resource"].type == "expression"


def test_calls_that_give_access() -> None:
    python = read_facts("a.py", "python", b"def f(sg):\n    sg.add_ingress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(22))\n").settings
    script = read_facts("a.ts", "typescript", b"function f() { sg.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22)); }\n").settings
    assert [setting.value for setting in python] == ["ec2.Peer.any_ipv4()", "ec2.Port.tcp(22)"]
    assert [setting.value for setting in script] == ["ec2.Peer.anyIpv4()", "ec2.Port.tcp(22)"]

"""Grants of every format, and what a change does to them."""

import pytest

from aicheck.authoring.grant_steps import GrantStep, compare_grants, grant_file
from aicheck.authoring.grants import Grant, covers, read_grants
from aicheck.readers.facts import read_facts
from aicheck.readers.language import language_of

STATEMENT = '{"Effect": "Allow", "Action": ["s3:GetObject", "s3:*"], "Resource": "*"}'
TERRAFORM = 'data "aws_iam_policy_document" "p" {\n  statement {\n    actions = [%s]\n    resources = ["*"]\n%s  }\n}\n'
CONDITION = '    condition {\n      test = "StringEquals"\n      variable = "aws:Tag"\n      values = ["a"]\n    }\n'


def grants(path: str, text: str) -> tuple[Grant, ...]:
    return read_grants(read_facts(path, language_of(path, b""), text.encode()).settings)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("policy.json", f'{{"Statement": [{STATEMENT}]}}'),
        ("policy.json", f'{{"Statement": {STATEMENT}}}'),
        ("a.tf", TERRAFORM % ('"s3:GetObject", "s3:*"', "")),
        ("a.tf", f'resource "aws_iam_policy" "p" {{\n  policy = <<-EOF\n    {{"Statement": [{STATEMENT}]}}\n  EOF\n}}\n'),
        (
            "a.tf",
            'locals {\n  p = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "s3:*"], Resource = "*" }] })\n}\n',
        ),
        ("serverless.yml", "provider:\n  iamRoleStatements:\n  - Effect: Allow\n    Action: ['s3:GetObject', 's3:*']\n    Resource: '*'\n"),
        ("a.py", f"P = {STATEMENT}\n"),
        ("a.py", f"def f(iam):\n    iam.put_role_policy(PolicyDocument=json.dumps({{'Statement': [{STATEMENT}]}}))\n"),
        ("a.py", "import aws_cdk as cdk\n\ns = cdk.PolicyStatement(actions=['s3:GetObject', 's3:*'], resources=['*'])\n"),
        ("a.ts", "class A {\n  f() { r.add(new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:*'], resources: ['*'] })); }\n}\n"),
        ("a.ts", f"const p = JSON.stringify({{ Statement: [{STATEMENT}] }});\n"),
    ],
)
def test_one_form_for_every_spelling(path: str, text: str) -> None:
    (grant,) = grants(path, text)
    assert (grant.kind, grant.actions, grant.resources, grant.principals) == ("policy", ("s3:*", "s3:GetObject"), ("*",), ())
    assert grant.allows


@pytest.mark.parametrize(
    ("path", "text", "role", "members"),
    [
        (
            "a.tf",
            'resource "google_project_iam_binding" "b" {\n  role = "roles/owner"\n  members = ["user:a"]\n}\n',
            "roles/owner",
            ("user:a",),
        ),
        ("p.yaml", "bindings:\n- role: roles/owner\n  members: ['user:a']\n", "roles/owner", ("user:a",)),
        ("a.tf", 'resource "azurerm_role_assignment" "b" {\n  role_definition_name = "Owner"\n}\n', "Owner", ()),
        ("a.yaml", "apiVersion: v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {kind: ClusterRole, name: edit}\n", "edit", ()),
        ("a.yaml", "Policies:\n- arn:aws:iam::aws:policy/job-function/Billing\n", "Billing", ()),
        ("a.ts", "function f() { iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/Some'); }\n", "service-role/Some", ()),
    ],
)
def test_roles_that_are_given(path: str, text: str, role: str, members: tuple[str, ...]) -> None:
    (grant,) = grants(path, text)
    assert (grant.kind, grant.actions, grant.principals) == ("role", (role,), members)


def test_the_rules_of_a_cluster_role() -> None:
    text = "kind: ClusterRole\nrules:\n- apiGroups: ['', apps]\n  resources: [pods]\n  verbs: [get, '*']\n"
    (grant,) = grants("a.yaml", text)
    assert (grant.kind, grant.actions, grant.resources) == ("rules", ("*", "get"), ("/pods", "apps/pods"))


def test_principals_and_conditions_of_both_notations() -> None:
    block = '    principals {\n      type = "AWS"\n      identifiers = ["*"]\n    }\n' + CONDITION
    (one,) = grants("a.tf", TERRAFORM % ('"s3:*"', block))
    text = '{"Statement": {"Action": "s3:*", "Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"aws:Tag": "a"}}}}'
    (other,) = grants("a.json", text)
    assert one.principals == other.principals == ("*",)
    assert one.conditions == other.conditions == ("StringEquals aws:Tag=a",)


@pytest.mark.parametrize("text", ["actions: ['*']\n", "action: http://a/b\nresource: a\n", "role: admin\n", "verbs: [get]\n"])
def test_what_is_no_grant(text: str) -> None:
    assert grants("a.yaml", text) == ()


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("*", "s3:Get", True),
        ("s3:*", "S3:Get*", True),
        ("s3:Get*", "s3:*", False),
        ("s3:*Object", "s3:GetObject", True),
        ("a*b*c", "abbc", True),
        ("ab*bc", "abc", False),
        ("a", "ab", False),
    ],
)
def test_what_a_pattern_covers(pattern: str, name: str, expected: bool) -> None:
    assert covers(pattern, name) is expected


def steps(before: dict[str, str], after: dict[str, str]) -> list[GrantStep]:
    sides = [{path: read_facts(path, language_of(path, b""), text.encode()) for path, text in files.items()} for files in (before, after)]
    files = [grant_file(path, sides[0].get(path), sides[1].get(path)) for path in sorted({*before, *after})]
    return [step for found in compare_grants(files).values() for step in found]


def test_a_wider_action_is_fresh_and_a_narrower_one_is_not() -> None:
    narrow, wide = ({"a.tf": TERRAFORM % (f'"{action}"', "")} for action in ("s3:Get*", "s3:*"))
    assert [step.fresh_actions() for step in steps(narrow, wide)] == [("s3:*",)]
    assert [step.fresh_actions() for step in steps(wide, narrow)] == [()]


def test_a_lost_condition() -> None:
    (step,) = steps({"a.tf": TERRAFORM % ('"s3:*"', CONDITION)}, {"a.tf": TERRAFORM % ('"s3:*"', "")})
    assert step.loses_conditions() == ("aws:Tag",)
    assert steps({"a.tf": TERRAFORM % ('"s3:*"', "")}, {"a.tf": TERRAFORM % ('"s3:*"', CONDITION)})[0].loses_conditions() == ()


def test_a_moved_statement_is_no_step_and_a_copied_one_is() -> None:
    text = TERRAFORM % ('"s3:*"', "")
    assert steps({"a.tf": text}, {"b.tf": text}) == []
    assert len(steps({"a.tf": text}, {"a.tf": text, "b.tf": text})) == 1

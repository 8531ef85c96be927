from textwrap import dedent

import pytest

from aicheck.authoring.resource_steps import ResourceFile, ResourceSteps, compare_resources
from aicheck.readers.resources import read_resources

Files = dict[str, str]


def compare(before: Files, after: Files) -> ResourceSteps:
    def read(files: Files, path: str):  # type: ignore[no-untyped-def]
        language = {"tf": "terraform", "py": "python"}.get(path.rpartition(".")[2], "yaml")
        return read_resources(path, language, dedent(files.get(path, "")).encode())

    paths = sorted(before.keys() | after.keys())
    return compare_resources([ResourceFile(path, path, read(before, path), read(after, path)) for path in paths])


def fates(before: Files, after: Files) -> dict[str, tuple[str, str]]:
    """Address -> (fate, address afterwards)."""
    steps = compare(before, after).steps
    return {step.before.address: (step.fate, step.after.address if step.after else "") for found in steps.values() for step in found}


DB = 'resource "aws_db_instance" "{name}" {{\n  identifier = "shop"\n  engine     = "postgres"\n}}\n'
MAIN, OTHER = DB.format(name="main"), DB.format(name="other")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a.tf": MAIN}, {"a.tf": MAIN}, ("same", "aws_db_instance.main")),
        ({"a.tf": MAIN}, {"b.tf": MAIN}, ("moved", "aws_db_instance.main")),
        ({"a.tf": MAIN}, {"modules/db/main.tf": OTHER}, ("moved", "aws_db_instance.other")),
        ({"a.tf": MAIN}, {"a.tf": OTHER}, ("renamed", "aws_db_instance.other")),
        ({"a.tf": MAIN}, {"a.tf": ""}, ("gone", "")),
        (
            {"a.tf": MAIN},
            {"a.tf": OTHER + "moved {\n  from = aws_db_instance.main\n  to = aws_db_instance.other\n}\n"},
            ("moved", "aws_db_instance.other"),
        ),
        (
            {"a.tf": MAIN},
            {"a.tf": OTHER + 'import {\n  to = aws_db_instance.other\n  id = "shop"\n}\n'},
            ("moved", "aws_db_instance.other"),
        ),
        ({"a.tf": MAIN}, {"a.tf": "moved {\n  from = aws_db_instance.main\n  to = module.db.aws_db_instance.x[0]\n}\n"}, ("moved", "")),
        (
            {"a.tf": MAIN},
            {"a.tf": "removed {\n  from = aws_db_instance.main\n  lifecycle {\n    destroy = false\n  }\n}\n"},
            ("forgotten", ""),
        ),
        (
            {"a.tf": MAIN},
            {"a.tf": "removed {\n  from = aws_db_instance.main\n  lifecycle {\n    destroy = true\n  }\n}\n"},
            ("gone", ""),
        ),
    ],
)
def test_what_became_of_a_terraform_resource(before: Files, after: Files, expected: tuple[str, str]) -> None:
    assert fates(before, after)["aws_db_instance.main"] == expected


def test_a_module_that_is_taken_apart_is_not_gone() -> None:
    before = {"a.tf": 'module "db" {\n  source = "./db"\n}\n'}
    after = {"a.tf": MAIN + "moved {\n  from = module.db.aws_db_instance.this\n  to = aws_db_instance.main\n}\n"}
    assert fates(before, after) == {"module.db": ("moved", "")}


def test_the_nearest_of_several_files_is_taken() -> None:
    claim = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"
    found = compare({"apps/a/pvc.yaml": claim}, {"apps/a/storage/pvc.yaml": claim, "apps/b/pvc.yaml": claim})
    assert [step.path for step in found.steps["apps/a/pvc.yaml"]] == ["apps/a/storage/pvc.yaml"]
    assert list(found.added) == ["apps/b/pvc.yaml"]


def test_one_new_resource_stands_for_one_lost_one() -> None:
    second = DB.format(name="second").replace("shop", "news")
    found = fates({"a.tf": MAIN + second}, {"a.tf": OTHER})
    assert found == {"aws_db_instance.main": ("renamed", "aws_db_instance.other"), "aws_db_instance.second": ("gone", "")}


def test_an_alias_of_pulumi_says_that_it_moved() -> None:
    before = "import pulumi_aws as aws\naws.rds.Instance('main', engine='postgres')\n"
    after = (
        "import pulumi, pulumi_aws as aws\n"
        "aws.rds.Instance('db', engine='postgres', opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name='main')]))\n"
    )
    assert fates({"a.py": before}, {"a.py": after})["aws.rds.Instance/main"] == ("moved", "aws.rds.Instance/db")


def test_many_lost_and_gained_resources_are_gone_and_new() -> None:
    before = "\n".join(f'resource "aws_s3_bucket" "b{number}" {{\n  tags = {{ a = 1 }}\n}}' for number in range(150))
    found = fates({"a.tf": before}, {"a.tf": before.replace('"b', '"c')})
    assert {fate for fate, _ in found.values()} == {"gone"}

import pytest

from aicheck.checks.safeguard_removal.deletion_protection_off import DeletionProtectionOff
from tests.checks.harness import run_change

DB = 'resource "aws_db_instance" "main" {{\n  engine = "postgres"\n  {}\n}}\n'
VARIABLE = 'variable "{}" {{\n  default = {}\n}}\n'


def severities(before: dict[str, str], after: dict[str, str]) -> list[str | None]:
    return [match.severity for match in run_change(DeletionProtectionOff, before, after)]


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [
        ("deletion_protection = true", 'deletion_protection = "false"', "critical"),
        ("deletion_protection = true", "deletion_protection = null", "critical"),
        ("deletion_protection = true", "", "critical"),
        ("deletion_protection = true", "deletion_protection = var.protect", "high"),
        ("deletion_protection = true", 'deletion_protection = var.env == "production"', "medium"),
        ("skip_final_snapshot = false", "skip_final_snapshot = true", "critical"),
        ("", "skip_final_snapshot = true", "critical"),
        ("skip_final_snapshot = false", "", None),
        ("lifecycle {\n    prevent_destroy = true\n  }", "lifecycle {\n    ignore_changes = []\n  }", "critical"),
        ("deletion_window_in_days = 30", "deletion_window_in_days = 7", "high"),
        ("recovery_window_in_days = 30", "recovery_window_in_days = 0", "critical"),
        ("deletion_window_in_days = 30", "deletion_window_in_days = 20", None),
        ('delete_protection_state = "DELETE_PROTECTION_ENABLED"', 'delete_protection_state = "DELETE_PROTECTION_DISABLED"', "critical"),
        ("allocated_storage = 10", "allocated_storage = 20", None),
    ],
)
def test_each_protection_and_step(before: str, after: str, severity: str | None) -> None:
    assert severities({"a.tf": DB.format(before)}, {"a.tf": DB.format(after)}) == ([severity] if severity else [])


def test_force_destroy_that_appears_is_found() -> None:
    bucket = 'resource "aws_s3_bucket" "b" {{\n  bucket = "orders"\n  {}\n}}\n'
    assert severities({"a.tf": bucket.format("")}, {"a.tf": bucket.format("force_destroy = true")}) == ["critical"]


@pytest.mark.parametrize(("default", "expected"), [("true", []), ("false", ["critical"])])
def test_a_variable_counts_as_its_default(default: str, expected: list[str]) -> None:
    before = {"a.tf": DB.format("deletion_protection = true"), "v.tf": "\n"}
    after = {"a.tf": DB.format("deletion_protection = var.keep"), "v.tf": VARIABLE.format("keep", default)}
    assert severities(before, after) == expected


def test_a_default_that_flips_is_found_once() -> None:
    text = DB.format("deletion_protection = var.deletion_protection")
    before = {"a.tf": text + "# 1", "v.tf": VARIABLE.format("deletion_protection", "true")}
    after = {"a.tf": text + "# 2", "v.tf": VARIABLE.format("deletion_protection", "false")}
    assert severities(before, after) == ["critical"]


def test_values_given_to_modules_and_in_tfvars_count() -> None:
    module = 'module "db" {{\n  source = "./db"\n  deletion_protection = {}\n}}\n'
    assert severities({"a.tf": module.format("true")}, {"a.tf": module.format("false")}) == ["critical"]
    assert severities({"a.tf": module.format("true")}, {"a.tf": module.format("true").replace("deletion_protection", "x")}) == ["high"]
    assert severities({"prod.tfvars": "deletion_protection = true\n"}, {"prod.tfvars": "deletion_protection = false\n"}) == ["critical"]


def test_a_resource_is_followed_when_it_is_renamed() -> None:
    old = DB.format("deletion_protection = true")
    new = DB.replace("main", "primary").format("deletion_protection = false")
    moved = "moved {\n  from = aws_db_instance.main\n  to = aws_db_instance.primary\n}\n"
    assert severities({"a.tf": old}, {"a.tf": new + moved}) == ["critical"]
    assert severities({"a.tf": old}, {"a.tf": new}) == ["critical"]
    assert severities({"a.tf": old}, {"a.tf": "", "b.tf": new}) == ["critical"]


def test_a_removed_resource_is_not_this_rule() -> None:
    assert severities({"a.tf": DB.format("deletion_protection = true")}, {"a.tf": "locals {}\n"}) == []


def test_the_same_address_in_another_folder_is_another_resource() -> None:
    on, off = DB.format("deletion_protection = true"), DB.format("deletion_protection = false")
    assert severities({"prod/a.tf": on}, {"prod/a.tf": on + "\n", "other/a.tf": off}) == []


def test_what_the_provider_protects_by_default_may_be_left_out() -> None:
    text = 'resource "google_sql_database_instance" "m" {{\n  name = "m"\n  {}\n}}\n'
    assert severities({"a.tf": text.format("deletion_protection = true")}, {"a.tf": text.format("")}) == []
    assert severities({"a.tf": text.format("")}, {"a.tf": text.format("deletion_protection = false")}) == ["critical"]

"""safeguard-removal/guard-resource-removed."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.wording import clip
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location
from aicheck.model.rule import Severity
from aicheck.regex import regex

GUARDS: tuple[tuple[re.Pattern[str], str, Severity], ...] = (
    (
        regex(
            r"aws_wafv2_web_acl_association|aws_waf(?:regional|v2)?_web_acl\w*|AWS::WAFv2::WebACL\w*|google_compute_security_policy"
            r"|azurerm_web_application_firewall_policy|cloudflare_(?:ruleset|firewall_rule|rate_limit)|aws_shield_protection"
        ),
        "a web firewall",
        "high",
    ),
    (
        regex(
            r"aws_(?:cloudtrail|guardduty_detector|config_configuration_recorder|flow_log)|AWS::CloudTrail::Trail|AWS::GuardDuty::Detector"
            r"|google_(?:project|organization|folder)_iam_audit_config"
        ),
        "an audit trail",
        "high",
    ),
    (
        regex(
            r"aws_(?:backup_(?:plan|selection|vault_lock_configuration)|dlm_lifecycle_policy)|AWS::Backup::Backup(?:Plan|Selection)|Schedule"
        ),
        "a backup plan",
        "high",
    ),
    (
        regex(
            r"aws_(?:appautoscaling_(?:policy|target)|autoscaling_policy)|AWS::ApplicationAutoScaling::\w+|google_compute_(?:region_)?autoscaler"
            r"|azurerm_monitor_autoscale_setting|kubernetes_horizontal_pod_autoscaler\w*|kubernetes_pod_disruption_budget\w*"
        ),
        "an autoscaler or disruption budget",
        "medium",
    ),
    (
        regex(r"NetworkPolicy|CiliumNetworkPolicy|kubernetes_network_policy\w*|AuthorizationPolicy|PeerAuthentication"),
        "a network policy",
        "medium",
    ),
    (regex(r"ResourceQuota|LimitRange|kubernetes_resource_quota\w*|kubernetes_limit_range\w*"), "a quota", "medium"),
    (
        regex(r"AWS::CloudWatch::\w*Alarm|aws_(?:budgets_budget|cloudwatch_composite_alarm)|google_billing_budget"),
        "an alarm",
        "medium",
    ),
)
FENCED = regex(r"Deployment|StatefulSet|DaemonSet|HelmRelease|Namespace|Rollout|CronJob|Kustomization|Application")
"""Kubernetes objects that a policy or quota goes with."""
TRAIL = 'resource "aws_cloudtrail" "main" {\n  name = "main"\n  is_multi_region_trail = true\n}\n'
BUCKET = 'resource "aws_s3_bucket" "orders" {\n  bucket = "orders"\n}\n'
POLICY = """apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db}
spec:
  podSelector: {}
---
"""
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {type: ClusterIP}\n"


class GuardResourceRemoved(DifferentialCheck):
    """Finds resources that watch, limit or fence others in and are removed alone.

    Where the change removes as many other resources, what they guarded goes too.
    """

    id = "safeguard-removal/guard-resource-removed"
    title = "A firewall, audit trail, backup plan, autoscaler or quota is removed"
    why = "Nothing breaks on the day it goes; the next attack, deletion or peak meets what it would have stopped or shown."
    instead = "Correct the resource instead of removing it; where another one takes over, add that in the same change."
    severity = "high"
    confidence = "medium"
    languages = ("json", "terraform", "yaml")
    cwe = (693, 778)
    examples = (
        bad_change(TRAIL + BUCKET, BUCKET, "the audit trail goes", path="infra/main.tf"),
        bad_change({"infra/main.tf": BUCKET, "infra/trail.tf": TRAIL}, {"infra/main.tf": BUCKET}, "with its file"),
        bad_change(POLICY + SERVICE, SERVICE, "a network policy", path="k8s/db.yaml"),
        bad_change(
            "Resources:\n  Acl:\n    Type: AWS::WAFv2::WebACLAssociation\n    Properties: {ResourceArn: a}\n"
            "  Orders:\n    Type: AWS::S3::Bucket\n",
            "Resources:\n  Orders:\n    Type: AWS::S3::Bucket\n",
            "in CloudFormation",
            path="infra/stack.yaml",
        ),
        good_change({"infra/main.tf": TRAIL + BUCKET}, {"infra/main.tf": BUCKET, "infra/trail.tf": TRAIL}, "moved to another file"),
        good_change(TRAIL + BUCKET, TRAIL.replace('"main" {', '"all" {') + BUCKET, "renamed", path="infra/main.tf"),
        good_change(TRAIL + BUCKET, "locals {\n  a = 1\n}\n", "with what it guarded", path="infra/main.tf"),
        good_change(POLICY + SERVICE, POLICY.replace("{}", "{matchLabels: {a: b}}") + SERVICE, "edited", path="k8s/db.yaml"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each guard that goes from the file."""
        lost = [(name, line) for step in change.setting_steps.get(pair.path, ()) for name, line in _lost_resources(step)]
        guards = [(name, line, guard) for name, line in lost if (guard := _guard_of(name)) is not None]
        if not guards or _others_lost(change):
            return
        known = {name for name, _, _ in guards}
        for name, line, (_, what, severity) in guards:
            if name in known:
                known.remove(name)
                yield self.match(
                    Location(pair.path, "after" if pair.after is not None else "before", WHOLE_FILE),
                    f"{clip(name, 60)}: {what} is removed",
                    symbol=name,
                    text=f"{what} is removed",
                    before=Excerpt(pair.before_path, line, clip(pair.line("before", line), 200)),
                    severity=severity,
                )


def _lost_resources(step: SettingStep) -> Iterator[tuple[str, int]]:
    """(address, line) of each resource of a lost step: `aws_cloudtrail.main`, `NetworkPolicy/db`, `AWS::S3::Bucket Orders`."""
    if step.after or not step.block:
        return
    depth = len(step.key)
    if depth == 2 and step.key[0] == "Resources":
        kind = next((setting.value for setting in step.before if setting.key[2:] == ("Type",)), "")
        yield f"{kind} {step.key[1]}", step.before[0].span.line
    elif depth <= 1:
        for setting in step.before:
            if setting.key[:1] == ("Resources",) and setting.key[2:] == ("Type",):
                yield f"{setting.value} {setting.key[1]}", setting.span.line
            elif setting.key:
                yield setting.key[0], setting.span.line


def _guard_of(name: str) -> tuple[re.Pattern[str], str, Severity] | None:
    kind = re.split(r"[./ ]", name, maxsplit=1)[0] if "::" not in name else name.partition(" ")[0]
    return next((guard for guard in GUARDS if guard[0].fullmatch(kind)), None)


def _others_lost(change: ChangeFacts) -> bool:
    """Whether resources go that the guards may have been there for."""
    for steps in change.setting_steps.values():
        for step in steps:
            for name, _ in _lost_resources(step):
                is_resource = (
                    "::" in name
                    or FENCED.match(name)
                    or re.match(r"(?:aws|google|azurerm|cloudflare|kubernetes|helm)_\w+\.|module\.", name)
                )
                if is_resource and _guard_of(name) is None:
                    return True
    return False

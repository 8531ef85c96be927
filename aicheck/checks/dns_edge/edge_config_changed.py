"""dns-edge/edge-config-changed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Becomes, Changes, DangerousStep, Leaves, Removed, turned_off
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep, is_position
from aicheck.authoring.value_delta import Row, ValueDelta
from aicheck.model.finding import Match

OLD_TLS = r"(?i).{0,40}(?:TLSv?1(?:[._][01](?:_\d+)?)?|1\.[01]|SSLv3|2015-05|2016-08|TLS-1-[01].{0,40})"
IN_FIREWALLS = ("waf", "rule", "rules", "firewall", "web acl", "security policy")
BLOCKING = frozenset({"block", "deny", "deny(403)", "prevention", "challenge"})
EDGE_TYPES = (
    "aws_lb_listener",
    "aws_alb_listener",
    "aws_wafv2_",
    "aws_waf_",
    "aws_wafregional_",
    "aws_cloudfront_distribution",
    "aws_acm_certificate",
    "cloudflare_ruleset",
    "cloudflare_firewall_rule",
    "cloudflare_rate_limit",
    "cloudflare_load_balancer",
    "google_compute_security_policy",
    "google_compute_global_forwarding_rule",
    "google_compute_url_map",
    "google_compute_managed_ssl_certificate",
    "azurerm_web_application_firewall_policy",
    "azurerm_application_gateway",
    "azurerm_frontdoor",
    "azurerm_cdn_frontdoor_",
    "fastly_service_",
    "akamai_",
)
WAF = """resource "aws_wafv2_web_acl" "shop" {{
  name = "shop"
  rule {{
    name     = "bots"
    priority = 1
    action {{
      {action} {{}}
    }}
  }}
}}
"""
LISTENER = (
    'resource "aws_lb_listener" "https" {{\n  port            = 443\n  certificate_arn = "{arn}"\n  ssl_policy      = "{policy}"\n}}\n'
)
USUAL = LISTENER.format(arn="arn:aws:acm:eu-west-1:1:certificate/a", policy="ELBSecurityPolicy-TLS13-1-2-2021-06")
OTHER = '\nresource "aws_lb_target_group" "shop" {\n  port = 8080\n}\n'
INGRESS = (
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\n"
    "spec:\n  ingressClassName: nginx\n{tls}  rules:\n    - host: shop.example\n"
)
TLS = "  tls:\n    - hosts: [shop.example]\n      secretName: shop-tls\n"


class EdgeLost(DangerousStep, frozen=True):
    """A whole listener, firewall, distribution or certificate of the edge goes, or the block with which a rule stopped something."""

    def describe(self, step: SettingStep) -> str:
        """As in `is removed`."""
        if step.after or not step.before:
            return ""
        if len(step.key) == 1 and step.key[0].startswith(EDGE_TYPES):
            return "is removed"
        parts = [part for part in step.before[0].key if not is_position(part)]
        return f"no longer says {parts[-1]}" if parts[-1] in BLOCKING and parts[-2] in {"action", "default_action"} else ""


class EdgeConfigChanged(ValueDelta):
    """Finds firewalls, listeners, certificates and proxies in front of a service that let more through, or are gone."""

    id = "dns-edge/edge-config-changed"
    title = "The edge in front of a service changes"
    why = "All traffic passes it: a wrong certificate or a lost listener takes everything down at once, an open rule lets attacks through."
    instead = "Add the new rule, listener or certificate first, watch it with a part of the traffic, and only then take the old one away."
    severity = "high"
    confidence = "medium"
    languages = ("json", "terraform", "yaml")
    cwe = (693,)
    rows = (
        Row((named("action", "default action", "mode", whole=True, within=IN_FIREWALLS),), (Leaves("high", BLOCKING, removed=False),)),
        Row(
            (named("certificate arn", "acm certificate arn", "ssl certificates", "ssl certificate", "viewer certificate", whole=True),),
            (Changes("high"), Removed("high")),
        ),
        Row((named("web acl id", "web acl arn", "firewall policy id", "security policy", whole=True),), (Removed("high"),)),
        Row((named("viewer protocol policy", whole=True),), (Becomes("high", frozenset({"allow-all"})),)),
        Row(
            (named("ssl redirect", "force ssl redirect", "enable modsecurity", "proxied", "waf enabled", "always use https", whole=True),),
            (turned_off("high"),),
        ),
        Row(
            (named("min tls version", "minimum protocol version", "ssl policy", "minimum tls version"),),
            (Becomes("high", pattern=OLD_TLS),),
        ),
        Row((named("security level", "ssl", whole=True),), (Becomes("high", frozenset({"off", "essentially_off", "flexible"})),)),
        Row((named("tls", whole=True, within=("ingress", "spec")),), (Removed("high"),)),
    )
    examples = (
        bad_change(WAF.format(action="block"), WAF.format(action="allow"), "the firewall lets bots through", path="infra/waf.tf"),
        bad_change(
            USUAL, USUAL.replace("certificate/a", "certificate/b"), "another certificate on the live listener", path="infra/edge.tf"
        ),
        bad_change(
            USUAL,
            LISTENER.format(arn="arn:aws:acm:eu-west-1:1:certificate/a", policy="ELBSecurityPolicy-2016-08"),
            "old TLS",
            path="infra/edge.tf",
        ),
        bad_change(INGRESS.format(tls=TLS), INGRESS.format(tls=""), "no TLS", path="k8s/ingress.yaml"),
        bad_change(USUAL + OTHER, OTHER, "the listener is gone", path="infra/edge.tf"),
        good_change(USUAL, USUAL + OTHER, "one thing more", path="infra/edge.tf"),
        good_change(WAF.format(action="count"), WAF.format(action="block"), "from counting to blocking", path="infra/waf.tf"),
        good_change(INGRESS.format(tls=""), INGRESS.format(tls=TLS), "TLS at last", path="k8s/ingress.yaml"),
        good_change("app:\n  action: block\n  size: 2\n", "app:\n  action: allow\n  size: 2\n", "no edge", path="config/app.yaml"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """The rows of the table, then blocks that are gone."""
        yield from super().compare(pair, change)
        lost = EdgeLost("high")
        for step in change.setting_steps.get(pair.path, ()) if pair.language == "terraform" and pair.after is not None else ():
            text = lost.describe(step)
            if text:
                yield self.match_step(step, pair, text, lost)

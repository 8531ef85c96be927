"""dns-edge/zone-removed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.resource_kinds import kind_of
from aicheck.authoring.wording import clip
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location

BLOCK = 'resource "{kind}" "{label}" {{\n  name = "shop.example"\n{more}}}\n'


class ZoneRemoved(DifferentialCheck):
    """Finds a zone that no file of the change holds any more: a zone file that goes, or its Terraform resource."""

    id = "dns-edge/zone-removed"
    title = "DNS zone removed"
    why = "Every name of the zone stops answering at once: web, mail and the internal names that services find each other by."
    instead = "Delegate or move the zone first, watch its queries fall to nothing, and remove it in a change of its own."
    severity = "critical"
    languages = ("dnszone", "json", "python", "terraform", "yaml")
    cwe = (1188,)
    examples = (
        bad_change(
            {"zones/shop.zone": "$ORIGIN shop.example.\n@ 1H IN SOA ns1 root 1 1H 1H 1H 1H\n@ 1H IN NS ns1.example.net.\n"},
            {},
            "the zone file",
        ),
        bad_change(
            BLOCK.format(kind="aws_route53_zone", label="shop", more="") + "locals {}\n", "locals {}\n", "the resource", path="infra/dns.tf"
        ),
        bad_change(
            "Resources:\n  Shop:\n    Type: AWS::Route53::HostedZone\n  Files:\n    Type: AWS::S3::Bucket\n",
            "Resources:\n  Files:\n    Type: AWS::S3::Bucket\n",
            "in CloudFormation",
            path="stack.yaml",
        ),
        good_change(
            {"zones/shop.zone": "$ORIGIN shop.example.\n@ 1H IN SOA ns1 root 1 1H 1H 1H 1H\n@ 1H IN NS ns1.example.net.\n"},
            {"zones/new/shop.zone": "$ORIGIN shop.example.\n@ 1H IN SOA ns1 root 1 1H 1H 1H 1H\n@ 1H IN NS ns1.example.net.\n"},
            "the file moved",
        ),
        good_change(
            BLOCK.format(kind="aws_route53_zone", label="shop", more=""),
            BLOCK.format(kind="aws_route53_zone", label="main", more="")
            + "moved {\n  from = aws_route53_zone.shop\n  to   = aws_route53_zone.main\n}\n",
            "renamed with a moved block",
            path="infra/dns.tf",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for the file, or for each resource."""
        if pair.language == "dnszone":
            owners = {setting.key[0] for setting in pair.facts("before").settings if setting.key[1:2] == ("SOA",)}
            if owners and pair.change.after is None and not any(self._holds(other, owners) for other in change.pairs):
                yield self._match(pair, ", ".join(sorted(owners)), 1)
            return
        for step in change.resource_steps.steps.get(pair.path, ()):
            kind = kind_of(step.before) if step.fate == "gone" else None
            if kind is not None and kind.noun == "DNS zone":
                yield self._match(pair, step.before.address, step.before.span.line)

    @staticmethod
    def _holds(pair: FilePair, owners: set[str]) -> bool:
        return owners <= {setting.key[0] for setting in pair.facts("after").settings if setting.key[1:2] == ("SOA",)}

    def _match(self, pair: FilePair, name: str, line: int) -> Match:
        return self.match(
            Location(pair.path, "after" if pair.change.after else "before", WHOLE_FILE),
            f"The zone {clip(name, 60)} is removed",
            symbol=name,
            text="zone removed",
            before=Excerpt(pair.before_path, line, clip(pair.line("before", line), 200)),
        )

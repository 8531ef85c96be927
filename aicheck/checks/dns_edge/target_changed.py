"""dns-edge/target-changed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.dns_records import POINTING, Record, find_replacement, is_proof, record_steps, records_of
from aicheck.authoring.wording import clip
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location

ZONE = "$ORIGIN shop.example.\n@ 1H IN SOA ns1 root {serial} 1H 1H 1H 1H\n@ 1H IN NS {ns}\nwww 1H IN CNAME {www}\n_x 1H IN CNAME {proof}\n"
SAME = {"serial": "1", "ns": "ns1.example.net.", "www": "lb-1.example.net.", "proof": "a.acm-validations.aws."}


class TargetChanged(DifferentialCheck):
    """Finds a name in use that answers with something else: another address, another host, other name servers."""

    id = "dns-edge/target-changed"
    title = "DNS record in use points elsewhere"
    why = (
        "All traffic for the name moves at once, to a host that may not answer for it yet: no certificate, no firewall rule, no data. "
        "Taking it back lasts as long as caches keep the new answer."
    )
    instead = "Prove that the new target serves the name, lower the time to live first, and move a small name or a share of traffic first."
    severity = "high"
    restores = True
    languages = ("dnszone", "json", "terraform", "yaml")
    cwe = (350,)
    examples = (
        bad_change(ZONE.format(**SAME), ZONE.format(**{**SAME, "www": "lb-2.example.net."}), "another host", path="zones/shop.zone"),
        bad_change(
            ZONE.format(**SAME), ZONE.format(**{**SAME, "ns": "ns9.example.org."}), "the zone is delegated anew", path="zones/shop.zone"
        ),
        bad_change(
            'resource "cloudflare_record" "www" {\n  name    = "www"\n  type    = "A"\n  content = "192.0.2.1"\n}\n',
            'resource "cloudflare_record" "www" {\n  name    = "www"\n  type    = "A"\n  content = "198.51.100.1"\n}\n',
            "another address",
            path="infra/dns.tf",
        ),
        bad_change(
            "www:\n  type: A\n  values: [192.0.2.1, 192.0.2.2]\n",
            "www:\n  type: A\n  values: [198.51.100.1]\n",
            "a zone as YAML",
            path="dns/shop.yaml",
        ),
        good_change(ZONE.format(**SAME), ZONE.format(**{**SAME, "serial": "2"}), "the serial number", path="zones/shop.zone"),
        good_change(
            ZONE.format(**SAME), ZONE.format(**{**SAME, "proof": "b.acm-validations.aws."}), "a proof of ownership", path="zones/shop.zone"
        ),
        good_change(
            "$ORIGIN shop.example.\nwww 1H IN A 192.0.2.1\n",
            "$ORIGIN shop.example.\n; note\nwww  5M  IN  A  192.0.2.1 ; the same\n",
            "the time to live and the layout",
            path="zones/shop.zone",
        ),
        good_change(
            "$ORIGIN shop.example.\nwww 1H IN A 192.0.2.1\n",
            "$ORIGIN shop.example.\nwww 1H IN A 192.0.2.1\nwww 1H IN A 192.0.2.2\n",
            "one more address of the same kind",
            path="zones/shop.zone",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each name and type whose values changed, or that another kind of record replaces."""
        if pair.before is None or pair.after is None:
            return
        after = records_of(pair, "after")
        for step in record_steps(pair, change):
            record, later = step.before, step.after
            if record is None or record.type not in POINTING or not record.values:
                continue
            if later is None:
                later = find_replacement(after, record)
            if later is not None and later.values and not set(record.values) <= set(later.values) and not is_proof(later):
                yield self._match(pair, record, later)

    def _match(self, pair: FilePair, record: Record, later: Record) -> Match:
        return self.match(
            Location(pair.path, "after", later.span),
            f"{later.type} of {clip(record.name, 30)}: {clip(', '.join(record.values), 24)} -> {clip(', '.join(later.values), 24)}",
            symbol=f"{record.type} {record.name}",
            text="target changed",
            before=Excerpt(pair.before_path, record.span.line, clip(pair.line("before", record.span.line), 200)),
            severity="critical" if record.is_wide else "high",
        )

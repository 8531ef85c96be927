"""dns-edge/record-removed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.dns_records import POINTING, Record, find_replacement, is_proof, record_steps, records_of
from aicheck.authoring.wording import clip
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location
from aicheck.model.rule import Severity

ZONE = "$ORIGIN shop.example.\n@ 1H IN NS ns1.example.net.\nwww 1H IN A 192.0.2.1\napi 5M IN CNAME lb.example.net.\n{more}"


class RecordRemoved(DifferentialCheck):
    """Finds a record that traffic follows and that no file of the change holds any more, or that is left without a value."""

    id = "dns-edge/record-removed"
    title = "DNS record removed or emptied"
    why = (
        "Whoever still asks for the name gets no answer from the moment the change is live, and caches keep the missing answer "
        "for as long as the zone says."
    )
    instead = "Look at the queries for the name first, point it to what replaces it, and remove it once nothing asks any more."
    severity = "high"
    languages = ("dnszone", "json", "terraform", "yaml")
    cwe = (1188,)
    examples = (
        bad_change(ZONE.format(more="old 1H IN A 192.0.2.7\n"), ZONE.format(more=""), "nobody answers for old", path="zones/shop.zone"),
        bad_change(ZONE.format(more="@ 1H IN MX 10 mail.example.net.\n"), ZONE.format(more=""), "mail is lost", path="zones/shop.zone"),
        bad_change(
            'resource "aws_route53_record" "www" {\n  name    = "www"\n  type    = "A"\n  records = ["192.0.2.1", "192.0.2.2"]\n}\n',
            'resource "aws_route53_record" "www" {\n  name    = "www"\n  type    = "A"\n  records = []\n}\n',
            "the record stays and answers nothing",
            path="infra/dns.tf",
        ),
        bad_change(
            "www:\n  type: CNAME\n  value: lb.example.net.\nshop:\n  type: A\n  values: [192.0.2.1]\n",
            "www:\n  type: CNAME\n  value: lb.example.net.\n",
            "a zone as YAML",
            path="zones/shop.example.yaml",
        ),
        bad_change(
            "hosts::production::hosts:\n  cache-1: {ip: 192.0.2.4}\n  cache-2: {ip: 192.0.2.5}\n",
            "hosts::production::hosts:\n  cache-1: {ip: 192.0.2.4}\n",
            "a map of hosts",
            path="hieradata/common.yaml",
        ),
        good_change(ZONE.format(more=""), ZONE.format(more="new 1H IN A 192.0.2.9\n"), "a name added", path="zones/shop.zone"),
        good_change(
            ZONE.format(more='_acme-challenge 60 IN TXT "x"\n'), ZONE.format(more=""), "a proof of ownership", path="zones/shop.zone"
        ),
        good_change(
            {"zones/a.zone": ZONE.format(more="old 1H IN A 192.0.2.7\n")},
            {"zones/a.zone": ZONE.format(more=""), "zones/b.zone": "$ORIGIN shop.example.\nold 1H IN A 192.0.2.7\n"},
            "moved to another file",
        ),
        good_change(
            'resource "aws_route53_record" "www" {\n  name    = "www"\n  type    = "A"\n  records = ["192.0.2.1"]\n}\n',
            'resource "aws_route53_record" "site" {\n  name = "www"\n  type = "A"\n  records = ["192.0.2.1"]\n}\n',
            "the resource renamed, the name kept",
            path="infra/dns.tf",
        ),
        good_change(
            ZONE.format(more="old 1H IN A 192.0.2.7\n"),
            ZONE.format(more="old 1H IN CNAME lb.example.net.\n"),
            "another kind of record answers",
            path="zones/shop.zone",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each name and type that is gone."""
        after = records_of(pair, "after") if pair.after is not None else {}
        for step in record_steps(pair, change):
            record = step.before
            if record is None or record.type not in POINTING or not record.values or is_proof(record):
                continue
            emptied = step.after is not None and not step.after.values
            if emptied or (step.after is None and find_replacement(after, record) is None):
                yield self._match(pair, record, emptied=emptied)

    def _match(self, pair: FilePair, record: Record, *, emptied: bool) -> Match:
        what = "is left without a value" if emptied else "is removed"
        return self.match(
            Location(pair.path, "after", WHOLE_FILE),
            f"{record.type} of {clip(record.name, 40)} {what} (was {clip(', '.join(record.values), 30)})",
            symbol=f"{record.type} {record.name}",
            text=what,
            before=Excerpt(pair.before_path, record.span.line, clip(pair.line("before", record.span.line), 200)),
            severity=_severity(pair, record),
        )


def _severity(pair: FilePair, record: Record) -> Severity:
    if pair.change.after is None and record.type == "ALIAS":
        return "medium"  # what serves the name goes together with it
    return "critical" if record.is_wide else "high"

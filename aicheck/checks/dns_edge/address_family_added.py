"""dns-edge/address-family-added."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.dns_records import ADDRESSES, name_records, record_steps, records_of
from aicheck.authoring.wording import clip
from aicheck.model.finding import Match
from aicheck.model.location import Location

HOST = "$ORIGIN shop.example.\ndb 1H IN A 192.0.2.1\n"


class AddressFamilyAdded(DifferentialCheck):
    """Finds a name in use that gets its first address of the other family (an AAAA beside an A, or the reverse)."""

    id = "dns-edge/address-family-added"
    title = "Name in use gets an address of another family"
    why = (
        "Clients prefer the new family from one moment to the next, while firewalls, listeners and access lists along the way "
        "often know only the old one; connections then hang instead of failing."
    )
    instead = "Open the way first: listener, firewall, access lists and monitoring for the new family; then add the record for one host."
    severity = "high"
    confidence = "medium"
    languages = ("dnszone", "terraform", "yaml")
    cwe = (1188,)
    examples = (
        bad_change(HOST, HOST + "db 1H IN AAAA 2001:db8::1\n", "a database host", path="zones/shop.zone"),
        bad_change(
            "db:\n- type: A\n  value: 192.0.2.1\n- type: TXT\n  value: x\n",
            "db:\n- type: A\n  value: 192.0.2.1\n- type: TXT\n  value: x\n- type: AAAA\n  value: 2001:db8::1\n",
            "a zone as YAML",
            path="zones/shop.example.yaml",
        ),
        good_change(HOST, HOST + "new 1H IN A 192.0.2.3\nnew 1H IN AAAA 2001:db8::3\n", "a new host", path="zones/shop.zone"),
        good_change(HOST, HOST + "db 1H IN A 192.0.2.2\n", "the same family", path="zones/shop.zone"),
        good_change(
            HOST + "db 1H IN AAAA 2001:db8::1\n",
            HOST + "db 1H IN AAAA 2001:db8::1\ndb 1H IN AAAA 2001:db8::2\n",
            "it had both",
            path="zones/shop.zone",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each name."""
        if pair.before is None or pair.after is None:
            return
        before = records_of(pair, "before")
        for step in record_steps(pair, change):
            record = step.after
            if step.before is None and record is not None and record.type in ADDRESSES:
                others = {other.type for other in name_records(before, record.name)} & ADDRESSES
                if others and record.type not in others:
                    yield self.match(
                        Location(pair.path, "after", record.span),
                        f"{clip(record.name, 40)} had {'/'.join(others)} and gets {record.type} {clip(', '.join(record.values), 30)}",
                        symbol=f"{record.type} {record.name}",
                        text="family added",
                    )

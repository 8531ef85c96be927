"""Whether a file is a DNS zone file: its name rarely says so (`example.org`, `10.in-addr.arpa`)."""

import re

from aicheck.regex import regex

CLASSES = frozenset({"IN", "CH", "HS"})
TYPES = frozenset(
    {
        *("A", "AAAA", "AFSDB", "ALIAS", "ANAME", "APL", "CAA", "CDNSKEY", "CDS", "CERT", "CNAME", "CSYNC", "DHCID", "DLV", "DNAME"),
        *("DNSKEY", "DS", "DYNA", "DYNC", "EUI48", "EUI64", "HINFO", "HTTPS", "IPSECKEY", "KEY", "KX", "LOC", "MX", "NAPTR", "NS"),
        *("NSEC", "NSEC3", "NSEC3PARAM", "OPENPGPKEY", "PTR", "RP", "RRSIG", "SMIMEA", "SOA", "SPF", "SRV", "SSHFP", "SVCB", "TLSA"),
        *("TSIG", "TXT", "URI", "ZONEMD"),
    }
)
LEAST = 2
"""Records that tell a zone file when no start of authority, directive or class does."""
_TTL = regex(r"\d{1,10}(?:[smhdw]\d{1,6}){0,4}[smhdw]?(?:/\d{1,10})?", re.IGNORECASE | re.ASCII)
_TEMPLATE_MARKS = ("{{", "{%", "{#", "<%")
_DIRECTIVE = regex(r"\$(?:TTL\s+\d|ORIGIN\s+\S|INCLUDE\s+\S|GENERATE\s+\d)", re.IGNORECASE)
_DATA = {
    "A": regex(r"\d{1,3}(?:\.\d{1,3}){3}"),
    "AAAA": regex(r"[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}"),
    "MX": regex(r"\d{1,5}"),
    **dict.fromkeys(("CNAME", "NS", "PTR"), regex(r"[\w.-]+\.")),
}
"""What data of a record without class and TTL must look like."""


def is_type(word: str) -> bool:
    """Whether a word is the type of a record."""
    word = word.upper()
    return word in TYPES or (word.startswith("TYPE") and word[4:].isdigit())


def is_ttl(word: str) -> bool:
    """Whether a word is a time to live: seconds or `1h30m`, of dynamic records with a least one behind it (`300/10`)."""
    return _TTL.fullmatch(word) is not None


def looks_like_zone(head: bytes) -> bool:
    """Whether the first bytes of a file (256 or more) are those of a zone file: records, and no line that is none."""
    records = 0
    depth = 0
    for line in head.decode("utf-8", "replace").split("\n")[: -1 if len(head) >= 256 else None]:
        text = line.partition(";")[0]
        if depth or not text.strip() or text.lstrip().startswith(_TEMPLATE_MARKS):
            depth = max(0, depth + text.count("(") - text.count(")"))
            continue
        if _DIRECTIVE.match(text):
            records += LEAST
            continue
        weight = _weight(text)
        if weight is None:
            return False
        records += weight
        depth = max(0, text.count("(") - text.count(")"))
    return records >= LEAST


def _weight(line: str) -> int | None:
    """How much a line says that the file is a zone file; None when it cannot stand in one."""
    words = line.split()[0 if line[0].isspace() else 1 :]
    surety = 1
    while words and (words[0].upper() in CLASSES or is_ttl(words[0])):
        surety += 1 if words[0].upper() in CLASSES else 0
        words = words[1:]
    if len(words) < 2 or not is_type(words[0]):
        return None
    if words[0].upper() == "SOA":
        return LEAST
    shape = _DATA.get(words[0].upper())
    is_sure = surety > 1 or (shape is not None and shape.fullmatch(words[1]) is not None)
    return surety if is_sure else 0

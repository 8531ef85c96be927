"""Commands of clouds that let every address in."""

import re

from aicheck.authoring.command_words import Words
from aicheck.authoring.opened_ports import judge_ports, ports_of
from aicheck.authoring.openings import EVERYWHERE
from aicheck.model.rule import Severity
from aicheck.regex import regex

RULES = regex(r"authorize-security-group-ingress|firewall-rules (?:create|update)|nsg rule (?:create|update)")
STORE_RULES = regex(r"\bfirewall-rule create")
SOURCES = ("cidr", "source-ranges", "source-address-prefixes", "source-address-prefix", "ip-permissions", "authorized-networks")
PORTS = ("port", "destination-port-ranges", "destination-port-range", "allow", "rules")
ANYBODY = frozenset({"*", "Internet"})


def opened_by(words: Words, line: str) -> Severity | None:
    """How bad what a command opens to everybody is; None when it opens nothing, or nothing but a web server."""
    if words.program not in {"aws", "gcloud", "az"}:
        return None
    if words.has("publicly-accessible", "allow-unauthenticated"):
        return "high" if words.program == "aws" else "medium"
    if STORE_RULES.search(line):
        return "high" if words.value("start-ip-address") == "0.0.0.0" != words.value("end-ip-address") else None  # noqa: S104  compared
    if not _lets_everybody_in(words.value(*SOURCES)) or words.value("direction").lower() in {"outbound", "egress"}:
        return None
    if words.value("authorized-networks"):
        return "high"
    return _judge(words) if RULES.search(line) else None


def _lets_everybody_in(sources: str) -> bool:
    return sources in ANYBODY or any(one in EVERYWHERE for one in re.split(r"[,\s{}\[\]\"'=]+", sources))


def _judge(words: Words) -> Severity | None:
    parts = re.split(r"[,\s]+", re.sub(r"\b(?:tcp|udp):", "", words.value(*PORTS)))
    ports = [found for part in parts if (found := ports_of(part)) is not None]
    ports += [(int(one), int(one)) for one in re.findall(r"FromPort[\"']?[=:]\s*(\d{1,5})", words.value("ip-permissions"))]
    judged = judge_ports(ports)
    if judged is not None:
        return judged[1]
    return None if ports else "medium"

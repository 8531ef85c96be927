"""secrets/secret-file-committed."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from aicheck.authoring import ChangeCheck, ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.credentials import holds_credential
from aicheck.authoring.wording import EXCERPT_LIMIT, clip
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location, Side, Span
from aicheck.model.rule import Severity
from aicheck.readers.python_text import split_lines
from aicheck.regex import regex

TEMPLATE = regex(
    r"example|sample|template|dist\b|default|schema|\.test\b|\.ci\b|\.pub$|encrypted|\.enc\b|\.age\b|\.gpg\b|\.sops\b|sealed|debug\.keystore"
)
STATE = regex(r".*\.tfstate(?:\.backup|\.\d+\.backup)?|terraform\.tfstate\.d|Pulumi\.\w+\.state\.json")
KEY_STORES = regex(r".*\.(?:p12|pfx|jks|keystore|kdbx|ppk)|\.vault_pass(?:word)?|master\.key|\.netrc|\.pgpass|\.htpasswd")
PRIVATE_KEY = regex(rb"-----BEGIN (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----")
CLUSTER_FILE = regex(r"(?:.*[-_.])?kubeconfig(?:\.ya?ml|\.conf)?|admin\.conf|k3s\.yaml|config")
KEY_ENDINGS = (".pem", ".key", ".txt", ".json", "rsa", "25519", ".yaml", ".yml", ".env")
ENCRYPTED = (
    b"GITCRYPT",
    b"$ANSIBLE_VAULT",
    b"age-encryption.org",
    b"ENC[AES",
    b"-----BEGIN PGP MESSAGE",
    b"-----BEGIN ENCRYPTED PRIVATE KEY",
    b"SealedSecret",
)
MARKS: tuple[tuple[bytes, str], ...] = (
    (b'"private_key": "-----BEGIN', "service account key"),
    (b"aws_secret_access_key", "AWS credentials"),
    (b'"client_secret"', "client secret"),
)
SECRET_NAME = regex(
    r"(?:^|_)(?:SECRET\w*|\w*TOKEN|\w*PASSWORD|\w*PASSWD|PWD|API_?KEY|\w*_KEY|PRIVATE\w*|CREDENTIALS?|DSN|DATABASE_URL|DB_URL|MONGO\w*_URI)$",
    re.IGNORECASE,
)
PLACEHOLDER = regex(
    r"|.*(?:example|sample|dummy|fake|change.?me|placeholder|your[-_ ]|<|xxx|todo|replace|insert|\$\{"
    r"|localhost|127\.0\.0\.1|dev(?:elop)?|test|local|mock).*"
    r"|(?:password|secret|postgres|root|admin|user|none|null|true|false|\d{1,8}|NEXT_PUBLIC\w*)",
    re.IGNORECASE,
)
IGNORED = regex(
    r"/?(?:\*\*/)?(?:\.env(?:[.*]\S*)?|\*\.env|\*\.(?:pem|key|p12|pfx|jks|keystore|tfstate(?:\.\*|\*|\.backup)?|tfvars|kubeconfig|ppk)|\*\.tfstate\S*"
    r"|(?:terraform\.)?tfstate\S*|kubeconfig\S*|\.kube/?|id_rsa\S*|id_ed25519\S*|credentials(?:\.json)?|service[-_]account\S*\.json|secrets?(?:/|\.\S+)?"
    r"|\.netrc|\.vault_pass\S*|\.aws/?|\.ssh/?|\.npmrc|\.pypirc|\.secrets?\S*)/?"
)
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----\n"
IGNORES = "node_modules/\n.env\n*.tfstate\n"


class SecretFileCommitted(ChangeCheck):
    """Finds files with credentials that come into the repository, and entries that kept such files out and are gone."""

    id = "secrets/secret-file-committed"
    title = "A file with credentials is committed, or no longer ignored"
    why = "Everybody who can read the repository or a copy of it can use them, also after the file has been deleted again."
    instead = "Take the file out before it is pushed, replace what was in it, and keep it in .gitignore; commit an example file."
    severity = "high"
    confidence = "medium"
    security = True
    languages = ("dotenv", "ignore", "ini", "json", "yaml")
    cwe = (540, 312)
    examples = (
        bad_change({}, {".env": "PORT=8080\nDATABASE_URL=postgres://shop:k3strel-4711@db.shop.example/shop\n"}, "a password"),
        bad_change({}, {"deploy/server.key": KEY}, "a private key"),
        bad_change({}, {"infra/terraform.tfstate": '{"version": 4, "resources": []}\n'}, "state with all its secrets"),
        bad_change(
            {},
            {"ops/kubeconfig.yaml": "apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    client-key-data: LS0tLS1CRUdJTg==\n"},
            "access to a cluster",
        ),
        bad_change(IGNORES, IGNORES.replace(".env\n", ""), "no longer ignored", path=".gitignore"),
        bad_change(IGNORES, IGNORES.replace("*.tfstate\n", "build/\n"), "no longer ignored", path=".gitignore"),
        good_change({}, {".env.example": "DATABASE_URL=postgres://shop:k3strel-4711@db.shop.example/shop\n"}, "an example"),
        good_change({}, {".env": "PORT=8080\nLOG_LEVEL=info\nAPI_KEY=\n"}, "nothing secret in it"),
        good_change({}, {"deploy/server.pub": "ssh-ed25519 AAAAC3Nz shop\n"}, "the public half"),
        good_change({}, {"deploy/ca.pem": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"}, "a certificate"),
        good_change(IGNORES, IGNORES.replace(".env\n", ".env*\n"), "more is ignored", path=".gitignore"),
        good_change(IGNORES, IGNORES.replace(".env\n", "") + "/.env\n", "elsewhere in the file", path=".gitignore"),
        good_change({}, {"secrets/app.yaml": "data: ENC[AES256_GCM,data:abc]\nsops:\n  version: 3.9.0\n"}, "encrypted"),
    )

    def judge(self, change: ChangeFacts) -> Iterator[Match]:
        """New files by name and content, then ignore files."""
        stood = {pair.change.before.data for pair in change.pairs if pair.change.before is not None}
        for pair in change.pairs:
            if pair.language == "ignore":
                if pair.before_source is not None and (pair.change.after is not None or pair.path.endswith(".gitignore")):
                    yield from self._judge_ignores(pair, change)
            elif pair.change.after is not None and pair.change.after.kind == "file" and pair.change.after.data not in stood:
                found = _secret_in(pair)
                if found is not None:
                    text, severity = found
                    name = clip(PurePosixPath(pair.path).name, 40)
                    yield self.match(
                        Location(pair.path, "after", WHOLE_FILE), f"{name} holds {text}", symbol=pair.path, text=text, severity=severity
                    )

    def _judge_ignores(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        others = [one.after_source or "" for one in change.pairs if one.language == "ignore"]
        left = {line.strip().strip("/") for text in others for line in split_lines(text)}
        for number, line in enumerate(split_lines(pair.before_source or ""), 1):
            entry = line.strip()
            if IGNORED.fullmatch(entry) and entry.strip("/") not in left and not any(_covers(other, entry.strip("/")) for other in left):
                excerpt = Excerpt(pair.before_path, number, clip(line, EXCERPT_LIMIT))
                text = f"{clip(entry, 40)} is no longer ignored"
                severity: Severity = "high" if PurePosixPath(pair.path).name == ".gitignore" else "medium"
                place = (
                    Location(pair.path, "after", Span(1, 1, 1, 1))
                    if pair.change.after is not None
                    else Location(pair.path, "before", WHOLE_FILE)
                )
                yield self.match(place, text, symbol=entry, text=text, before=excerpt, severity=severity)


def _covers(other: str, entry: str) -> bool:
    """Whether another entry, a star at its end or a folder above, takes the lost one in."""
    body = other.removeprefix("**/")
    wanted = entry.removeprefix("**/")
    return bool(body) and (body == wanted or (body.endswith("*") and len(body) > 1 and wanted.startswith(body[:-1])))


def _secret_in(pair: FilePair) -> tuple[str, Severity] | None:
    """What a file holds that it did not hold before, and how bad that is."""
    assert pair.change.after is not None
    name = PurePosixPath(pair.path).name
    data, was = pair.change.after.data or b"", (pair.change.before.data if pair.change.before else None) or b""
    if TEMPLATE.search(pair.path.lower()) or any(mark in data[:4096] for mark in ENCRYPTED):
        return None
    is_new = pair.change.before is None
    if is_new and STATE.fullmatch(name) and b"{" in data:
        return "the state of the infrastructure", "high"
    if is_new and KEY_STORES.fullmatch(name) and data.strip():
        return "keys", "high"
    if name.lower().endswith(KEY_ENDINGS) and PRIVATE_KEY.search(data) and not PRIVATE_KEY.search(was):
        return "a private key", "high"
    mark = _mark_in(pair, name, data, was)
    return (mark, "high") if mark else _secret_values(pair, name)


def _mark_in(pair: FilePair, name: str, data: bytes, was: bytes) -> str:
    """What the keys of a file of credentials say that it holds; empty when it held it before, or is none."""
    if CLUSTER_FILE.fullmatch(name.lower()) and _holds_key(pair, "after") and not _holds_key(pair, "before"):
        return "access to a cluster"
    return next((what for text, what in MARKS if text in data and text not in was), "") if _may_hold(name) else ""


def _holds_key(pair: FilePair, side: Side) -> bool:
    return any(one.key[-1:] == ("client-key-data",) and one.value for one in pair.facts(side).settings)


def _may_hold(name: str) -> bool:
    lower = name.lower()
    return (
        bool(CLUSTER_FILE.fullmatch(lower))
        or lower in {"credentials", ".s3cfg", ".boto"}
        or (lower.endswith(".json") and bool(re.search(r"cred|secret|account|key|auth", lower)))
    )


def _secret_values(pair: FilePair, name: str) -> tuple[str, Severity] | None:
    """Values of a dotenv file, `.npmrc` or `.pypirc` that are secrets and not placeholders."""
    if pair.language != "dotenv" and name not in {".npmrc", ".pypirc"}:
        return None
    known = {setting.value for setting in pair.facts("before").settings}
    for setting in pair.facts("after").settings:
        if setting.value in known or not setting.key:
            continue
        is_named = SECRET_NAME.search(setting.key[-1].rpartition(":")[2]) is not None and len(setting.value) >= 8
        if holds_credential(setting.value) or (is_named and not PLACEHOLDER.fullmatch(setting.value) and re.search(r"\d", setting.value)):
            return f"a value for {clip(setting.key[-1], 40)}", "high"
    return None

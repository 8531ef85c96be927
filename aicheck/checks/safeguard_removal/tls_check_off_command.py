"""safeguard-removal/tls-check-off-command."""

from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import CommandCheck, CommandSteps, exported, placed, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.location import Side
from aicheck.model.rule import Severity
from aicheck.regex import regex

OPTIONS = {
    "curl": ("insecure", "-k", "proxy-insecure"),
    "wget": ("no-check-certificate",),
    "http": ("verify",),
    "helm": ("insecure-skip-tls-verify", "kube-insecure-skip-tls-verify"),
    "kubectl": ("insecure-skip-tls-verify",),
    "oc": ("insecure-skip-tls-verify",),
    "argocd": ("insecure",),
    "aws": ("no-verify-ssl",),
    "az": ("disable-connection-verification",),
    "docker": ("tls-verify",),
    "skopeo": ("tls-verify", "src-tls-verify", "dest-tls-verify"),
    "pip": ("trusted-host",),
    "uv": ("allow-insecure-host", "trusted-host"),
    "npm": ("strict-ssl",),
    "apt-get": ("allow-unauthenticated",),
    "apt": ("allow-unauthenticated",),
    "yum": ("nogpgcheck",),
    "dnf": ("nogpgcheck",),
    "mc": ("insecure",),
    "vault": ("tls-skip-verify",),
    "grpcurl": ("insecure",),
    "openssl": (),
}
"""Program -> options that stop it from checking certificates or signatures."""
NEGATED = {
    ("docker", "tls-verify"),
    ("skopeo", "tls-verify"),
    ("skopeo", "src-tls-verify"),
    ("skopeo", "dest-tls-verify"),
    ("npm", "strict-ssl"),
    ("http", "verify"),
}
"""Options that switch it off by their value."""
VARIABLES = {
    "NODE_TLS_REJECT_UNAUTHORIZED": {"0", "false"},
    "PYTHONHTTPSVERIFY": {"0"},
    "GIT_SSL_NO_VERIFY": {"1", "true"},
    "CURL_INSECURE": {"1", "true"},
    "NPM_CONFIG_STRICT_SSL": {"false"},
    "GOINSECURE": {"*"},
    "GONOSUMCHECK": {"1"},
    "GONOSUMDB": {"*"},
    "VAULT_SKIP_VERIFY": {"1", "true"},
    "AWS_CA_BUNDLE": {""},
    "PYTHONWARNINGS": set(),
}
TEXT = regex(r"\bhttp\.sslVerify[ =]false|\bstrict-ssl[ =]false|StrictHostKeyChecking[ =]no\b(?=.*UserKnownHostsFile)")
NEAR = regex(r"localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0|host\.docker\.internal|\.local\b|169\.254\.|://[\w-]+(?::\d+)?(?:/|$)")
"""Addresses of the own machine or of a neighbour in the same private network."""


class TlsCheckOffCommand(CommandCheck):
    """Finds commands that no longer check with whom they talk."""

    id = "safeguard-removal/tls-check-off-command"
    title = "A command no longer checks certificates or signatures"
    why = "Anyone on the way can answer in the server's place, read the credentials, and hand over other packages."
    instead = "Name the certificate authority to trust (`--cacert`, `NODE_EXTRA_CA_CERTS`, `REQUESTS_CA_BUNDLE`)."
    severity = "high"
    restores = True
    security = True
    cwe = (295,)
    examples = (
        bad_change(
            "#!/bin/sh\ncurl -fsS https://api.shop.example/health\n",
            "#!/bin/sh\ncurl -fsSk https://api.shop.example/health\n",
            "anyone may answer",
            path="deploy/health.sh",
        ),
        bad_change(
            '{"scripts": {"start": "node server.js"}}\n',
            '{"scripts": {"start": "NODE_TLS_REJECT_UNAUTHORIZED=0 node server.js"}}\n',
            "for every connection of the program",
            path="package.json",
        ),
        bad_change(
            "jobs:\n  deploy:\n    steps:\n      - run: kubectl apply -f shop.yaml\n",
            "jobs:\n  deploy:\n    steps:\n      - run: kubectl apply -f shop.yaml --insecure-skip-tls-verify=true\n",
            "the cluster's credentials go to whoever answers",
            path=".github/workflows/deploy.yml",
        ),
        bad_change(
            "#!/bin/sh\nexport NODE_ENV=production\nnode server.js\n",
            "#!/bin/sh\nexport NODE_ENV=production NODE_TLS_REJECT_UNAUTHORIZED=0\nnode server.js\n",
            "for all that follows",
            path="deploy/start.sh",
        ),
        good_change("#!/bin/sh\n", "#!/bin/sh\ncurl -k https://localhost:8443/health\n", "the own machine", path="deploy/health.sh"),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\ncurl --cacert ca.pem https://api.shop.example\n",
            "a certificate authority of one's own",
            path="deploy/health.sh",
        ),
        good_change("#!/bin/sh\n", "#!/bin/sh\necho 'never use curl -k https://shop.example'\n", "text", path="deploy/health.sh"),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New and changed commands; kept ones whose environment changed."""
        kept = [(step.before, step.after) for step in steps.kept]
        for before, command in (*steps.gained(), *kept):
            found = _unchecked(command, pair, "after")
            if found and not (before is not None and _unchecked(before, pair, "before")):
                severity = _weigh(command)
                if severity is not None:
                    yield self.match_command(pair, command, f"`{shown(command)}`: {found}", severity=severity, before=before)


def _unchecked(command: Command, pair: FilePair, side: Side) -> str:
    words = take_apart(command.argv)
    text = " ".join(command.argv)
    if NEAR.search(text):
        return ""
    for name in OPTIONS.get(words.program, ()):
        is_negated = (words.program, name) in NEGATED
        if any(option == name and (value.lower() in {"false", "no"}) == is_negated for option, value in _own(words.options)):
            return "certificates or signatures are not checked"
    for name, value in (*command.environment, *exported(pair, side, command)):
        if value.lower() in VARIABLES.get(name, set()):
            return f"{name}={value}"
    return "certificates are not checked" if TEXT.search(text) else ""


def _own(options: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    for name, value in options:
        yield ("-k", "") if name == "-k" else (name, value)


def _weigh(command: Command) -> Severity | None:
    severity = placed("high", command)
    return "medium" if severity == "high" and command.argv[0] == "pip" else severity

"""SSH connects to whatever answers."""

from aicheck.authoring import RuffCode, bad, good


class SshHostKeyUnchecked(RuffCode):
    """Adopts ruff's S507."""

    id = "safeguard-removal/ssh-host-key-unchecked"
    codes = ("S507",)
    words = (r"paramiko\.(?:AutoAdd|Warning)Policy(\(\))?", r"paramiko.RejectPolicy\1")
    found = "paramiko accepts any host key"
    title = "An SSH client accepts any host key"
    why = "Whoever answers at the address is trusted: a machine in between sees the password and every command, and can change both."
    instead = "Load the known hosts and keep the refusing policy; put the host's key into the known hosts when it is set up."
    severity = "high"
    security = True
    cwe = (322,)
    references = ("https://docs.astral.sh/ruff/rules/ssh-no-host-key-verification/",)
    examples = (
        bad(
            """\
import paramiko


def connect(host):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(host)
    return client
""",
            "a key that is not known is taken over",
        ),
        bad(
            """\
from paramiko.client import SSHClient, WarningPolicy

client = SSHClient()
client.set_missing_host_key_policy(WarningPolicy)
""",
            "a warning that nobody reads",
        ),
        good(
            """\
import paramiko


def connect(host):
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    client.connect(host)
    return client
""",
            "a key that is not known ends the connection",
        ),
        good(
            """\
import paramiko

client = paramiko.SSHClient()
client.load_host_keys("known_hosts")
""",
            "the policy of the library, which refuses",
        ),
    )

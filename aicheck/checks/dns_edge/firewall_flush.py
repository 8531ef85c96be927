"""dns-edge/firewall-flush."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.commands import CommandOfKind


class FirewallFlush(CommandOfKind):
    """Finds commands that remove all rules of a firewall or the routes of a host or network."""

    id = "dns-edge/firewall-flush"
    table = "network"
    does = "removes"
    title = "A command that flushes a firewall or withdraws routes"
    why = "It opens every port, or with a default of DROP cuts every connection, the one of whoever would undo it included."
    instead = "Replace single rules, load a whole rule set in one step (`iptables-restore`), and keep a timed rollback."
    severity = "high"
    security = True
    cwe = (284,)
    examples = (
        bad_change(
            "#!/bin/sh\niptables-restore < rules.v4\n",
            "#!/bin/sh\niptables -F\niptables-restore < rules.v4\n",
            "a moment without rules, or for ever when the next line fails",
            path="deploy/firewall.sh",
        ),
        bad_change(
            "- name: net\n  shell: ip route show\n",
            "- name: net\n  shell: ip route del default\n",
            "hosts cannot be reached any more",
            path="roles/network/tasks/main.yml",
        ),
        good_change("#!/bin/sh\n", "#!/bin/sh\niptables -L -n\nip route show\n", "only lists", path="deploy/firewall.sh"),
        good_change(
            "#!/bin/sh\n", "#!/bin/sh\niptables -A INPUT -p tcp --dport 22 -j ACCEPT\n", "adds one rule", path="deploy/firewall.sh"
        ),
    )

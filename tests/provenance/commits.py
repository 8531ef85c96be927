"""Makes commits for the tests of provenance."""

from aicheck.model.change import Commit, Identity

ADA = Identity("Ada Lovelace", "ada@example.org")
WEB_FLOW = Identity("GitHub", "noreply@github.com")
DEPENDABOT = Identity("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")
CLAUDE = Identity("Claude", "noreply@anthropic.com")
COPILOT = Identity("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")


def make_commit(message: str = "Tidy up", author: Identity = ADA, committer: Identity | None = None, number: int = 1) -> Commit:
    """A commit whose id is `number` in 40 digits."""
    return Commit(f"{number:040x}", ("f" * 40,), author, committer or author, message)


def make_identity(text: str) -> Identity:
    """The identity that `Name <address>` spells."""
    name, _, email = text.partition("<")
    return Identity(name.strip(), email.removesuffix(">"))

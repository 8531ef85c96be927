"""What a forge says about a pull request, as far as anybody here asks."""

import msgspec


class PullRequest(msgspec.Struct, frozen=True):
    """A pull or merge request. All texts come from people and tools that want it merged."""

    author: str = ""
    """Login, as the forge spells it."""
    author_id: str = ""
    """The numeric id of the account; empty when the payload does not say."""
    author_is_bot: bool = False
    head_branch: str = ""
    base_branch: str = ""
    head: str = ""
    """The commit id; empty when the payload does not say."""
    labels: tuple[str, ...] = ()
    title: str = ""
    body: str = ""
    assignees: tuple[str, ...] = ()
    """Logins."""

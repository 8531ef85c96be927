"""The first policy and roster of a repository, as commented text. Everything that is only guessed stands in a comment."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from aicheck.policy.judges import JOB_FILES
from aicheck.policy.roster import normal_identity
from aicheck.regex import regex

_MOST_AUTHORS: Final = 25
_MOST_PATHS: Final = 6
_SOMEBODY: Final = '"@alice", "@bob"'
_LOGIN: Final = regex(r"@[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,38})")
_TEAM: Final = regex(r"@[\w.-]{1,80}(?:/[\w.-]{1,80})+")
_PLAIN: Final = regex(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,120}")
_NO_REPLY: Final = regex(r"(?:\d{1,20}\+)?([^+@\s]{1,100})@users\.noreply\.[\w.-]+", re.IGNORECASE)


class Author(msgspec.Struct, frozen=True):
    """Somebody who wrote commits lately."""

    email: str
    """Hostile."""
    commits: int


class Surroundings(msgspec.Struct, frozen=True):
    """What a repository shows about itself."""

    owners: tuple[str, ...] = ()
    """Everybody that CODEOWNERS names, in its order."""
    authors: tuple[Author, ...] = ()
    """Without automation accounts, most commits first."""
    pipelines: tuple[str, ...] = ()
    """Paths of files that define CI jobs."""
    risky_paths: tuple[str, ...] = ()
    """Patterns of folders with migrations and infrastructure."""
    runs_aicheck: bool = False
    """Whether a job runs aicheck already."""

    @property
    def people(self) -> tuple[str, ...]:
        """The owners that are people, as the roster spells them."""
        return tuple(dict.fromkeys(normal_identity(name) for name in self.owners if _LOGIN.fullmatch(name)))

    @property
    def teams(self) -> tuple[str, ...]:
        """The owners that are teams."""
        return tuple(dict.fromkeys(normal_identity(name) for name in self.owners if _TEAM.fullmatch(name)))


_POLICY: Final = """\
# Who must look at a change, and when. aicheck reads this file from the base branch, so that a change cannot switch off its own
# check; a change that touches it needs an owner. It adds to the built-in policy and can take nothing of that away.
# Try an edit with `aicheck policy check`, and see what it would have done with `aicheck replay A..B --policy .aicheck/policy.toml`.
schema = 1

# "enforce" holds a change up until everybody who must look has; "observe" only reports. It may be wise to observe for a week.
mode = "enforce"

[provenance]
# How a change without a sign of AI assistance counts: as "assisted", or ("report") only its critical findings.
undeclared = "assisted"

# [people]
# max_age_days = 90               # people.toml gives nobody a rank when its date is older
"""
_GROUPS: Final = """
# Teams and people that a level asks for: `ops` reviews at level dual, `owners` stands in where CODEOWNERS names nobody.
# [groups]
# ops = [{ops}]
# owners = [{owners}]

# Who may override a decision in an emergency, with a reason and for a few hours. Without this: nobody.
# [break_glass]
# who = [{owners}]
"""
_RULES: Final = """
# A rule of its own severity, or off with a reason (`aicheck rules` lists them):
# [rules]
# "swallowed-errors/bare-except" = { off = true, reason = "our linter reports it" }
"""
_ENTRY: Final = """
# [[escalate]]
# id = "{id}"
# when = {{ paths = [{paths}], provenance = ["assisted"] }}
# to = "{to}"
# why = "{why}"
"""
_PEOPLE: Final = """\
# Who works here. aicheck reads this file from the base branch: whoever wrote a change is judged by the rank given here, and whoever
# approves it counts by theirs. Who is not listed counts as junior, and their approval does not count.
# The ranks are junior, mid, senior and principal. Set the date when you have looked through the list.
schema = 1
# updated = 2026-01-31
"""


def write_policy(seen: Surroundings) -> str:
    """The text of a first policy file."""
    owners = _quote([*seen.people, *seen.teams][:2]) or _SOMEBODY
    ops = _quote([name for name in seen.teams if re.search(r"ops|sre|infra|platform", name)]) or '"@acme/sre"'
    text = _POLICY + _GROUPS.format(ops=ops, owners=owners) + _RULES
    text += (
        "\n# Further entries ask for a reviewer by what a change touches; each can only ask for more. For this repository, for example:\n"
    )
    text += _entry("data-and-infrastructure", seen.risky_paths or ("migrations/**",), "senior", "cannot be taken back")
    text += _entry("pipelines", seen.pipelines or (JOB_FILES[0],), "owner", "runs with the rights of the pipeline")
    return text


def _entry(name: str, paths: tuple[str, ...], to: str, why: str) -> str:
    return _ENTRY.format(id=name, paths=_quote([path for path in paths if _is_plain(path)][:_MOST_PATHS]), to=to, why=why)


def write_people(seen: Surroundings) -> str:
    """The text of a first roster file. It names seniors only where CODEOWNERS names enough people to meet every level."""
    seniors = seen.people
    text = _PEOPLE + "\n"
    if len(seniors) > 1:
        text += f"[rank]\n# CODEOWNERS names them, so they are taken for seniors: correct it.\nsenior = [{_quote(seniors)}]\n"
    else:
        text += "# Without ranks, whoever may approve counts as a senior. Uncomment and fill in, two seniors at least:\n# [rank]\n"
        text += f"# senior = [{_quote(seniors) or _SOMEBODY}]\n"
    text += '# mid = ["@mi"]\n# junior = ["@jo"]\n'
    text += _list_authors(seen, frozenset(seniors))
    if seen.teams:
        text += "\n# Teams that CODEOWNERS names; their members are not known here:\n# [team]\n"
        text += "".join(f'# "{team}" = ["@alice", "@bob"]\n' for team in seen.teams)
    return text


def _list_authors(seen: Surroundings, seniors: frozenset[str]) -> str:
    by_login: dict[str, list[Author]] = {}
    for author in seen.authors[:_MOST_AUTHORS]:
        login = login_of(author.email)
        if _PLAIN.fullmatch(author.email) and not (login in seniors and _NO_REPLY.fullmatch(author.email)):
            by_login.setdefault(login, []).append(author)
    if not by_login:
        return ""
    text = "\n# Who wrote commits lately. An address has to be given to whom it belongs, else its commits are of nobody:\n# [identity]\n"
    for login, authors in by_login.items():
        count = sum(author.commits for author in authors)
        addresses = _quote(author.email.lower() for author in authors)
        guess = "" if all(_NO_REPLY.fullmatch(author.email) for author in authors) else ", the login is a guess"
        text += f'# "{login}" = [{addresses}]  # {count} commit{"" if count == 1 else "s"}{guess}\n'
    return text


def login_of(email: str) -> str:
    """A guess at the login behind an address: sure for a forge's no-reply address, else its first part."""
    found = _NO_REPLY.fullmatch(email)
    name = found[1] if found else re.sub(r"[^A-Za-z0-9-]+", "-", email.partition("@")[0]).strip("-")
    return f"@{name.lower() or 'somebody'}"


def _quote(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _is_plain(path: str) -> bool:
    return path.isascii() and path.isprintable() and '"' not in path and "\\" not in path

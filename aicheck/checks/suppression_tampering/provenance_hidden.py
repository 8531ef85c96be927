"""suppression-tampering/provenance-hidden."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.commands import CommandCheck, CommandSteps, shown
from aicheck.authoring.wording import clip
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.location import Location, Span
from aicheck.readers.python_text import split_lines
from aicheck.regex import regex

SWITCHES = frozenset(
    {
        *("includeCoAuthoredBy", "attribute-author", "attribute-committer", "attribute-co-authored-by", "attribution"),
        *("coAuthoredBy", "addCoAuthor", "commit_attribution", "git.attribution", "attributeCommits", "co_author"),
    }
)
TRAILER = r"co-?authored-by|assisted-by|generated with|generated-by|🤖|ai-assisted|ai trailer|ai attribution"
STRIPPER = regex(r"(?:sed|perl|awk|grep|git|python3?|interpret-trailers)$")
STRIPS = regex(
    rf"(?:/[^/]{{0,80}}(?:{TRAILER})[^/]{{0,200}}/I?d\b|s/[^/]{{0,80}}(?:{TRAILER})[^/]{{0,200}}/[^/]{{0,3}}/|-\w*v\w*\s.{{0,40}}(?:{TRAILER}))",
    re.IGNORECASE,
)
ORDER = regex(
    rf"(?:do not|don't|never|no|without|remove|strip|omit|avoid|delete|hide)\b[^.\n]{{0,60}}"
    rf"(?:{TRAILER}|claude|copilot|\bAI\b)[^.\n]{{0,60}}"
    r"(?:trailer|attribution|co-?author|footer|signature|credit|mention|commit|by)",
    re.IGNORECASE,
)
SETTINGS = '{{"model": "x"{more}}}\n'


class ProvenanceHidden(CommandCheck):
    """Finds settings, orders and commands that keep the traces of coding agents out of the history."""

    id = "suppression-tampering/provenance-hidden"
    title = "Traces of coding agents are kept out of the history"
    why = "Nobody can tell any more which changes an agent wrote; rules and reviewers that look closer at those are passed by."
    instead = "Keep the trailers. Where a message must be shorter, shorten the text and not who wrote it."
    severity = "high"
    fixed = True
    languages = tuple(sorted({*CommandCheck.languages, "instructions"}))
    cwe = (778,)
    examples = (
        bad_change(
            SETTINGS.format(more=""), SETTINGS.format(more=', "includeCoAuthoredBy": false'), "no trailer", path=".claude/settings.json"
        ),
        bad_change(
            "#!/bin/sh\n", "#!/bin/sh\nsed -i '/^Co-Authored-By: Claude/d' \"$1\"\n", "cut from each message", path="hooks/commit-msg.sh"
        ),
        bad_change(
            "squash:\n\tgit rebase -i main\n",
            "squash:\n\tgit filter-branch --msg-filter 'grep -v Co-authored-by' HEAD\n",
            "out of the whole history",
            path="Makefile",
        ),
        bad_change(
            "# Rules\n", "# Rules\n\n- Never add a Co-Authored-By trailer for Claude.\n", "an order to leave it out", path="CLAUDE.md"
        ),
        good_change(
            SETTINGS.format(more=', "includeCoAuthoredBy": false'),
            SETTINGS.format(more=', "includeCoAuthoredBy": true'),
            "kept",
            path=".claude/settings.json",
        ),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\ngit commit -m x --trailer 'Co-authored-by: Ann <ann@shop.example>'\n",
            "a person's trailer",
            path="bin/save.sh",
        ),
        good_change("#!/bin/sh\n", '#!/bin/sh\ngrep -q Co-authored-by "$1" || exit 1\n', "asks for it", path="hooks/commit-msg.sh"),
        good_change("# Rules\n", "# Rules\n\n- Always add a Co-Authored-By trailer.\n", "an order to add it", path="CLAUDE.md"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Commands, then settings, then orders."""
        yield from super().compare(pair, change)
        for step in change.setting_steps.get(pair.path, ()):
            for now in step.after:
                was = next((one.value for one in step.before if one.key == now.key), None)
                if SWITCHES & set(now.key) and now.value.lower() in {"false", "", "none", "off"} and was != now.value and now.type != "map":
                    text = f"{clip('.'.join(now.key), 50)} is {now.value or 'empty'}"
                    yield self.match(Location(pair.path, "after", now.span), text, symbol=".".join(now.key), text=text)
        if pair.language == "instructions":
            known = set(split_lines(pair.before_source or ""))
            for number, line in enumerate(split_lines(pair.after_source or ""), 1):
                found = ORDER.search(line[:1_000]) if line not in known else None
                if found is not None:
                    text = f"Order: {clip(found[0], 80)}"
                    place = Location(pair.path, "after", Span(number, found.start() + 1, number, found.end() + 1))
                    yield self.match(place, text, symbol="order", text=text, severity="medium")

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New and changed commands that cut trailers."""
        for before, command in steps.gained():
            if _strips(command) and not (before is not None and _strips(before)):
                yield self.match_command(pair, command, f"`{shown(command)}` cuts trailers", before=before)


def _strips(command: Command) -> bool:
    return STRIPPER.match(command.argv[0]) is not None and STRIPS.search(" ".join(command.argv)) is not None

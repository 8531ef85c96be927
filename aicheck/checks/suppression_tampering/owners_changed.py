"""suppression-tampering/owners-changed."""

from collections.abc import Iterator, Sequence

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import DangerousStep, ItemLost, Removed, turned_off, turned_on
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import Row, ValueDelta
from aicheck.authoring.wording import EXCERPT_LIMIT, clip
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location
from aicheck.model.rule import Severity
from aicheck.readers.owners import OwnerLine, matches, parse_owners
from aicheck.readers.ownership import Owners
from aicheck.readers.quantity import parse_quantity

LANGUAGE = "codeowners"
MOST_COMPARED = 2_000
"""Lines of a file whose owners are looked up on both sides; each look-up reads all lines."""
PATH = ".github/CODEOWNERS"
OWNERS = "*        @shop/core\n/infra/  @shop/sre\n/billing/ @shop/money @shop/audit\n"
SETTINGS = (
    "branches:\n  - name: main\n    protection:\n      required_pull_request_reviews:\n        required_approving_review_count: {count}\n"
)
BRANCH = 'resource "github_branch_protection" "main" {{\n  pattern        = "main"\n  enforce_admins = {admins}\n}}\n'


class Fewer(DangerousStep, frozen=True):
    """A count falls, by however little."""

    def describe(self, step: SettingStep) -> str:
        """As in `falls: 2 -> 1`."""
        if step.old is None or step.new is None:
            return ""
        before, after = (parse_quantity(setting.value, setting.key[-1]) for setting in (step.old, step.new))
        is_fall = before is not None and after is not None and after.amount < before.amount
        return f"falls: {clip(step.old.value, 8)} -> {clip(step.new.value, 8)}" if is_fall else ""


class OwnersChanged(ValueDelta):
    """Finds paths that lose an owner, and branches that lose a required review or check."""

    id = "suppression-tampering/owners-changed"
    title = "Paths lose an owner, or a branch a required review"
    why = "The next change of these paths is merged without the people who know what it can break, and nobody is told."
    instead = "Let the owners who lose the path approve it. To hand a path over, name the new owner on the same line."
    severity = "high"
    fixed = True
    security = True
    languages = ("codeowners", "json", "terraform", "yaml")
    cwe = (862,)
    rows = (
        Row(
            (named("required approving review count", "required approvals", "approvals required", whole=True),),
            (Fewer("high"), Removed("high")),
        ),
        Row(
            (
                named(
                    "require code owner reviews", "require code owner review", "enforce admins", "code owner approval required", whole=True
                ),
                named("dismiss stale reviews", "require last push approval", "required conversation resolution", whole=True),
            ),
            (turned_off("high", removed=True),),
        ),
        Row((named("contexts", "checks", whole=True, within=("required status checks",)),), (ItemLost("high"), Removed("high"))),
        Row((named("required status checks", "required pull request reviews", whole=True),), (Removed("high"),)),
        Row((named("allow force pushes", "allows force pushes", "allow deletions", "allows deletions", whole=True),), (turned_on("high"),)),
    )
    examples = (
        bad_change(OWNERS, OWNERS.replace("/infra/  @shop/sre\n", ""), "the owner of a folder is gone", path=PATH),
        bad_change(OWNERS, OWNERS.replace(" @shop/audit", ""), "one owner less", path=PATH),
        bad_change(OWNERS, OWNERS + "/infra/dns/ @shop/web\n", "a later line takes a part away", path=PATH),
        bad_change(OWNERS, OWNERS + "*.tf\n", "a later line without an owner", path="CODEOWNERS"),
        bad_change("[Database][2] @dba\n/db/\n/model/\n", "[Database][2] @dba\n/model/\n", "out of a section", path=".gitlab/CODEOWNERS"),
        bad_change(SETTINGS.format(count=2), SETTINGS.format(count=1), "one reviewer less", path=".github/settings.yml"),
        bad_change(BRANCH.format(admins="true"), BRANCH.format(admins="false"), "not for administrators", path="github.tf"),
        good_change(OWNERS, OWNERS.replace("@shop/sre", "@shop/sre @shop/dns"), "one owner more", path=PATH),
        good_change(OWNERS, OWNERS + "/infra/dns/ @shop/sre @shop/web\n", "a later line that keeps the owner", path=PATH),
        good_change(
            OWNERS, "# who owns what\n*  @shop/core\n/billing/ @shop/audit @shop/money\n/infra @shop/sre\n", "other order", path=PATH
        ),
        good_change({PATH: OWNERS}, {"CODEOWNERS": OWNERS}, "moved"),
        good_change(
            {PATH: OWNERS, "infra/main.tf": "# nothing\n"}, {PATH: OWNERS.replace("/infra/  @shop/sre\n", "")}, "the folder is gone"
        ),
        good_change(SETTINGS.format(count=1), SETTINGS.format(count=2), "one reviewer more", path=".github/settings.yml"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Lines of CODEOWNERS by the owners of what they reach; other files by their settings."""
        if pair.language != LANGUAGE:
            yield from super().compare(pair, change)
        elif pair.before_source is not None:
            after = pair.after_source if pair.after_source is not None else _moved(pair, change)
            if after is None:
                text = "All owners are gone"
                yield self.match(Location(pair.path, "before", WHOLE_FILE), text, symbol="*", text=text)
            else:
                yield from self._compare(pair, Owners(parse_owners(pair.before_source)), Owners(parse_owners(after)), change)

    def _compare(self, pair: FilePair, before: Owners, after: Owners, change: ChangeFacts) -> Iterator[Match]:
        if [_content(line) for line in before.lines] == [_content(line) for line in after.lines]:
            return
        said: set[OwnerLine] = set()
        for line in (*before.lines[:MOST_COMPARED], *after.lines[:MOST_COMPARED]):
            path = sample_path(line.pattern)
            kept = after.owners_of(path)
            lost = [owner for owner in before.owners_of(path) if owner not in kept]
            if not lost or _is_gone(line, change):
                continue
            now = next((one for one in after.lines_of(path) if one.section == line.section), None)
            if now is None or now not in said:
                said.update(filter(None, (now,)))
                yield self._match_line(pair, line, now, lost, _weigh(path, before, after))

    def _match_line(self, pair: FilePair, line: OwnerLine, now: OwnerLine | None, lost: Sequence[str], severity: Severity) -> Match:
        text = f"{clip(line.pattern, 40)} loses its owner {clip(lost[0], 36)}"
        source = pair.line("before", line.span.line)
        where = Location(pair.path, "after", now.span if now is not None else WHOLE_FILE)
        if pair.after_source is None:
            where = Location(pair.before_path, "before", line.span)
        excerpt = Excerpt(pair.before_path, line.span.line, clip(source, EXCERPT_LIMIT)) if line.pattern in source else None
        return self.match(where, text, symbol=line.pattern, text=text, before=excerpt, severity=severity)


def sample_path(pattern: str) -> str:
    """A path that the pattern reaches, with names that no other pattern is likely to hold."""
    parts = [part for part in pattern.split("/") if part]
    names = ["any-folder" if part == "**" else part.replace("*", "any").replace("?", "x") for part in parts]
    is_file = bool(parts) and not pattern.endswith("/") and ("." in parts[-1] or "*" in parts[-1])
    return "/".join(names if is_file else [*names, "any-file"])


def _weigh(path: str, before: Owners, after: Owners) -> Severity:
    """Handed over to a new owner of its own: the author says why."""
    is_handed_over = set(after.owners_of(path)) - set(before.owners_of(path))
    fallback = {owner for line in before.lines if line.pattern in {"*", "/", "**"} for owner in line.owners}
    return (
        "medium"
        if is_handed_over - fallback and len(after.lines) >= len(before.lines) and _same_patterns(before.lines, after.lines)
        else "high"
    )


def _same_patterns(before: Sequence[OwnerLine], after: Sequence[OwnerLine]) -> bool:
    return [(line.section, line.pattern) for line in before] == [(line.section, line.pattern) for line in after]


def _content(line: OwnerLine) -> tuple[str, str, tuple[str, ...], bool]:
    return line.section, line.pattern, line.owners, line.excludes


def _is_gone(line: OwnerLine, change: ChangeFacts) -> bool:
    """Whether the change deletes files that the line is about and leaves none of them."""
    if line.pattern in {"*", "/", "**"}:
        return False
    reached = [pair.change for pair in change.pairs if matches(line, pair.path)]
    return bool(reached) and all(file.after is None for file in reached)


def _moved(pair: FilePair, change: ChangeFacts) -> str | None:
    """The text of a CODEOWNERS file that comes in another place of the change."""
    return next(
        (other.after_source for other in change.pairs if other.language == LANGUAGE and other is not pair and other.before_source is None),
        None,
    )
